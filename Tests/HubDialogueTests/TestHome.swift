import HubAnswers
import HubDialogue
import LoqaBase

/// A home for conversations, and the English phrases.
enum TestHome {
    static let home = DialogueHome(
        floors: [.init(id: "up", names: ["upstairs"])],
        areas: [
            .init(id: "kitchen", names: ["kitchen"]),
            .init(id: "living_room", names: ["living room", "lounge"]),
            .init(id: "bedroom", names: ["bedroom"], floor: "up"),
            .init(id: "bath", names: ["bathroom"], floor: "up"),
        ],
        entities: [
            .init(id: "light.k", names: ["ceiling lamp"], domain: "light", area: "kitchen"),
            .init(id: "light.l", names: ["floor lamp"], domain: "light", area: "living_room"),
            .init(id: "light.b", names: ["bedside lamp", "bedroom lamp"], domain: "light", area: "bedroom"),
            .init(id: "light.bath", names: ["mirror"], domain: "light", area: "bath"),
            .init(id: "switch.coffee", names: ["coffee maker"], domain: "switch", area: "kitchen"),
            .init(id: "fan.k", names: ["fan"], domain: "fan", area: "kitchen"),
            .init(id: "fan.b", names: ["fan"], domain: "fan", area: "bedroom"),
            .init(id: "switch.h1", names: ["heater"], domain: "switch", area: "living_room"),
            .init(id: "switch.h2", names: ["heater"], domain: "switch", area: "bath"),
            .init(id: "lock.front", names: ["front door"], domain: "lock", area: nil),
            .init(id: "cover.k", names: ["blinds"], domain: "cover", deviceClass: "blind", area: "kitchen"),
            .init(id: "climate.k", names: ["thermostat"], domain: "climate", area: "kitchen"),
            .init(id: "media_player.k", names: ["radio"], domain: "media_player", area: "kitchen"),
        ])

    /// Each phrase is its own name with its variables.
    static var allPhrases: [String: String] {
        Dictionary(
            uniqueKeysWithValues: Phrase.allCases.map { phrase in
                (phrase.rawValue, "\(phrase.rawValue)" + phrase.variables.map { " {{ \($0) }}" }.joined())
            }
        ).merging(["orWord": "or"]) { $1 }
    }

    static func phrases() throws -> Phrasebook {
        try Phrasebook(
            phrases: allPhrases,
            conjunctions: ["and", "then"], joiners: ["for", "to"],
            fillers: ["the", "a", "turn", "on", "off", "in", "and", "to", "set", "please"])
    }

    static func dialogue(_ home: DialogueHome = home) throws -> Dialogue<ToyReader> {
        Dialogue(
            reader: ToyReader(home: home), home: home, phrases: try phrases(), wakePhrases: ["hey loqa"],
            language: "en")
    }
}

/// One talker in one room, and what happens at each sentence.
struct Talk {
    var dialogue: Dialogue<ToyReader>
    var room: String? = "kitchen"
    var seconds = 0

    init(_ home: DialogueHome = TestHome.home) throws { dialogue = try TestHome.dialogue(home) }

    mutating func say(_ text: String, confidence: Double? = nil, after seconds: Int = 1) -> DialogueStep {
        self.seconds += seconds
        return dialogue.hear(
            Heard(text, confidence: confidence), in: "relay", room: room, at: now)
    }

    /// The identifiers of the devices of each command, after `text`.
    mutating func devices(_ text: String, confidence: Double? = nil, after seconds: Int = 1) -> [[String]] {
        say(text, confidence: confidence, after: seconds).commands.map { $0.devices.map(\.id) }
    }

    mutating func performed(_ command: Command) {
        dialogue.performed(
            command.id, in: "relay",
            restores: command.devices.map { Restore(entity: $0.id, state: .text("before")) },
            at: now)
    }

    var now: HubInstant { .origin + .seconds(seconds) }
}
