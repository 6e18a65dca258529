/// How certain it is that a sentence was said as it was understood, the surest first.
package enum Certainty: Int, Sendable, Comparable {
    case clear
    /// Acted on with "I think you said", if nothing can be harmed.
    case likely
    /// Asked about.
    case unsure
    /// Taken for no command.
    case none

    /// By the limits of ``Tuning``.
    ///
    /// - Parameter confidence: 0...1; nil for typed text, which is clear. What is no number is no confidence.
    package init(confidence: Double?) {
        guard let confidence else {
            self = .clear
            return
        }
        if confidence >= Tuning.clearConfidence {
            self = .clear
        } else if confidence >= Tuning.likelyConfidence {
            self = .likely
        } else {
            self = confidence >= Tuning.unsureConfidence ? .unsure : .none
        }
    }

    package static func < (left: Certainty, right: Certainty) -> Bool { left.rawValue < right.rawValue }
}
