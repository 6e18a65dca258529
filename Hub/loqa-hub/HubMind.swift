import HubAnswers
import HubDialogue
import HubLanguage
import HubPacks
import HubSkills

/// Makes the mind of a language from packs and from Loqa's own sentences.
enum HubMind {
    /// Reads and compiles everything: tenths of a second.
    ///
    /// - Parameters:
    ///   - language: "en", "de".
    ///   - intents: folder of packs; nil for Loqa's own sentences alone.
    ///   - sentences: folder of Loqa's own sentences.
    /// - Throws: ``PackError`` with file, line and column of what is wrong.
    static func make(
        language: String, intents: String?, sentences: String, home: Home, wakePhrases: [String]
    ) throws -> Mind {
        let own = try OwnSentences(folder: sentences, language: language)
        var source =
            try intents.map { try PackFolder($0).source(language) } ?? LanguageSource(language: language)
        try own.add(to: &source)
        let compiled: Language
        do {
            compiled = try LanguageLoader.load(WordBlock(try LanguageCompiler.compile(source)))
        } catch let error as LanguageError {
            throw PackError.language(error)
        }
        let names = home.dialogueHome
        return Mind(
            language: language,
            reader: LanguageReader(Understander(compiled, home: names.vocabulary(for: compiled))),
            home: names,
            answers: AnswerBook(compiled.responses),
            phrases: try own.phrasebook(errors: compiled.errorResponses),
            wakePhrases: wakePhrases)
    }
}
