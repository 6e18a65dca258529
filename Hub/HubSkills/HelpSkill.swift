import HubUnderstanding

/// What can be said, and what there is.
enum HelpSkill: Skill {
    /// Examples in one answer.
    static let exampleCountMax = 4

    static let sentences = SentenceBook.Source(
        name: "HelpSkill",
        text: """
            Help:
                help [me]
                what can (i|you) (say|do) [here|in here|in this room]
                what do you (know|understand)
                how does this work
            ListDevices:
                (what|which) devices are [there] [in this room|here|in here|in the {room}]
                what is [there] in the {room}
                what is here
                what can i control [here|in the {room}]
            ListRooms:
                (what|which) rooms (are there|do you know)
            FalseWake:
                (that|it) (was not|wasn't) [meant] for you
                (i|we|nobody) (did not call|didn't call|called) you
                that was a mistake
            """)

    static func answer(_ intent: HelpIntent, _ request: Request, in house: inout House) -> Reply {
        switch intent {
        case .help:
            let examples = examples(for: request.room).map { "\"\($0)\"" }
            return Reply(.yes, answer: "You can say, for example, \(Wording.list(examples, "or")).")
        case .listDevices:
            let room = request.match.text("room").flatMap { house.home.room(RoomID($0)) } ?? request.room
            guard let first = room.devices.first else {
                return Reply(.yes, answer: "There is nothing in the \(room.name) that I can control.")
            }
            let names = room.devices.map { "the \($0.name)" }
            let verb = names.count > 1 ? "are" : Wording.verb(first.name)
            return Reply(.yes, answer: "In the \(room.name) there \(verb) \(Wording.list(names)).")
        case .falseWake:
            return Reply(
                .yes, answer: "Sorry. I made a note of it.", effects: [.markFalseWake(request.relay)])
        case .listRooms:
            let names = house.home.rooms.map { "the \($0.name)" }
            return Reply(.yes, answer: "There \(names.count == 1 ? "is" : "are") \(Wording.list(names)).")
        }
    }

    /// Sentences that work in this room.
    static func examples(for room: Room) -> [String] {
        var examples: [String] = []
        if room.devices.contains(where: { $0.kind.isLight }) { examples.append("turn on the lights") }
        for device in room.devices where examples.count < exampleCountMax - 1 {
            switch device.kind {
            case .light(dimmable: true, _): examples.append("set the \(device.name) to 40 percent")
            case .outlet: examples.append("turn on the \(device.name)")
            case .cover: examples.append("close the \(device.name)")
            case .climate: examples.append("make it warmer")
            case .light, .sensor: continue
            }
        }
        return examples
            + ["set a timer for 5 minutes", "what time is it"].prefix(exampleCountMax - examples.count)
    }
}
