package import LoqaBase

/// A network that listens for a phrase, with the features that it was trained on.
package struct WakeNetwork {
    /// What of the front end a network hears.
    package enum Features: String, Sendable, Equatable, CaseIterable {
        /// Noise subtracted, gain controlled: microWakeWord's.
        case micro
        /// Plain logarithms of the same bands.
        case logMel = "log-mel"
    }

    /// What computes; one word's alone, since it remembers what it heard.
    package let network: StreamingNetwork
    package let features: Features
    /// Its share of the phrase's score.
    package let weight: Float

    package init(_ network: StreamingNetwork, features: Features = .micro, weight: Float = 1) {
        (self.network, self.features, self.weight) = (network, features, weight)
    }
}

/// A phrase that a relay listens for: its networks, its rule, and what it is for.
package struct WakeWord {
    /// What follows when the phrase is heard.
    package enum Role: String, Sendable, Equatable, CaseIterable {
        /// A turn begins.
        case wake
        /// What sounds is stopped; it listens only while something sounds.
        case stop
    }

    /// What is averaged and compared with the threshold.
    package enum Score: Sendable, Equatable {
        /// The one network's probability, 0...1, as the community's runtimes do.
        case probability
        /// The weighted sum of all networks' logits, which does not saturate.
        case logit
    }

    /// As it is written for people.
    package let phrase: String
    package let role: Role
    /// At least one; all take as many features a step.
    package let networks: [WakeNetwork]
    package let score: Score
    package private(set) var rule: PhraseDecision.Rule

    /// A word whose networks answer equally often.
    ///
    /// - Precondition: there is a network, all take as many features, and only one where probabilities count.
    package init(
        phrase: String, role: Role, networks: [WakeNetwork], score: Score, threshold: Float, windowCount: Int
    ) {
        precondition(!networks.isEmpty, "a word needs a network")
        let featureCount = networks[0].network.featureCount
        precondition(
            networks.allSatisfy { $0.network.featureCount == featureCount }, "networks of other steps")
        precondition(score == .logit || networks.count == 1, "probabilities of several networks do not add")
        (self.phrase, self.role, self.networks, self.score) = (phrase, role, networks, score)
        let scoresPerSecond = 100 / featureCount
        rule = PhraseDecision.Rule(
            windowCount: windowCount, threshold: threshold, nearMissThreshold: 0,
            restCount: scoresPerSecond * Tuning.restSeconds,
            settlingCount: scoresPerSecond * Tuning.settlingSeconds)
        set(threshold: threshold)
    }

    /// A word of a community model: `cutoff` and `windowCount` are its manifest's.
    package init(phrase: String, role: Role, network: StreamingNetwork, cutoff: Float, windowCount: Int) {
        self.init(
            phrase: phrase, role: role, networks: [WakeNetwork(network)], score: .probability,
            threshold: cutoff,
            windowCount: windowCount)
    }

    /// The same word with another threshold.
    package func with(threshold: Float) -> WakeWord {
        var word = self
        word.set(threshold: threshold)
        return word
    }

    private mutating func set(threshold: Float) {
        rule.threshold = threshold
        rule.nearMissThreshold =
            score == .probability ? threshold * Tuning.nearMissShare : threshold - Tuning.nearMissLogits
    }

    /// Bytes that its networks hold.
    package var byteCount: Int { networks.reduce(0) { $0 + $1.network.byteCount } }

    /// What may be changed freely.
    package enum Tuning {
        /// Rest after a firing, as in the community's own runtimes.
        package static let restSeconds = 2
        /// Sound at the start of a stream that is not trusted.
        package static let settlingSeconds = 1
        /// Share of the cut-off, or distance from it in logits, within which a phrase that does not fire is a near miss.
        package static let nearMissShare: Float = 0.5
        package static let nearMissLogits: Float = 2
        /// A firing comes at the phrase's end; this is how long before it the phrase is taken to begin.
        package static let phraseLength = SampleCount(.milliseconds(1_000))
    }
}

/// A phrase that was heard or nearly heard, in samples since the detector was given its first one.
package struct WakeFiring: Sendable, Equatable {
    /// The word's, as it is written for people.
    package var phrase: String
    package var role: WakeWord.Role
    /// Sound that the detector had taken when it fired.
    package var position: SampleCount
    /// Mean of the probabilities, 0...1, or of the sums of logits.
    package var score: Float
    /// Below the threshold: for counting, nothing follows.
    package var isNearMiss: Bool

    package init(phrase: String, role: WakeWord.Role, position: SampleCount, score: Float, isNearMiss: Bool) {
        (self.phrase, self.role, self.position) = (phrase, role, position)
        (self.score, self.isNearMiss) = (score, isNearMiss)
    }

    /// Where the phrase is taken to lie.
    package var event: WakeEvent {
        let start = position - WakeWord.Tuning.phraseLength
        return WakeEvent(start: max(start, SampleCount(0)), end: position, phrase: phrase)
    }
}
