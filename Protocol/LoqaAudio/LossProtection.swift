/// How much an encoder spends against loss, chosen from the receiver's reports: a pure value.
///
/// Rises with a report at once, and falls only after several lower ones in a row, so that a report that
/// wavers by chance (of 100 packets a tenth is lost give or take 3) does not change the encoder back and
/// forth.
package struct LossProtection: Sendable, Equatable {
    /// What may be changed freely. Measured with tools/bench-loss; docs/loss.md has the figures.
    package enum Tuning {
        /// What is assumed before the first report, in permille: the first words of a turn have no report
        /// yet.
        package static let initialPermille = 50
        /// Loss below this is not worth the bits, in permille.
        package static let offBelowPermille = 5
        /// Lower reports in a row after which protection falls: 2 s of them while a stream runs, so that none
        /// of the packets of the first is among those of the last.
        package static let fallAfterCount = 8
        /// Reports of next to no loss in a row that end protection: 5 s.
        package static let offAfterCount = 20
        /// The width of a step, in percent.
        package static let stepPercent = 5
        /// More than this changes nothing in Opus, in percent.
        package static let percentMax = 30
        /// What each step adds to the encoder's rate, in percent of it, up to ``addedRateMaxPercent``.
        /// Without more bits the copies take theirs from the sound itself, and at 10 % loss STOI falls by
        /// 0.05 instead of 0.02.
        package static let addedRatePercent = 35
        /// Beyond twice the rate almost nothing is gained.
        package static let addedRateMaxPercent = 100
    }

    /// What the encoder is told to expect, in percent: a multiple of ``Tuning/stepPercent`` up to
    /// ``Tuning/percentMax``. 0 turns protection off.
    package private(set) var percent = 0

    /// The rate of an encoder that has this one without loss.
    package func bitsPerSecond(_ base: Int32) -> Int32 {
        let steps = percent / Tuning.stepPercent
        let added = min(steps * Tuning.addedRatePercent, Tuning.addedRateMaxPercent)
        return base + base / 100 * Int32(added)
    }

    /// Starts from an assumption, or from the last report of an earlier stream.
    package init(permille: Int = Tuning.initialPermille) {
        percent = Self.step(atLeast: min(max(permille, 0), 1_000))
    }

    /// Reports in a row that asked for less, and the most that one of them asked for, in percent.
    private var lowerCount = 0
    private var lowerMax = 0

    /// The receiver said how much was lost of late. Values out of 0...1000 are taken as the nearest.
    ///
    /// - Returns: whether ``percent`` changed.
    package mutating func report(permille: Int) -> Bool {
        let wanted = Self.step(atLeast: min(max(permille, 0), 1_000))
        guard wanted < percent else {
            defer { percent = wanted }
            (lowerCount, lowerMax) = (0, 0)
            return wanted > percent
        }
        lowerCount += 1
        lowerMax = max(lowerMax, wanted)
        // Off is next to the lowest step only, and takes longer.
        let isEnding = percent == Tuning.stepPercent
        guard lowerCount >= (isEnding ? Tuning.offAfterCount : Tuning.fallAfterCount) else { return false }
        percent = isEnding ? 0 : max(lowerMax, Tuning.stepPercent)
        (lowerCount, lowerMax) = (0, 0)
        return true
    }

    private static func step(atLeast permille: Int) -> Int {
        guard permille >= Tuning.offBelowPermille else { return 0 }
        let steps = (permille + Tuning.stepPercent * 10 - 1) / (Tuning.stepPercent * 10)
        return min(steps * Tuning.stepPercent, Tuning.percentMax)
    }
}
