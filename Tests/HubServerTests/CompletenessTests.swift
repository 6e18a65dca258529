import HubGrammar
import HubServer
import HubSpeech
import HubUnderstanding
import Testing

/// How the built-in sentences and the whole grammar together judge the words before a pause.
struct CompletenessTests {
    typealias Judgement = (
        builtIn: HubUnderstanding.Completeness, network: SentenceProgress?, both: Endpointer.Completeness
    )

    @Test(
        arguments: [
            (.unknown, nil, .unknown), (.unknown, SentenceProgress.none, .unknown),
            (.partial, nil, .partial), (.partial, SentenceProgress.none, .partial),
            (.unknown, .partial, .partial), (.partial, .partial, .partial),
            (.complete(canContinue: false), nil, .complete(canContinue: false)),
            (.complete(canContinue: true), nil, .complete(canContinue: true)),
            // Half a sentence of one is a whole one of the other.
            (.partial, .complete(endShare: 0.9), .complete(canContinue: false)),
            (.complete(canContinue: false), .partial, .complete(canContinue: false)),
            // Whether it may go on, the one that knows more decides.
            (.unknown, .complete(endShare: 0.2), .complete(canContinue: true)),
            (.complete(canContinue: false), .complete(endShare: 0.2), .complete(canContinue: true)),
            (.complete(canContinue: true), .complete(endShare: 1), .complete(canContinue: true)),
            (.complete(canContinue: false), .complete(endShare: 0.9), .complete(canContinue: false)),
        ] as [Judgement])
    func `words are a sentence if either has it, and may go on if either goes on`(judgement: Judgement) {
        #expect(
            Endpointer.Completeness(builtIn: judgement.builtIn, network: judgement.network) == judgement.both)
    }
}
