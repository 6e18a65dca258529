package import HubDialogue

/// An intent that a chat model may call.
package struct ChatTool: Sendable, Equatable {
    /// "HassTurnOn".
    package var intent: String
    /// What it does, for the model.
    package var purpose: String
    /// Names of the slots it takes, from ``Slot``.
    package var slots: [Slot]

    /// A slot as the model sees it.
    package enum Slot: String, Sendable, CaseIterable {
        case name, area, floor, domain
        case brightness, color, temperature, position, percentage
        case volume_level, item, search_query, hours, minutes, seconds

        var isNumber: Bool {
            switch self {
            case .brightness, .temperature, .position, .percentage, .volume_level, .hours, .minutes, .seconds:
                true
            case .name, .area, .floor, .domain, .color, .item, .search_query: false
            }
        }

        /// What the model is told of it.
        var purpose: String {
            switch self {
            case .name: "name of one device, exactly as in the list"
            case .area: "room, exactly as in the list; leave out for the talker's own room"
            case .floor: "floor, exactly as in the list"
            case .domain: "sort of devices"
            case .brightness, .position, .percentage, .volume_level: "0 to 100 percent"
            case .color: "name of a colour in English"
            case .temperature: "degrees Celsius"
            case .item: "what is added"
            case .search_query: "what is played"
            case .hours, .minutes, .seconds: "part of the length"
            }
        }
    }

    package init(_ intent: String, _ purpose: String, _ slots: [Slot]) {
        (self.intent, self.purpose, self.slots) = (intent, purpose, slots)
    }

    /// The intents that make sense in `home`: none for domains that it does not have.
    package static func tools(for home: DialogueHome) -> [ChatTool] {
        let domains = Set(home.entities.map(\.domain))
        let all: [(needs: Set<String>, tool: ChatTool)] = [
            (
                [],
                .init(
                    "HassTurnOn", "Turn on devices, open covers, lock locks.",
                    [.name, .area, .floor, .domain])
            ),
            (
                [],
                .init(
                    "HassTurnOff", "Turn off devices, close covers, unlock locks.",
                    [.name, .area, .floor, .domain])
            ),
            (
                ["light"],
                .init(
                    "HassLightSet", "Set brightness or colour of lights.",
                    [.name, .area, .floor, .brightness, .color])
            ),
            (
                ["cover", "valve"],
                .init("HassSetPosition", "Move covers part of the way.", [.name, .area, .position])
            ),
            (
                ["climate"],
                .init("HassClimateSetTemperature", "Set the heating.", [.name, .area, .temperature])
            ),
            (["fan"], .init("HassFanSetSpeed", "Set the speed of fans.", [.name, .area, .percentage])),
            (["media_player"], .init("HassSetVolume", "Set the volume.", [.name, .area, .volume_level])),
            (["media_player"], .init("HassMediaPause", "Pause what plays.", [.name, .area])),
            (
                ["media_player"],
                .init("HassMediaSearchAndPlay", "Play music.", [.name, .area, .search_query])
            ),
            ([], .init("HassStartTimer", "Set a timer.", [.name, .hours, .minutes, .seconds])),
            ([], .init("HassShoppingListAddItem", "Add to the shopping list.", [.item])),
        ]
        return all.filter { $0.needs.isEmpty || !$0.needs.isDisjoint(with: domains) }.map(\.tool)
    }

    /// The tool in the form of the chat completions API.
    func schema(domains: [String]) -> JSONValue {
        let properties = slots.map { slot -> JSONValue.Member in
            var members: [JSONValue.Member] = [
                .init("type", .text(slot.isNumber ? "number" : "string")),
                .init("description", .text(slot.purpose)),
            ]
            if slot == .domain { members.append(.init("enum", .list(domains.map(JSONValue.text)))) }
            return .init(slot.rawValue, .map(members))
        }
        let parameters: JSONValue = .map([
            .init("type", .text("object")), .init("properties", .map(properties)),
            .init("additionalProperties", .flag(false)),
        ])
        return .map([
            .init("type", .text("function")),
            .init(
                "function",
                .map([
                    .init("name", .text(intent)), .init("description", .text(purpose)),
                    .init("parameters", parameters),
                ])),
        ])
    }
}
