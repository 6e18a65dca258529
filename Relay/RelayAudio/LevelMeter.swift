import LoqaAudio
package import LoqaBase

/// Measures every captured block against the noise floor of the room. A value; allocates nothing.
package struct LevelMeter: Sendable {
    /// One block's measures.
    package struct Reading: Sendable, Equatable {
        /// Of this block.
        package var level: DecibelsFullScale
        /// Of the room, this block included.
        package var noiseFloor: DecibelsFullScale
        /// Level above the floor in dB, 0 or more.
        package var signalToNoiseDB: Float
    }

    private var tracker = NoiseFloorTracker()

    package init() {}

    /// The floor after the blocks so far.
    package var noiseFloor: DecibelsFullScale { tracker.floor }

    /// - Parameter block: 20 ms, not empty.
    package mutating func measure(_ block: Span<Int16>) -> Reading {
        precondition(!block.isEmpty, "an empty block has no level")
        let power = meanSquare(block)
        tracker.track(power: power)
        let level = DecibelsFullScale(meanSquare: power)
        let floor = tracker.floor
        return Reading(level: level, noiseFloor: floor, signalToNoiseDB: signalToNoise(level, over: floor))
    }
}
