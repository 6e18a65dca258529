package import HubAnswers

/// What the dialogue itself says, in every language: a template each, in `sentences/<language>/dialogue.yaml`.
package enum Phrase: String, Sendable, CaseIterable {
    /// "Sorry, I didn't understand that."
    case notUnderstood
    /// "Sorry, say that again?"
    case askAgain
    /// "I think you said: {{ text }}."
    case thinkYouSaid
    /// "Did you mean {{ options }}?"
    case didYouMean
    /// "Shall I really {{ text }}?"
    case confirm
    /// "There is no {{ name }} {{ place }}."
    case nothingHere
    /// "There is no {{ name }} in the {{ area }}. Do you mean the one in the {{ options }}?"
    case elsewhere
    /// "Which one: {{ options }}?"
    case which
    /// "I don't know {{ name }}."
    case unknownName
    /// "For how long?"
    case askDuration
    case askTemperature
    case askBrightness
    case askPosition
    case askPercentage
    case askItem
    case askMessage
    case askMedia
    /// "I can't do that yet."
    case cannot
    /// "All right."
    case allRight
    /// "There is nothing to undo."
    case nothingToUndo
    /// "I put it back."
    case putBack
    /// "I don't know what you mean by that." (a pronoun or "and the bedroom" without anything before)
    case nothingBefore
    /// "But: {{ problem }}": before what failed in a sentence of several commands.
    case failed
    /// " or ": between options.
    case orWord
    /// "Shall I unlock {{ names }}?": before what a chat model wants. `action` is on, off or set, `sort` a domain.
    case confirmAct
    /// "I don't know that, and the chat model cannot be reached."
    case chatUnreachable
    /// "... takes too long."
    case chatSlow
    /// "... could not help."
    case chatUseless

    /// The names that its template may use.
    package var variables: [String] {
        switch self {
        case .thinkYouSaid, .confirm: ["text"]
        case .didYouMean, .which: ["options"]
        case .elsewhere: ["area", "name", "options"]
        case .nothingHere: ["area", "name"]
        case .unknownName: ["name"]
        case .failed: ["problem"]
        case .confirmAct: ["action", "names", "sort"]
        case .notUnderstood, .askAgain, .askDuration, .askTemperature, .askBrightness, .askPosition,
            .askPercentage,
            .askItem, .askMessage, .askMedia, .cannot, .allRight, .nothingToUndo, .putBack, .nothingBefore,
            .orWord, .chatUnreachable, .chatSlow, .chatUseless:
            []
        }
    }
}

/// All phrases of one language, and the words by which its sentences are put together.
package struct Phrasebook: Sendable {
    private var templates: [Phrase: AnswerTemplate] = [:]
    /// Words that join commands: "and", "then". In lower case.
    package var conjunctions: Set<String>
    /// Words that may stand between a command and its missing part: "for", "to".
    package var joiners: [String]
    /// Words of the greatest part of sentences that are no names: articles, prepositions. Not guessed to be names.
    package var fillers: Set<String>

    /// Reads the phrases.
    ///
    /// - Parameter phrases: the template of every ``Phrase``.
    /// - Throws: ``PhrasebookError`` if one is missing or broken.
    package init(
        phrases: [String: String], conjunctions: [String], joiners: [String], fillers: [String]
    ) throws(PhrasebookError) {
        (self.conjunctions, self.joiners) = (Set(conjunctions.map { $0.lowercased() }), joiners)
        self.fillers = Set(fillers.map { $0.lowercased() })
        for phrase in Phrase.allCases {
            guard let source = phrases[phrase.rawValue] else { throw .missing(phrase) }
            do throws(AnswerError) {
                let template = try AnswerTemplate(source, name: phrase.rawValue)
                _ = try template.answer(
                    AnswerContext(phrase.variables.map { .init($0, .text("x")) }))
                templates[phrase] = template
            } catch {
                throw .broken(error)
            }
        }
    }

    /// The phrase with its variables filled in; a template that fails in spite of the check is left out.
    package func say(_ phrase: Phrase, _ variables: [(String, String)] = []) -> String {
        let context = AnswerContext(variables.map { .init($0.0, .text($0.1)) })
        do throws(AnswerError) {
            return try templates[phrase]?.answer(context) ?? ""
        } catch {
            return ""
        }
    }

    /// "the kitchen, the den or the attic".
    package func options(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " \(say(.orWord)) " + last
    }
}

/// Why the phrases of a language cannot be used.
package enum PhrasebookError: Error, Sendable, CustomStringConvertible {
    case missing(Phrase)
    case broken(AnswerError)

    package var description: String {
        switch self {
        case .missing(let phrase): "the phrase \"\(phrase.rawValue)\" is missing; add it under \"phrases\""
        case .broken(let error): "a phrase cannot be rendered: \(error)"
        }
    }
}
