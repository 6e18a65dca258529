import LoqaAudio
import LoqaBase

/// Follows the level of the room without speech, from the levels of all blocks.
///
/// Minimum statistics (R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum
/// statistics", IEEE Transactions on Speech and Audio Processing 9(5), 2001) on the whole band instead of on each
/// bin: powers are smoothed over about 100 ms, and the floor is the least smoothed power of the last 4 s. Speech
/// pauses for longer than the smoothing within any 4 s, so its pauses and not its words set the floor. The window
/// is eight parts of 500 ms; when one is full the oldest is forgotten, so the floor falls at once and rises after
/// 4 s at most. No bias is corrected: of steady noise the least smoothed power lies about 1 dB under the mean.
///
/// The smoothing is recursive, unlike in ``LoqaAudio/NoiseFloorTracker``: a hole of a few frames, where packets were lost, must
/// not pass for the room. A value.
struct EndpointerFloor: Sendable {
    private static let partCount = 8
    private static let partLength = 8_000
    private static let smoothing = 1_600

    private var smoothed: Float?
    private var parts = InlineArray<8, Float>(repeating: .infinity)
    private var current = 0
    private var inPart = 0

    init() {}

    /// The floor; ``LoqaBase/DecibelsFullScale/floor`` before the first block.
    var floor: DecibelsFullScale {
        let power = floorPower
        return power == .infinity ? .floor : DecibelsFullScale(meanSquare: power)
    }

    /// The floor as a mean square; infinite before the first block.
    private var floorPower: Float {
        var least = Float.infinity
        for index in 0..<Self.partCount { least = min(least, parts[index]) }
        return least
    }

    /// Counts one block in.
    ///
    /// - Parameters:
    ///   - power: Mean square of its samples, 0...1, as ``LoqaAudio/meanSquare(_:)`` gives it.
    ///   - sampleCount: Its length, above zero; longer than 100 ms counts as 100 ms.
    mutating func track(power: Float, sampleCount: Int) {
        let share = min(Float(sampleCount) / Float(Self.smoothing), 1)
        var next = power
        if let smoothed { next = smoothed + (power - smoothed) * share }
        smoothed = next
        if inPart >= Self.partLength {
            current = (current + 1) % Self.partCount
            parts[current] = next
            inPart = 0
        } else {
            parts[current] = min(parts[current], next)
        }
        inPart += sampleCount
    }
}
