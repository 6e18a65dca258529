import HubSkills
import LoqaBase
import Testing

/// Plays the conversations of ``Conversations`` against a home and compares every answer and every change.
struct ConversationTests {
    @Test(arguments: Conversations.all)
    func `every sentence gets its answer and changes only what it says`(_ conversation: Conversation) throws {
        var player = try Player()
        for line in conversation.lines { player.play(line) }
    }

    @Test func `there are at least 120 sentences, and every intent is among them`() throws {
        let lines = Conversations.all.flatMap(\.lines)
        #expect(lines.count >= 120)
        var seen: Set<String> = []
        for conversation in Conversations.all {
            var player = try Player()
            for line in conversation.lines { player.play(line) }
            seen.formUnion(player.intents)
        }
        let all =
            HouseIntent.allCases.map(\.rawValue) + ClockIntent.allCases.map(\.rawValue)
            + TimerIntent.allCases.map(\.rawValue) + HelpIntent.allCases.map(\.rawValue)
        #expect(Set(all).subtracting(seen) == [])
    }

    /// One house and its talkers on a made-up clock.
    private struct Player {
        var assistant: Assistant
        var seconds = 0
        var question: PendingQuestion?
        var intents: Set<String> = []

        init() throws { assistant = try DemoHome.assistant() }

        mutating func play(_ line: Conversation.Line) {
            if let wait = line.wait {
                seconds += wait
                let effects = assistant.deadlineReached(at: DemoHome.moment(seconds).instant)
                #expect(effects.map(Self.text).joined(separator: ", ") == line.answer, "\(line.text)")
                return
            }
            let room = assistant.home.room(named: line.room)?.id ?? RoomID(line.room)
            let reply = assistant.hear(
                line.said, from: RelayID(1), room: room, at: DemoHome.moment(seconds),
                awaiting: question)
            question = reply.question
            if let intent = reply.intent { intents.insert(intent.name) }
            let rings = reply.effects.map { "<\(Self.text($0))>" }
            let answer = ([reply.answer] + rings).filter { !$0.isEmpty }.joined(separator: " ")
            #expect(answer == line.answer, "\(line.text)")
            let changes = reply.changes.map { "\($0.name) \($0.to)" }.joined(separator: "; ")
            #expect(changes == line.changes, "\(line.text)")
        }

        private static func text(_ effect: Effect) -> String {
            switch effect {
            case .startRing(let ring, _, let room, let announcement):
                "ring \(ring.value) in \(room.value): \(announcement)"
            case .markFalseWake: "false wake"
            case .stopRing(let ring): "stop ring \(ring.value)"
            case .announce(let text, let rooms): "announce \(text) in \(rooms.map(\.value))"
            }
        }
    }
}

/// Sentences said to one house, one after another.
struct Conversation: Sendable, CustomTestStringConvertible {
    struct Line: Sendable {
        var text: String
        var room = ""
        var said = ""
        var answer: String
        /// Devices changed and their new states.
        var changes = ""
        /// Seconds that pass instead of a sentence.
        var wait: Int?
    }
    var title: String
    var lines: [Line]
    var testDescription: String { title }
}
