package import LoqaBase

/// Follows the level of the room without speech, from the levels of all blocks.
///
/// Minimum statistics (R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum
/// statistics", IEEE Transactions on Speech and Audio Processing 9(5), 2001) on the whole band instead of on each
/// bin, with a plain mean in place of his recursive smoothing, which would take a second to fall from a word to a
/// quiet room. The power is averaged over 100 ms, and the floor is the least average of the last 4 s. Speech pauses
/// for longer than 100 ms within any 4 s, so its pauses and not its words set the floor. The window is eight parts
/// of 500 ms; when one is full the oldest is forgotten, so the floor falls within 100 ms and rises after 4 s at
/// most. No bias is corrected: of steady noise the least average lies about half a decibel under the mean.
///
/// A value; real-time safe: no allocation, no lock.
package struct NoiseFloorTracker: Sendable {
    private static let partCount = 8
    private static let blocksPerPart = 25
    private static let averagedCount = 5

    private var recent = InlineArray<5, Float>(repeating: 0)
    private var blockCount = 0
    private var parts = InlineArray<8, Float>(repeating: .infinity)

    package init() {}

    /// The floor; ``LoqaBase/DecibelsFullScale/floor`` before the first block.
    package var floor: DecibelsFullScale {
        let power = floorPower
        return power == .infinity ? .floor : DecibelsFullScale(meanSquare: power)
    }

    /// The floor as a mean square; infinite before the first block.
    private var floorPower: Float {
        var least = Float.infinity
        for index in 0..<Self.partCount { least = min(least, parts[index]) }
        return least
    }

    /// Counts one block of 20 ms in.
    ///
    /// - Parameter power: Mean square of its samples, 0...1, as ``LoqaAudio/meanSquare(_:)`` gives it.
    @_noAllocation @_noLocks
    package mutating func track(power: Float) {
        recent[blockCount % Self.averagedCount] = power
        blockCount += 1
        let known = min(blockCount, Self.averagedCount)
        var average: Float = 0
        for index in 0..<known { average += recent[index] }
        average /= Float(known)
        let part = (blockCount - 1) / Self.blocksPerPart % Self.partCount
        let isNewPart = (blockCount - 1) % Self.blocksPerPart == 0
        parts[part] = isNewPart ? average : min(parts[part], average)
    }
}

/// How far a level stands above the noise floor, in dB: 0 at or below the floor.
package func signalToNoise(_ level: DecibelsFullScale, over floor: DecibelsFullScale) -> Float {
    max(0, level.value - floor.value)
}
