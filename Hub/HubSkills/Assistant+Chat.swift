package import HubDialogue
import HubUnderstanding
package import LoqaBase

/// What a chat model may do: no more than a talker, in the same room.
extension Assistant {
    /// Intents of the packs that a skill carries out, and so all that a model is offered.
    package static let chatIntents: Set<String> = [
        "HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition", "HassClimateSetTemperature",
        "HassStartTimer",
    ]

    /// The words for a chat model, without the wake phrase, if nothing else knows what to make of `text`; nil if something
    /// did, if a question is open, or if it was not heard surely enough to bother anybody with it.
    package func wordsForChat(
        _ text: String, scorePerFrame: Double?, confidence: Double? = nil, after reply: Reply
    ) -> String? {
        guard reply.understood == .no, reply.question == nil else { return nil }
        if let score = scorePerFrame, !(score >= scorePerFrameMin) { return nil }
        guard [.clear, .likely].contains(Certainty(confidence: confidence)) else { return nil }
        let words = WakePhrase.strip(spokenWakePhrases, from: SpokenWords.words(of: text))
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// Carries out what a chat model makes of `text`, one after the other, until there is something to ask the talker.
    ///
    /// - Returns: what came of each, for the model, and all of it, for the talker and the hub.
    package mutating func carryOut(
        _ readings: [Reading], text: String, from relay: RelayID, room: RoomID, at now: Moment
    ) -> (texts: [String], reply: Reply) {
        guard var mind = mind.take() else { return ([], Self.notUnderstood(again: nil)) }
        defer { self.mind = mind }
        let conversation = "\(relay)"
        var texts: [String] = []
        var all = Reply(.no, answer: "")
        for reading in readings.prefix(HubDialogue.Tuning.commandCountMax) {
            let step = mind.dialogue.carryOut(
                [reading], text: text, in: conversation, room: home.room(room)?.id.value, at: now.instant)
            let reply = perform(step, &mind, in: conversation, from: relay, room: room, at: now)
            texts.append(reply.answer)
            all.add(reply)
            if reply.expectsReply { break }
        }
        return (texts, all)
    }

    /// What the talker is told when a chat model did not help.
    package func say(_ phrase: Phrase) -> String {
        mind?.phrases.say(phrase) ?? Self.notUnderstood(again: nil).answer
    }
}

extension Reply {
    /// Takes up what came of one more command.
    fileprivate mutating func add(_ other: Reply) {
        understood = other.understood
        intent = intent ?? other.intent
        slots += other.slots
        changes += other.changes
        effects += other.effects
        changedState = changedState || other.changedState
        question = other.question
        answer = [answer, other.answer].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
