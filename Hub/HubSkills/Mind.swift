package import HubAnswers
package import HubDialogue
import HubUnderstanding

/// The sentences of a whole language and the conversations in it: what an ``Assistant`` asks when its own built-in
/// sentences do not know what was said, and always in other languages than English.
package struct Mind: Sendable {
    /// "en", "de".
    package let language: String
    var dialogue: Dialogue<LanguageReader>
    let answers: AnswerBook
    let phrases: Phrasebook

    /// - Parameters:
    ///   - reader: the language's sentences with the names of `home`: ``Home/dialogueHome``.
    ///   - answers: the language's response templates.
    package init(
        language: String, reader: LanguageReader, home: DialogueHome, answers: AnswerBook,
        phrases: Phrasebook,
        wakePhrases: [String]
    ) {
        (self.language, self.answers, self.phrases) = (language, answers, phrases)
        dialogue = Dialogue(
            reader: reader, home: home, phrases: phrases, wakePhrases: wakePhrases, language: language)
    }

    /// Whether the built-in sentences speak this language too.
    var isEnglish: Bool { language == "en" || language.hasPrefix("en-") }
}

extension Match {
    /// Whether a name in it is one that the home does not have.
    var hasUnknown: Bool {
        slots.contains { slot in
            if case .unknown = slot.value { true } else { false }
        }
    }
}
