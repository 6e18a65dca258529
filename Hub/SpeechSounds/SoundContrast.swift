import Glibc

/// How far the loud parts of an utterance stand above its quiet ones: the ratio of speech to the room, as long as both
/// occur.
package enum SoundContrast {
    /// Samples of a frame: 10 ms at 16 kHz.
    private static let frameSampleCount = 160
    /// Loud is the frame that this part of the frames does not reach, quiet the one that this part stays below.
    private static let (loudShare, quietShare) = (0.95, 0.1)
    /// From here on a room is quiet; by so much less it is as noisy as was tried.
    private static let (quietDB, spanDB) = (25.0, 15.0)

    /// The ratio in dB, 0 or more; that of a quiet room for what is shorter than a frame.
    package static func decibels(of samples: [Int16]) -> Double {
        let count = samples.count / frameSampleCount
        guard count > 0 else { return quietDB }
        // 1 is a sample's last bit: what lies below is none of the room's.
        var powers = (0..<count).map { frame -> Double in
            let block = samples[frame * frameSampleCount..<(frame + 1) * frameSampleCount]
            return 1 + block.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(frameSampleCount)
        }
        powers.sort()
        let (loud, quiet) = (Int(loudShare * Double(count)), Int(quietShare * Double(count)))
        return 10 * log10(powers[loud] / powers[quiet])
    }

    /// 0 for a quiet room, 1 for a noisy one.
    static func noisiness(of contrast: Double) -> Double {
        contrast.isNaN ? 0 : min(1, max(0, (quietDB - contrast) / spanDB))
    }
}
