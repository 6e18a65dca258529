import HubCore
import HubSkills
import HubSpeech
import HubUnderstanding
import Logging
import LoqaBase
import LoqaSystem
import NIOCore

/// Recognisers, and the sentences that they are to hear.
extension Hub {
    /// Starts one recogniser before the first word is spoken.
    func warmUp() {
        do {
            let grammar = grammar(awaiting: nil)
            guard let lane = try recognisers.take(for: grammar.network, relay: nil) else { return }
            load(grammar, into: lane)
            recognisers.giveBack(lane)
        } catch {
            parts.logger.error("no recogniser", metadata: ["error": "\(error)"])
        }
    }

    /// Takes a recogniser for the turn that a relay opens, with the sentences that make sense now. False if all of
    /// them serve somebody.
    func takeRecogniser(for connection: RelayConnection) -> Bool {
        guard let member = connection.member else { return false }
        if let lane = member.lane { recognisers.giveBack(lane) }
        connection.member?.lane = nil
        let question = member.question.flatMap { now < $0.until ? $0.asked : nil }
        let grammar = grammar(awaiting: question)
        do {
            guard let lane = try recognisers.take(for: grammar.network, relay: member.relay.name) else {
                parts.logger.warning("all recognisers are busy", metadata: ["relay": "\(member.relay.name)"])
                return false
            }
            if lane.network != grammar.network { load(grammar, into: lane) }
            connection.member?.lane = lane
            return true
        } catch {
            parts.logger.error(
                "no recogniser", metadata: ["relay": "\(member.relay.name)", "error": "\(error)"])
            return false
        }
    }

    private func grammar(awaiting question: PendingQuestion?) -> HubSpeech.SpeechGrammar {
        if question == nil, let plainGrammar { return plainGrammar }
        let acceptor = assistant.acceptor(wakePhrases: parts.wakePhrases, wake: .optional, awaiting: question)
        let grammar = HubSpeech.SpeechGrammar(network: acceptor.sphinxText, words: acceptor.words)
        if question == nil { plainGrammar = grammar }
        return grammar
    }

    /// Gives a recogniser its sentences. What it is asked to hear meanwhile waits until it knows them.
    private func load(_ grammar: HubSpeech.SpeechGrammar, into lane: RecogniserPool.Lane) {
        lane.network = grammar.network
        let (recogniser, number) = (lane.recogniser, lane.number)
        Task {
            do {
                let unknown = try await recogniser.loadGrammar(grammar)
                if !unknown.isEmpty {
                    parts.logger.warning(
                        "words without a pronunciation cannot be heard", metadata: ["words": "\(unknown)"])
                }
                record("grammar.loaded")
            } catch {
                parts.logger.error(
                    "the recogniser took no grammar; trying again", metadata: ["error": "\(error)"])
                loop.scheduleTask(in: .nanoseconds(Tuning.grammarRetry.nanoseconds)) { [self] in
                    assumeIsolated { hub in
                        let lane = hub.recognisers.lanes[number]
                        if lane.network == grammar.network, !hub.isStopping { hub.load(grammar, into: lane) }
                    }
                }
            }
        }
    }
}
