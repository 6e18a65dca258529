import HubUnderstanding

/// The lists of the sentences, filled with the names of a home.
enum HomeLists {
    static func lists(for home: Home) -> [String: SlotList] {
        let devices = home.devices
        let roomNames = home.rooms.flatMap { room in
            room.spokenNames.map { SlotList.Value($0, meaning: .text(room.id.value)) }
        }
        let floors = home.floors
        var lists: [String: SlotList] = [
            "room": SlotList(roomNames),
            "floor": SlotList(floors.map { SlotList.Value($0) }),
            "switchable": names(devices) { $0.isSwitchable },
            "light": names(devices) { $0.isLight },
            "cover": names(devices) { $0 == .cover },
            "climate": names(devices) { $0.isClimate },
            "contact": SlotList(
                devices.filter { $0.initial.isOpen != nil && $0.kind == .sensor }
                    .flatMap { $0.spokenNames.map { SlotList.Value($0) } }),
        ]
        let deviceNames = Set(devices.flatMap(\.spokenNames))
        lists["unknown_device"] = examples(Vocabulary.devices, without: deviceNames)
        lists["unknown_room"] = examples(
            Vocabulary.rooms, without: Set(roomNames.map { $0.words.joined(separator: " ") }))
        lists["missing_floor"] = SlotList(
            Vocabulary.floors.filter { !floors.contains($0) }.map { floor in
                SlotList.Value(Wording.floor(floor), meaning: .unknown(floor))
            })
        lists["timer_name"] = SlotList(Vocabulary.timerNames.map { SlotList.Value($0) }, isWildcard: true)
        // Every device can be the answer to a question.
        lists["any_device"] = names(devices) { _ in true }
        return lists.merging(fixed) { home, _ in home }
    }

    private static func names(_ devices: [Device], where accepts: (DeviceKind) -> Bool) -> SlotList {
        SlotList(devices.filter { accepts($0.kind) }.flatMap { $0.spokenNames.map { SlotList.Value($0) } })
    }

    private static func examples(_ words: [String], without known: Set<String>) -> SlotList {
        SlotList(words.filter { !known.contains($0) }.map { SlotList.Value($0) }, isWildcard: true)
    }

    private static let fixed: [String: SlotList] = [
        "lights": meaning("lights", ["lights", "light", "lighting"]),
        "everything": meaning("everything", ["everything"]),
        "temperature": meaning("temperature", ["temperature"]),
        "here": meaning("here", ["here", "in here", "in this room", "this room"]),
        "everywhere": meaning(
            "everywhere",
            [
                "everywhere", "in the house", "in the whole house", "in all rooms", "in all the rooms",
                "in every room", "throughout the house",
            ]),
        "all": meaning("all", ["all", "every"]),
        "timers": meaning("all", ["timers"]),
        "which": meaning("which", ["which", "what"]),
        "on_off": SlotList([.init("on"), .init("off")]),
        "open_closed": SlotList([.init("open"), .init("closed"), .init("shut", meaning: .text("closed"))]),
        "level": SlotList([
            .init("half", meaning: .number(50)), .init("full", meaning: .number(100)),
            .init("maximum", meaning: .number(100)), .init("minimum", meaning: .number(5)),
        ]),
        "halfway": numbers(50, ["halfway", "half"]),
        "open": numbers(50, ["open", "close"]),
        "half": numbers(30, ["half"]),
        "quarter": SlotList([
            .init("quarter", meaning: .number(15)), .init("a quarter", meaning: .number(15)),
            .init("three quarters", meaning: .number(45)),
        ]),
        "one": numbers(1, ["a", "an"]),
        "couple": numbers(2, ["a couple of"]),
        "colour": SlotList(Vocabulary.colours.map { SlotList.Value($0) }),
    ]

    private static func meaning(_ text: String, _ spoken: [String]) -> SlotList {
        SlotList(spoken.map { SlotList.Value($0, meaning: .text(text)) })
    }

    private static func numbers(_ number: Int, _ spoken: [String]) -> SlotList {
        SlotList(spoken.map { SlotList.Value($0, meaning: .number(number)) })
    }
}
