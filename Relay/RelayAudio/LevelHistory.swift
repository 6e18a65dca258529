import LoqaAudio
package import LoqaBase

/// How loud the last seconds were, block by block, to say afterwards how loud a word was that ended a moment ago.
///
/// A value of the main loop; memory is taken at init, noting takes none.
package struct LevelHistory: Sendable {
    private struct Entry {
        var position = Int64.min
        var power: Float = 0
        var floor = DecibelsFullScale.floor
    }

    private let blockSampleCount: Int64
    private var entries: [Entry]
    private var next = 0

    /// - Parameters:
    ///   - blockCount: blocks remembered, above zero.
    ///   - blockSampleCount: samples in each, above zero.
    package init(blockCount: Int = 150, blockSampleCount: Int = 320) {
        precondition(blockCount > 0 && blockSampleCount > 0, "a history needs room")
        entries = Array(repeating: Entry(), count: blockCount)
        self.blockSampleCount = Int64(blockSampleCount)
    }

    /// Remembers a block: its level, and the noise floor known by then.
    package mutating func note(
        _ level: DecibelsFullScale, at position: SampleCount, noiseFloor: DecibelsFullScale
    ) {
        let meanSquare = level > .floor ? power(ofTen: level.value / 10) : 0
        entries[next] = Entry(position: position.value, power: meanSquare, floor: noiseFloor)
        next = (next + 1) % entries.count
    }

    /// The mean level of the blocks that touch a span, and the floor that was known just before it. What is no longer
    /// remembered, or never was, counts as silence.
    package func measure(from start: SampleCount, to end: SampleCount) -> (
        level: DecibelsFullScale, noiseFloor: DecibelsFullScale
    ) {
        var (sum, count): (Float, Float) = (0, 0)
        var before = Entry()
        for entry in entries where entry.position != .min {
            if entry.position + blockSampleCount > start.value, entry.position < end.value {
                (sum, count) = (sum + entry.power, count + 1)
            }
            if entry.position + blockSampleCount <= start.value, entry.position > before.position {
                before = entry
            }
        }
        return (count > 0 ? DecibelsFullScale(meanSquare: sum / count) : .floor, before.floor)
    }
}
