package import HubGrammar
package import HubSkills
import HubSpeech
import HubUnderstanding

/// Makes what is heard in a home. A pure function that takes tenths of a second; it is called off the event loop.
///
/// - Throws: ``GrammarError``, or what else keeps the home's sentences from being heard.
package typealias MakeHearing = @Sendable (Assistant) throws -> Hearing

/// The sentences that can be understood in a home, as the recogniser hears them.
package struct Hearing: Sendable {
    /// What a ``Hearing`` is made of.
    struct Source: Sendable {
        var assistant: Assistant
        var make: MakeHearing
    }

    /// When nothing was asked.
    package let plain: WordNetwork
    /// While a question is open: its answers as well.
    package let answering: WordNetwork
    /// The networks as recognisers read them.
    let plainGrammar: HubSpeech.SpeechGrammar
    let answeringGrammar: HubSpeech.SpeechGrammar

    /// - Parameters:
    ///   - wakePhrases: one may stand before each of the assistant's built-in sentences.
    ///   - plain: what is heard besides them when nothing was asked.
    ///   - answering: the same while a question is open.
    package init(
        of assistant: Assistant, wakePhrases: [String], plain: [WordNetwork.Part],
        answering: [WordNetwork.Part]
    ) {
        // Which question is open does not matter to the built-in sentences.
        let asked = PendingQuestion(.dialogue)
        self.plain = .joined(plain + [.init(Self.builtIn(assistant, wakePhrases, awaiting: nil), share: 1)])
        self.answering = .joined(
            answering + [.init(Self.builtIn(assistant, wakePhrases, awaiting: asked), share: 1)])
        plainGrammar = .init(network: self.plain.sphinxText, words: self.plain.words)
        answeringGrammar = .init(network: self.answering.sphinxText, words: self.answering.words)
    }

    private static func builtIn(
        _ assistant: Assistant, _ wakePhrases: [String], awaiting: PendingQuestion?
    ) -> WordNetwork {
        let acceptor = assistant.acceptor(wakePhrases: wakePhrases, wake: .optional, awaiting: awaiting)
        return WordNetwork(
            stateCount: acceptor.stateCount, end: acceptor.end,
            arcs: acceptor.arcs.map { .init(from: $0.from, to: $0.to, word: $0.word) })
    }

    /// How far the words of `text` have come.
    func progress(of text: String, isAnswer: Bool) -> SentenceProgress {
        (isAnswer ? answering : plain).progress(of: text.split(separator: " ").map(String.init))
    }
}
