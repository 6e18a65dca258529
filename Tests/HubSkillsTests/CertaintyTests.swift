import HubDialogue
import HubSkills
import LoqaBase
import Testing

/// What the built-in sentences do with what was not heard clearly.
struct CertaintyTests {
    private struct Talk {
        var assistant: Assistant
        var question: PendingQuestion?
        var seconds = 0

        init(_ assistant: Assistant) { self.assistant = assistant }
        init() throws { assistant = try MindTests.assistant("en") }

        mutating func say(_ text: String, _ confidence: Double?) -> Reply {
            seconds += 2
            let reply = assistant.hear(
                text, confidence: confidence, from: RelayID(1), room: RoomID("living room"),
                at: DemoHome.moment(seconds), awaiting: question)
            question = reply.question
            return reply
        }
    }

    @Test func `a sentence heard clearly, or typed, is carried out`() throws {
        for confidence in [nil, 1, Certainty.clear] {
            var talk = try Talk()
            #expect(talk.say("turn on the lights", confidence).answer == "The living room lights are on.")
            #expect(talk.say("close the curtains", confidence).changes.count == 1)
        }
    }

    @Test func `a likely sentence is carried out and repeated, unless it could harm`() throws {
        var talk = try Talk()
        let reply = talk.say("hey computer turn on the lights", Certainty.likely)
        #expect(reply.changes.count == 2)
        #expect(reply.answer == "I think you said: turn on the lights. The living room lights are on.")
    }

    @Test func `what is likely to be put back is told, too`() throws {
        var talk = try Talk()
        #expect(talk.say("turn on the lights", 1).changes.count == 2)
        let reply = talk.say("put it back", Certainty.likely)
        #expect(reply.changes.count == 2)
        #expect(reply.answer == "I think you said: put it back. I put it back.")
    }

    @Test(arguments: [
        "close the curtains", "set the temperature to twenty five degrees", "turn off the heating",
        "make it warmer",
        "turn everything off", "open the curtains halfway",
    ])
    func `covers, heat and everything at once are asked about first`(sentence: String) throws {
        var talk = try Talk()
        let asked = talk.say(sentence, Certainty.likely)
        #expect(asked.understood == .asked && asked.changes.isEmpty && asked.expectsReply, "\(asked)")
        #expect(asked.answer == "Did you say: \(sentence)?")
        var other = talk
        #expect(other.say("no", 1).answer == "All right.")
        // A guess is no answer.
        var third = talk
        #expect(third.say("yes", Certainty.unsure).changes.isEmpty && third.question != nil)
        #expect(!talk.say("yes", Certainty.likely).answer.isEmpty)
        #expect(talk.question == nil)
    }

    @Test func `an unsure sentence is always asked about`() throws {
        var talk = try Talk()
        #expect(talk.say("turn on the lights", Certainty.unsure).answer == "Did you say: turn on the lights?")
        #expect(talk.say("yes", 1).changes.count == 2)
    }

    @Test func `the built-in sentences alone are carried out whatever the confidence`() throws {
        var talk = Talk(try DemoHome.assistant())
        #expect(talk.say("turn on the lights", 0.1).changes.count == 2)
    }

    @Test(arguments: [Certainty.none, 0, -1, .nan])
    func `below that nothing is guessed`(confidence: Double) throws {
        var talk = try Talk()
        let reply = talk.say("turn on the lights", confidence)
        #expect(reply.understood == .no && reply.changes.isEmpty && !reply.expectsReply)
    }
}

/// The least confidence of each kind.
private enum Certainty {
    static let clear = Tuning.clearConfidence
    static let likely = Tuning.likelyConfidence
    static let unsure = Tuning.unsureConfidence
    static let none = Tuning.unsureConfidence.nextDown
}
