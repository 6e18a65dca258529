import Glibc

/// How the loud parts of an utterance stand to its quiet ones, which is how speech stands to the room as long as both
/// occur.
package struct SoundContrast: Sendable, Equatable {
    /// How far the loud parts stand above the quiet ones, in dB; 0 or more.
    package let decibels: Double
    /// How long it is closer to the loud parts than to the quiet ones: speech without its gaps.
    package let loudSeconds: Double

    /// Samples of a frame: 10 ms at 16 kHz.
    private static let frameSampleCount = 160
    /// Loud is the frame that this part of the frames does not reach, quiet the one that this part stays below.
    private static let (loudShare, quietShare) = (0.95, 0.1)
    /// From here on a room is quiet; by so much less it is as noisy as was tried.
    private static let (quietDB, spanDB) = (25.0, 15.0)

    package init(decibels: Double, loudSeconds: Double) {
        (self.decibels, self.loudSeconds) = (decibels, loudSeconds)
    }

    /// - Parameter samples: 16 kHz mono; what is shorter than a frame counts as silence in a quiet room.
    package init(of samples: [Int16]) {
        let count = samples.count / Self.frameSampleCount
        guard count > 0 else {
            self.init(decibels: Self.quietDB, loudSeconds: 0)
            return
        }
        // 1 is a sample's last bit: what lies below is none of the room's.
        let powers = (0..<count).map { frame -> Double in
            let block = samples[frame * Self.frameSampleCount..<(frame + 1) * Self.frameSampleCount]
            return 1 + block.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(Self.frameSampleCount)
        }
        let sorted = powers.sorted()
        let loud = sorted[Int(Self.loudShare * Double(count))]
        let quiet = sorted[Int(Self.quietShare * Double(count))]
        let middle = (loud * quiet).squareRoot()
        self.init(
            decibels: 10 * log10(loud / quiet),
            loudSeconds: Double(powers.count { $0 > middle }) / 100)
    }

    /// 0 for a quiet room, 1 for a noisy one.
    var noisiness: Double {
        decibels.isNaN ? 0 : min(1, max(0, (Self.quietDB - decibels) / Self.spanDB))
    }
}
