import HubAnswers
import HubDialogue
import LoqaBase
import Testing

/// Several sentences in a row.
struct ConversationTests {
    @Test func `what is missing is asked for and completes the sentence`() throws {
        var talk = try Talk()
        let step = talk.say("set a timer")
        #expect(step.closing == "askDuration" && step.listensUntil == talk.now + Tuning.answerTime)
        #expect(talk.dialogue.awaited(in: "relay", at: talk.now) == .slot)
        let done = talk.say("5 minutes")
        #expect(done.commands.map(\.text) == ["set a timer for 5 minutes"])
        #expect(talk.say("dim the lights").closing == "askBrightness")
        #expect(talk.devices("what time is it") == [[]])
    }

    @Test func `an answer that is none is asked for once more, then given up`() throws {
        var talk = try Talk()
        _ = talk.say("set a timer")
        #expect(talk.say("quux").closing == "askAgain askDuration")
        #expect(talk.say("quux").closing == "notUnderstood")
        #expect(talk.dialogue.awaited(in: "relay", at: talk.now) == nil)
    }

    @Test func `a question is forgotten after its time and by another command`() throws {
        var talk = try Talk()
        _ = talk.say("turn on the floor lamp")
        #expect(talk.say("yes", after: 15).commands.isEmpty)
        _ = talk.say("turn on the floor lamp")
        #expect(talk.devices("turn on the lights") == [["light.k"]])
        #expect(talk.say("yes").commands.isEmpty)
        _ = talk.say("turn on the floor lamp")
        #expect(talk.say("no thanks").closing == "allRight")
    }

    @Test func `"and the bedroom" means the same there, "it" what was said before, both for a while`() throws
    {
        var talk = try Talk()
        #expect(talk.say("and the bedroom").closing == "nothingBefore")
        #expect(talk.devices("turn on the lights") == [["light.k"]])
        #expect(talk.devices("and the bedroom") == [["light.b"]])
        let off = talk.say("turn it off again")
        #expect(off.commands.map(\.reading.intent) == ["HassTurnOff"])
        #expect(off.commands.map { $0.devices.map(\.id) } == [["light.b"]])
        #expect(talk.devices("what about the coffee maker") == [["switch.coffee"]])
        #expect(talk.devices("do that again") == [["switch.coffee"]])
        #expect(talk.devices("turn on the fan") == [["fan.k"]])
        #expect(talk.devices("and the bedroom") == [["fan.b"]])
        #expect(talk.devices("turn on the ceiling lamp") == [["light.k"]])
        #expect(talk.devices("and upstairs") == [["light.b", "light.bath"]])
        #expect(talk.say("turn it off", after: 120).closing == "nothingBefore")
    }

    @Test func `a correction puts back what was done and does the right thing`() throws {
        var talk = try Talk()
        let first = talk.say("turn on the lights in the lounge")
        talk.performed(first.commands[0])
        let corrected = talk.say("no, the bedroom")
        #expect(corrected.restores == [Restore(entity: "light.l", state: .text("before"))])
        #expect(corrected.commands.map { $0.devices.map(\.id) } == [["light.b"]])
        #expect(talk.say("put it back").closing == "nothingToUndo")
    }

    @Test func `"put it back" undoes one command after the other, within its time`() throws {
        var talk = try Talk()
        talk.performed(talk.say("turn on the lights").commands[0])
        talk.performed(talk.say("turn on the fan").commands[0])
        #expect(talk.say("put it back").restores.map(\.entity) == ["fan.k"])
        #expect(talk.say("put it back").restores.map(\.entity) == ["light.k"])
        #expect(talk.say("put it back").closing == "nothingToUndo")
        talk.performed(talk.say("turn on the lights").commands[0])
        #expect(talk.say("put it back", after: 600).restores.isEmpty)
    }

    @Test func `conversations do not hear each other and the oldest are forgotten`() throws {
        var dialogue = try TestHome.dialogue()
        _ = dialogue.hear(Heard("turn on the lights"), in: "one", room: "kitchen", at: .origin)
        let other = dialogue.hear(Heard("turn it off"), in: "two", room: "bedroom", at: .origin)
        #expect(other.commands.isEmpty)
        for number in 0..<Dialogue<ToyReader>.conversationCountMax {
            _ = dialogue.hear(Heard("what time is it"), in: "\(number)", room: nil, at: .origin + .seconds(1))
        }
        let late = dialogue.hear(Heard("turn it off"), in: "one", room: "kitchen", at: .origin + .seconds(2))
        #expect(late.commands.isEmpty)
    }
}
