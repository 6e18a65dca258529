import HubCore
import HubGrammar
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

    /// The sentences that make sense now.
    private func grammar(awaiting question: PendingQuestion?) -> HubSpeech.SpeechGrammar {
        if let hearing { return question == nil ? hearing.plainGrammar : hearing.answeringGrammar }
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
            do throws(EngineFailure) {
                let unknown = try await recogniser.loadGrammar(grammar)
                if !unknown.isEmpty {
                    parts.logger.warning(
                        "words without a pronunciation cannot be heard", metadata: ["words": "\(unknown)"])
                }
                record("grammar.loaded", [("words", .integer(Int64(grammar.words.count)))])
            } catch {
                refused(grammar, by: number, error)
            }
        }
    }

    /// A recogniser took no grammar. One that it cannot take at all is not offered again: the built-in sentences, which
    /// are fewer, are heard instead.
    private func refused(
        _ grammar: HubSpeech.SpeechGrammar, by number: Int, _ failure: EngineFailure
    ) {
        let isWhole = [hearing?.plainGrammar, hearing?.answeringGrammar].contains(grammar)
        if isWhole, case .refused = failure {
            hearing = nil
            parts.logger.error(
                "the recogniser refuses the home's whole grammar; the built-in sentences alone are heard",
                metadata: ["error": "\(failure)"])
            return reloadIdleRecognisers(and: number)
        }
        parts.logger.error("the recogniser took no grammar; trying again", metadata: ["error": "\(failure)"])
        loop.scheduleTask(in: .nanoseconds(Tuning.grammarRetry.nanoseconds)) { [self] in
            assumeIsolated { hub in
                let lane = hub.recognisers.lanes[number]
                if lane.network == grammar.network, !hub.isStopping { hub.load(grammar, into: lane) }
            }
        }
    }

    /// Gives recognisers that serve nobody what is heard now; those that do get it with their next turn.
    ///
    /// - Parameter number: of one that gets it in any case, having nothing else.
    func reloadIdleRecognisers(and number: Int? = nil) {
        guard !isStopping else { return }
        let grammar = grammar(awaiting: nil)
        for lane in recognisers.lanes
        where lane.network != grammar.network && (!lane.isTaken || lane.number == number) {
            load(grammar, into: lane)
        }
    }

    /// Has the home's whole grammar made, beside everything else. What was heard before is heard until it is ready, and
    /// after it if it cannot be made.
    func makeHearing(_ make: MakeHearing?) {
        guard let make else { return }
        let source = Hearing.Source(assistant: assistant, make: make)
        let began = now
        Task {
            switch await hearingKeeper.change(to: source) {
            case .superseded: break
            case .failed(let reason):
                parts.logger.warning(
                    "the home's whole grammar cannot be made; what was heard before is heard still",
                    metadata: ["reason": "\(reason)"])
                record("hearing.failed", [("reason", .text(reason))])
            case .replaced:
                guard let made = await hearingKeeper.current else { break }
                hearing = made
                let counts = [
                    ("words", made.plain.words.count), ("states", made.plain.stateCount),
                    ("arcs", made.plain.arcs.count), ("ms", Int((now - began).milliseconds)),
                ]
                parts.logger.notice(
                    "the home's whole grammar is heard",
                    metadata: .init(uniqueKeysWithValues: counts.map { ($0, "\($1)") }))
                record("hearing.made", counts.map { ($0, .integer(Int64($1))) })
                reloadIdleRecognisers()
            }
        }
    }
}
