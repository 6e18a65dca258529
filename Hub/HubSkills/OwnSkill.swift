import HubAnswers
import HubDialogue
import HubUnderstanding
import LoqaBase

/// What the owner's settings mean for somebody who asks about privacy.
package struct Privacy: Sendable, Equatable {
    /// A chat model gets what nothing else understands.
    package var usesChat: Bool
    /// It is outside the house.
    package var leavesHouse: Bool
    /// Spoken words are written to a file.
    package var writesTrace: Bool
    /// The sound of a wake that is called a mistake is kept, sealed.
    package var keepsFalseWakes: Bool

    package init(
        usesChat: Bool = false, leavesHouse: Bool = false, writesTrace: Bool = false,
        keepsFalseWakes: Bool = false
    ) {
        (self.usesChat, self.leavesHouse, self.writesTrace) = (usesChat, leavesHouse, writesTrace)
        self.keepsFalseWakes = keepsFalseWakes
    }
}

/// What Loqa itself is asked, in the words of the language: help, rooms, privacy, going to another room, announcements.
extension Assistant {
    /// Examples in one answer.
    private static let exampleCountMax = 4

    /// What comes of a command that is Loqa's own; nil if it is none.
    mutating func own(_ command: Command, _ request: Request, _ mind: inout Mind) -> Reply? {
        let say = { [phrases = mind.phrases] (phrase: Phrase, variables: [(String, String)]) in
            Reply(.yes, answer: phrases.say(phrase, variables))
        }
        switch command.reading.intent {
        case "LoqaHelp" where !mind.isEnglish: return help(request, &mind)
        case "LoqaListRooms" where !mind.isEnglish:
            return say(.rooms, [("rooms", home.rooms.map(\.name).joined(separator: ", "))])
        case "LoqaListDevices" where !mind.isEnglish: return devices(command, request, mind)
        case "LoqaWhere": return say(.here, [("area", request.room.name)])
        case "LoqaPrivacy":
            return say(
                .privacy,
                [
                    ("chat", privacy.usesChat ? "yes" : ""), ("outside", privacy.leavesHouse ? "yes" : ""),
                    ("trace", privacy.writesTrace ? "yes" : ""),
                    ("falseWakes", privacy.keepsFalseWakes ? "yes" : ""),
                ])
        case "LoqaForget":
            mind.dialogue.forget("\(request.relay)")
            lastAnswers[request.relay] = nil
            return say(.forgotten, [("trace", privacy.writesTrace ? "yes" : "")])
        case "LoqaMicrophoneOff": return say(.microphone, [])
        case "LoqaHandoff": return handOver(command, request, mind)
        case "HassBroadcast":
            var reply = say(.broadcast, [])
            let text = command.reading.slot("message")?.words ?? ""
            reply.effects = [.announce(text, rooms: [])]
            return reply
        case _: return mind.isEnglish ? nil : timers(command.reading, request, mind)
        }
    }

    /// The phrase for something that no skill does.
    static func refusal(of intent: String) -> Phrase {
        switch intent {
        case _ where intent.hasPrefix("HassMedia") || intent.hasPrefix("HassSetVolume"): .noMedia
        case _ where intent.contains("List"): .noLists
        case "HassGetWeather": .noWeather
        case _ where intent.hasSuffix("Timer"): .noTimerChange
        case _: .cannot
        }
    }

    /// Sentences that are understood here and now.
    private func help(_ request: Request, _ mind: inout Mind) -> Reply {
        var examples: [String] = []
        func offer(_ phrase: Phrase, _ variables: [(String, String)] = []) {
            let example = mind.phrases.say(phrase, variables)
            guard examples.count < Self.exampleCountMax,
                mind.dialogue.understands(example, room: request.room.id.value)
            else { return }
            examples.append(example)
        }
        if request.room.devices.contains(where: { $0.kind.isLight }) { offer(.exampleLights) }
        for device in request.room.devices where examples.count < Self.exampleCountMax - 2 {
            switch device.kind {
            case .light, .outlet, .climate: offer(.exampleDevice, [("name", device.name)])
            case .cover: offer(.exampleCover, [("name", device.name)])
            case .sensor: continue
            }
        }
        offer(.exampleTimer)
        offer(.exampleTime)
        guard !examples.isEmpty else { return Reply(.asked, answer: mind.phrases.say(.cannot)) }
        return Reply(
            .yes, answer: mind.phrases.say(.help, [("examples", mind.phrases.options(examples))]))
    }

    private func devices(_ command: Command, _ request: Request, _ mind: Mind) -> Reply {
        let said = command.reading.slot("area").flatMap {
            $0.source == .context ? nil : home.room(named: $0.words)
        }
        let room = said ?? request.room
        let names = room.devices.map(\.name).joined(separator: ", ")
        return Reply(
            .yes,
            answer: names.isEmpty
                ? mind.phrases.say(.noDevices, [("area", room.name)])
                : mind.phrases.say(.devices, [("area", room.name), ("names", names)]))
    }

    // MARK: Going to another room

    /// "I'm going to the kitchen", "move the timer to the kitchen".
    private mutating func handOver(_ command: Command, _ request: Request, _ mind: Mind) -> Reply {
        let phrases = mind.phrases
        guard let area = command.reading.slot("area"), let room = home.room(named: area.words),
            room.id != request.room.id
        else { return Reply(.asked, answer: phrases.say(.nothingToMove)) }
        switch command.reading.slot("what")?.words {
        case "music": return Reply(.asked, answer: phrases.say(.noMedia))
        case "timer":
            let here = house.state.timers.indices.filter {
                house.state.timers[$0].room == request.room.id && house.state.timers[$0].ringingSince == nil
            }
            guard !here.isEmpty else { return Reply(.asked, answer: phrases.say(.nothingToMove)) }
            for index in here {
                (house.state.timers[index].room, house.state.timers[index].relay) = (room.id, nil)
            }
            return Reply(.yes, answer: phrases.say(.timerMoved, [("area", room.name)]), changedState: true)
        case _: break
        }
        handovers[room.id] = ("\(request.relay)", request.now.instant + HubDialogue.Tuning.contextTime)
        var reply = Reply(.yes, answer: phrases.say(.moved, [("area", room.name)]))
        // What was answered last is said there as well.
        if let last = lastAnswers[request.relay],
            request.now.instant < last.at + HubDialogue.Tuning.contextTime
        {
            reply.effects = [.announce(last.text, rooms: [room.id])]
        }
        return reply
    }

    /// The first sentence in a room to which a conversation was taken goes on with it.
    mutating func takeUp(_ mind: inout Mind, at relay: RelayID, in room: RoomID, _ now: HubInstant) {
        guard let handover = handovers.removeValue(forKey: room), now < handover.until else { return }
        mind.dialogue.move(handover.from, to: "\(relay)")
    }
}
