package import HubDialogue
package import HubFallback
package import Logging
import LoqaBase

/// A chat model as the fallback: one ``HubFallback/ChatSession`` for each sentence, over one ``ChatClient``.
///
/// The log tells that it was asked, how long it took and what went wrong, never a word of what was said.
package actor ChatFallback: OpenFallback {
    /// Sentences that may be with the server at the same time.
    package static let openCountMax = 4

    /// "small at http://127.0.0.1:11434 (in the house)".
    package nonisolated let summary: String
    private let client: ChatClient
    private let settings: ChatSession.Settings
    private let logger: Logger
    private var breaker = CircuitBreaker()
    private var openCount = 0

    package init(_ client: ChatClient, _ settings: ChatSession.Settings, logger: Logger) {
        (self.client, self.settings, self.logger) = (client, settings, logger)
        let place = client.settings.mayLeaveHouse ? "outside the house: words leave it" : "in the house"
        summary = "\(settings.model) at \(client.settings.server) (\(place))"
    }

    /// Answers one sentence; beyond ``openCountMax`` at once it is told that the model cannot be reached.
    package func answer(
        _ question: OpenQuestion, in home: DialogueHome,
        perform: @escaping @Sendable ([Reading]) async -> ChatDeeds
    ) async -> ChatOutcome {
        let begun = client.now()
        do throws(ChatError) {
            let outcome = try await converse(question, home, perform)
            logger.info("the chat model answered", metadata: ["ms": "\(milliseconds(since: begun))"])
            return outcome
        } catch {
            logger.warning("\(error)", metadata: ["ms": "\(milliseconds(since: begun))"])
            return .failed(error.trouble)
        }
    }

    private func converse(
        _ question: OpenQuestion, _ home: DialogueHome,
        _ perform: @Sendable ([Reading]) async -> ChatDeeds
    ) async throws(ChatError) -> ChatOutcome {
        guard openCount < Self.openCountMax else { throw .resting }
        openCount += 1
        defer { openCount -= 1 }
        var session = ChatSession(
            question.text, room: question.room, home: home, settings: settings, at: client.now())
        var action = ChatSession.Action.send(session.request(isStreamed: true))
        while true {
            switch action {
            case .send(let body): action = try session.received(try await send(body, session.deadline))
            case .perform(let readings):
                switch await perform(readings) {
                case .told(let texts): action = session.results(texts)
                case .askedTalker: return .askedTalker
                }
            case .say(let text):
                let spoken = ChatSpeech.spoken(text)
                guard !spoken.isEmpty else { throw .malformed("it says nothing") }
                return .say(spoken)
            }
        }
    }

    private func send(_ body: String, _ deadline: HubInstant) async throws(ChatError) -> ChatReply {
        guard breaker.mayTry(at: client.now()) else { throw .resting }
        do throws(ChatError) {
            let reply = try await client.send(body, until: deadline)
            breaker.succeeded()
            return reply
        } catch {
            let now = client.now()
            if error.isServersFault {
                breaker.failed(at: now, wish: error.wish)
            } else {
                breaker.abandoned(at: now)
            }
            throw error
        }
    }

    private func milliseconds(since begun: HubInstant) -> Int64 {
        (client.now() - begun).milliseconds
    }
}
