import HubDialogue
import HubSkills
import LoqaBase

/// One talker in the kitchen of the demo home, and what comes of each sentence.
struct MindTalk {
    var assistant: Assistant
    var question: PendingQuestion?
    var seconds = 0

    init(_ code: String) throws { assistant = try MindTests.assistant(code) }

    mutating func carryOut(_ readings: [Reading]) -> (texts: [String], reply: Reply) {
        seconds += 2
        let done = assistant.carryOut(
            readings, text: "something", from: RelayID(1), room: RoomID("kitchen"),
            at: DemoHome.moment(seconds))
        question = done.reply.question
        return done
    }

    mutating func say(
        _ text: String, at relay: RelayID = RelayID(1), in room: String = "kitchen"
    ) -> Reply {
        seconds += 2
        let reply = assistant.hear(
            text, from: relay, room: RoomID(room), at: DemoHome.moment(seconds),
            awaiting: question)
        question = reply.question
        return reply
    }
}
