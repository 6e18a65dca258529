/// Why a home's sentences cannot be made a grammar for speech.
package enum GrammarError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The language writes no spaces between words, and a recogniser of words cannot take it.
    case unspaced(language: String)
    /// No sentence of the language is left: its words cannot be spoken, or the home has nothing that they are about.
    case empty(language: String)
    /// More states, arcs or kinds of names than a recogniser should search.
    case tooLarge(String)

    package var description: String {
        switch self {
        case .unspaced(let language):
            "'\(language)' has no spaces between words: there is no speech grammar for it yet"
        case .empty(let language):
            "the pack '\(language)' has no sentence that this home could use; see whether the home has devices"
        case .tooLarge(let what):
            "the grammar has more than \(what); give the home fewer names or the pack fewer templates"
        }
    }
}
