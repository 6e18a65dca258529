import HubAnswers
import HubDialogue
import HubLanguage
import HubPacks
import HubServer
import HubSkills

/// The sentences of a language in a home: what understands them, and by what they are heard.
struct HubMind {
    let mind: Mind
    let makeHearing: MakeHearing

    /// Reads and compiles everything: tenths of a second.
    ///
    /// - Parameters:
    ///   - language: "en", "de".
    ///   - intents: folder of packs; nil for Loqa's own sentences alone.
    ///   - sentences: folder of Loqa's own sentences.
    /// - Throws: ``PackError`` with file, line and column of what is wrong.
    init(language: String, intents: String?, sentences: String, home: Home, wakePhrases: [String]) throws {
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
        let vocabulary = names.vocabulary(for: compiled)
        mind = Mind(
            language: language, reader: LanguageReader(Understander(compiled, home: vocabulary)),
            home: names, answers: AnswerBook(compiled.responses),
            phrases: try own.phrasebook(errors: compiled.errorResponses), wakePhrases: wakePhrases)
        makeHearing = { assistant in
            let sentences = HearingSentences(language: compiled, names: vocabulary, wakePhrases: wakePhrases)
            return Hearing(
                of: assistant, wakePhrases: wakePhrases, plain: try sentences.parts(isAnswering: false),
                answering: try sentences.parts(isAnswering: true))
        }
    }
}
