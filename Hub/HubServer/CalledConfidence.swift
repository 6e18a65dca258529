/// What a recogniser's confidence is worth in a turn.
///
/// The recogniser counts commands and other speech as equally frequent. In a turn somebody has called the relay or is
/// answering it, and most of what is said then is meant for it: by Bayes' rule the odds are multiplied. Five of fifteen right
/// commands of the demo were taken for no command without it.
package enum CalledConfidence {
    /// Commands for each other utterance in a turn. A guess that is meant to be low: what is heard surely needs no help.
    package static let odds = 4.5

    /// - Parameter even: confidence at even odds, 0...1.
    /// - Returns: the confidence in a turn, 0...1; what is no number stays none.
    package static func confidence(_ even: Double) -> Double {
        even * odds / (even * odds + 1 - even)
    }
}
