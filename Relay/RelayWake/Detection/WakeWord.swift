package import LoqaBase

/// A phrase that a relay listens for: its network, its rule, and what it is for.
package struct WakeWord {
    /// What follows when the phrase is heard.
    package enum Role: String, Sendable, Equatable, CaseIterable {
        /// A turn begins.
        case wake
        /// What sounds is stopped; it listens only while something sounds.
        case stop
    }

    package let phrase: String
    package let role: Role
    package let network: StreamingNetwork
    package private(set) var rule: PhraseDecision.Rule

    /// A word of a community model: `cutoff` and `windowCount` are its manifest's.
    package init(phrase: String, role: Role, network: StreamingNetwork, cutoff: Float, windowCount: Int) {
        (self.phrase, self.role, self.network) = (phrase, role, network)
        let scoresPerSecond = 100 / network.featureCount
        rule = PhraseDecision.Rule(
            windowCount: windowCount, threshold: cutoff, nearMissThreshold: cutoff * Tuning.nearMissShare,
            restCount: scoresPerSecond * Tuning.restSeconds,
            settlingCount: scoresPerSecond * Tuning.settlingSeconds)
    }

    /// The same word with another threshold.
    package func with(threshold: Float) -> WakeWord {
        var word = self
        word.rule.threshold = threshold
        word.rule.nearMissThreshold = threshold * Tuning.nearMissShare
        return word
    }

    /// What may be changed freely.
    package enum Tuning {
        /// Rest after a firing, as in the community's own runtimes.
        package static let restSeconds = 2
        /// Sound at the start of a stream that is not trusted.
        package static let settlingSeconds = 1
        /// Share of the cut-off above which a phrase that does not fire is a near miss.
        package static let nearMissShare: Float = 0.5
        /// A firing comes at the phrase's end; this is how long before it the phrase is taken to begin.
        package static let phraseLength = SampleCount(.milliseconds(1_000))
    }
}

/// A phrase that was heard or nearly heard, in samples since the detector was given its first one.
package struct WakeFiring: Sendable, Equatable {
    package var phrase: String
    package var role: WakeWord.Role
    /// Sound that the detector had taken when it fired.
    package var position: SampleCount
    /// Mean of the probabilities, 0...1.
    package var score: Float
    /// Below the cut-off: for counting, nothing follows.
    package var isNearMiss: Bool

    /// Where the phrase is taken to lie.
    package var event: WakeEvent {
        let start = position - WakeWord.Tuning.phraseLength
        return WakeEvent(start: max(start, SampleCount(0)), end: position, phrase: phrase)
    }
}
