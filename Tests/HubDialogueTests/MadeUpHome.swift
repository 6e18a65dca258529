import HubAnswers
import HubDialogue

/// Homes, readings and sentences at random.
enum MadeUpHome {
    private static let rooms = ["kitchen", "den", "attic", "living room", "study", "garage", "bath"]
    private static let things = [
        "lamp", "ceiling lamp", "fan", "blinds", "heater", "lamp two", "radio", "door", "attic lamp",
        "kitchen radio",
    ]
    private static let domains = [
        "light", "light", "switch", "fan", "cover", "lock", "climate", "media_player",
    ]
    private static let intents = [
        "HassTurnOn", "HassTurnOff", "HassLightSet", "HassSetPosition", "HassClimateSetTemperature",
        "HassFanSetSpeed",
        "HassMediaPause", "HassVacuumStart",
    ]

    static func home(using random: inout some RandomNumberGenerator) -> DialogueHome {
        let names = rooms.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random))
        let floors = [
            DialogueHome.Floor(id: "up", names: ["upstairs"]), .init(id: "down", names: ["downstairs"]),
        ]
        let areas = names.map { name in
            DialogueHome.Area(
                id: "a_\(name)", names: [name],
                floor: ["up", "down", nil].randomElement(using: &random) ?? nil)
        }
        let entities = (0..<Int.random(in: 0...12, using: &random)).map { number in
            DialogueHome.Entity(
                id: "e\(number)", names: [things.randomElement(using: &random) ?? ""],
                domain: domains.randomElement(using: &random) ?? "",
                deviceClass: Bool.random(using: &random) ? "blind" : nil,
                area: Int.random(in: 0...8, using: &random) == 0
                    ? nil : areas.randomElement(using: &random)?.id)
        }
        return DialogueHome(floors: floors, areas: areas, entities: entities)
    }

    /// A command with slots that need not fit together.
    static func reading(
        in home: DialogueHome, room: String?, using random: inout some RandomNumberGenerator
    ) -> Reading {
        var slots: [Reading.Slot] = []
        if Bool.random(using: &random) {
            let name = (things + ["zeppelin"]).randomElement(using: &random) ?? ""
            slots.append(.init("name", .text(name), text: name))
        }
        switch Int.random(in: 0...5, using: &random) {
        case 0, 1:
            let name = (rooms + ["cellar"]).randomElement(using: &random) ?? ""
            slots.append(.init("area", .text(name), text: name))
        case 2:
            let name = ["upstairs", "downstairs", "on the roof"].randomElement(using: &random) ?? ""
            slots.append(.init("floor", .text(name), text: name))
        case 3: if let room { slots.append(.init("area", .text(room), source: .context)) }
        default: break
        }
        if Bool.random(using: &random) {
            slots.append(
                .init("domain", .text(domains.randomElement(using: &random) ?? ""), source: .implied))
        }
        if Int.random(in: 0...5, using: &random) == 0 {
            slots.append(.init("device_class", .text("blind"), source: .implied))
        }
        let combinations = ["domain_only", "name_only", "", "area_domain", "domain_all"]
        return Reading(
            intents.randomElement(using: &random) ?? "",
            combination: combinations.randomElement(using: &random) ?? "",
            slots: slots)
    }

    /// A sentence, or a heap of words.
    static func sentence(in home: DialogueHome, using random: inout some RandomNumberGenerator) -> String {
        let name = home.entities.randomElement(using: &random)?.names.first ?? "lamp"
        let area = home.areas.randomElement(using: &random)?.names.first ?? "den"
        let sentences = [
            "turn on the lights", "turn off the lights", "turn on the \(name)", "turn off the \(name)",
            "turn on the \(name) in the \(area)", "turn off the lights in the \(area)", "\(area) lights on",
            "turn off all the lights in the house", "turn on the lights upstairs", "unlock the \(name)",
            "open the blinds", "open the \(name)", "set the temperature to 20",
            "set the lights to 30 percent",
            "turn it on", "turn it off again", "and the \(area)", "what about the \(name)", "no the \(area)",
            "no the \(name)",
            "do that again", "put it back", "yes", "no", area, name, "the \(area)", "set a timer",
            "5 minutes",
            "are the lights on", "turn on the \(name) and the \(area) lights off",
            "turn on the lights and turn off the \(name)", "hey loca turn on the \(name.dropLast())",
        ]
        if Int.random(in: 0...4, using: &random) > 0 { return sentences.randomElement(using: &random) ?? "" }
        let words = [
            "turn", "on", "off", "the", "lights", "in", "and", "it", "open", name, area, "house", "é", "5",
            "?",
        ]
        return (0..<Int.random(in: 0...10, using: &random)).compactMap { _ in
            words.randomElement(using: &random)
        }
        .joined(separator: " ")
    }
}
