package import LoqaBase

/// A wake word that was heard, on the capture clock of this relay.
package struct Wake: Sendable, Equatable {
    /// Positions of the word's first and last sample.
    package var start: SampleCount
    package var end: SampleCount
    /// Position of the oldest sample that the pre-roll still holds.
    package var oldest: SampleCount
    /// Mean level over the word, and the tracked noise floor before it.
    package var level: DecibelsFullScale
    package var noiseFloor: DecibelsFullScale

    package init(
        start: SampleCount, end: SampleCount, oldest: SampleCount, level: DecibelsFullScale,
        noiseFloor: DecibelsFullScale
    ) {
        (self.start, self.end, self.oldest) = (start, end, oldest)
        (self.level, self.noiseFloor) = (level, noiseFloor)
    }
}
