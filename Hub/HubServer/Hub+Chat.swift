import HubCore
import HubDialogue
import HubFallback
import HubSkills
import LoqaBase
import LoqaSystem
import LoqaWire
import Synchronization

/// Sentences that nothing in the house understands, handed to a chat model if the owner switched one on.
extension Hub {
    /// Asks the chat model, and answers the turn when it has answered. The turn waits, with a deadline of its own.
    func deliberate(on words: String, with fallback: any OpenFallback, on connection: RelayConnection) {
        guard let member = connection.member, let turn = member.turn.turn else { return }
        let begun = now
        connection.member?.turn.deliberates(at: begun)
        record("chat.asked", connection)
        chatCounters.asked += 1
        let question = OpenQuestion(words, room: assistant.home.room(member.room)?.name)
        let (home, id) = (assistant.home.dialogueHome, connection.id)
        connection.member?.deliberation = Task {
            let deeds = ChatDeedsBox()
            let outcome = await fallback.answer(question, in: home) { [self] readings in
                await carryOut(readings, of: words, deeds, turn, on: id)
            }
            answer(outcome, deeds.reply, turn, since: begun, on: id)
        }
        rearm(for: connection, at: begun)
    }

    private func carryOut(
        _ readings: [Reading], of words: String, _ deeds: ChatDeedsBox, _ turn: TurnID,
        on id: ConnectionID
    ) -> ChatDeeds {
        // Nothing is done any more for a talker who went away.
        guard let connection = connections[id], let member = connection.member, member.turn.turn == turn
        else { return .told([]) }
        let (texts, reply) = assistant.carryOut(
            readings, text: words, from: member.relay.id, room: member.room, at: parts.now())
        took(reply, on: connection)
        deeds.add(reply)
        return reply.expectsReply ? .askedTalker : .told(texts)
    }

    private func answer(
        _ outcome: ChatOutcome, _ done: Reply?, _ turn: TurnID, since begun: HubInstant,
        on id: ConnectionID
    ) {
        guard let connection = connections[id], connection.member?.turn.turn == turn else { return }
        connection.member?.deliberation = nil
        record(
            "chat.answered", connection,
            [
                ("outcome", .text(Self.word(for: outcome))), ("ms", .integer((now - begun).milliseconds)),
            ])
        if case .failed = outcome { chatCounters.failed += 1 }
        let text: String
        switch outcome {
        case .say(let said): text = said
        case .askedTalker: text = done?.answer ?? ""
        // What was done before the model failed is done: that is said then.
        case .failed(let trouble): text = done.map(\.answer) ?? assistant.say(Phrase(trouble))
        }
        finish(text, question: done?.question, on: connection)
        rearm(for: connection, at: now)
    }

    private static func word(for outcome: ChatOutcome) -> String {
        switch outcome {
        case .say: "said"
        case .askedTalker: "asked"
        case .failed(.unreachable): "unreachable"
        case .failed(.slow): "slow"
        case .failed(.useless): "useless"
        }
    }
}

/// Requests to the chat model since the hub started.
struct ChatCounters {
    var asked: UInt64 = 0
    var failed: UInt64 = 0
}

/// What a model had done for one sentence. Any thread.
private final class ChatDeedsBox: Sendable {
    private let box = Mutex<Reply?>(nil)

    var reply: Reply? { box.withLock { $0 } }

    func add(_ reply: Reply) {
        box.withLock { before in
            var reply = reply
            if let answer = before?.answer, !answer.isEmpty { reply.answer = "\(answer) \(reply.answer)" }
            before = reply
        }
    }
}
