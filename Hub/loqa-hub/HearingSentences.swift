import HubDialogue
import HubGrammar
import HubLanguage

/// What of a language is heard in a home, and how probable it is.
struct HearingSentences {
    let language: Language
    /// Names of the home, made for `language`.
    let names: HomeVocabulary
    let wakePhrases: [String]

    /// Sentences that go back to another one: of a hundred, one or two. As probable as commands, "sorry on the television"
    /// would be heard where "turn on the television" was said.
    private static let followUpShare = 0.02
    /// While a question is open, as many are answers as are commands.
    private static let answerShare = 1.0

    /// The networks of commands and of what follows them.
    ///
    /// - Parameter isAnswering: a question is open.
    /// - Throws: ``GrammarError``
    func parts(isAnswering: Bool) throws(GrammarError) -> [WordNetwork.Part] {
        let walk = LanguageWalk(language, home: names)
        let intents = Set((0..<walk.templateCount).map(walk.intent(of:)))
        let followUps = intents.filter { DialogueIntent(rawValue: $0) != nil }
        var options = NetworkBuilder.Options()
        options.wakePhrases = wakePhrases.map { $0.lowercased().split(separator: " ").map(String.init) }
        // Answers are the same whatever was asked.
        if isAnswering { options.context = ["awaiting": .text(Awaited.choice.rawValue)] }
        options.intents = intents.subtracting(followUps)
        let commands = try NetworkBuilder.network(of: language, home: names, options: options)
        options.intents = followUps
        do throws(GrammarError) {
            let others = try NetworkBuilder.network(of: language, home: names, options: options)
            return [
                .init(commands, share: 1),
                .init(others, share: isAnswering ? Self.answerShare : Self.followUpShare),
            ]
        } catch {
            guard case .empty = error else { throw error }
            return [.init(commands, share: 1)]
        }
    }
}
