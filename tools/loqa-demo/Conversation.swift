/// What the demo's people say, and what Loqa should make of it. Fits tools/demo-home.yaml.
enum Conversation {
    /// What must be true of a turn. Only what is given is compared.
    struct Expectation {
        var intent: String?
        /// Slots that must have these values; others may be there too.
        var slots: [String: String] = [:]
        /// How it was understood ("asked": the hub asked back), or what the turn was closed with ("silence").
        var outcome: String?
        /// Whether something in the home must, or must not, change.
        var changes: Bool?
        /// Something the relay must do, as its trace names it.
        var relayEvent: String?
    }

    enum Step {
        /// Somebody says the wake phrase and a sentence; an empty sentence is silence after the wake phrase.
        case say(room: String, String, Expectation)
        /// A timer must ring in this room, within so long.
        case ring(room: String, atMost: Duration)
    }

    static let rooms = ["kitchen", "bedroom"]

    static let steps: [Step] = [
        .say(
            room: "bedroom", "turn on the kitchen lights",
            .init(intent: Intents.turnOn, slots: ["room": "kitchen"], changes: true)),
        .say(room: "bedroom", "turn on the lights here", .init(intent: Intents.turnOn, changes: true)),
        .say(
            room: "kitchen", "set the lights to forty percent",
            .init(intent: Intents.setBrightness, slots: ["percent": "40"], changes: true)),
        .say(
            room: "kitchen", "set a timer for ten minutes",
            .init(intent: Intents.setTimer, slots: ["minutes": "10"], changes: false)),
        .say(room: "bedroom", "what time is it", .init(intent: Intents.time, changes: false)),
        .say(
            room: "kitchen", "how long is left on the timer", .init(intent: Intents.timerLeft, changes: false)
        ),
        .say(room: "kitchen", "cancel the timer", .init(intent: Intents.cancelTimer, changes: false)),
        .say(room: "kitchen", "open the blinds", .init(intent: Intents.openCover, changes: true)),
        .say(
            room: "bedroom", "set the temperature to twenty one degrees",
            .init(intent: Intents.setTemperature, slots: ["degrees": "21"], changes: true)),
        .say(room: "kitchen", "turn on the dishwasher", .init(outcome: "asked", changes: false)),
        .say(room: "bedroom", "", .init(outcome: "silence", changes: false)),
        .say(
            room: "kitchen", "set a timer for five seconds",
            .init(intent: Intents.setTimer, slots: ["seconds": "5"])),
        .ring(room: "kitchen", atMost: .seconds(12)),
        .say(room: "kitchen", "stop", .init(intent: Intents.stop, relayEvent: "ring.stopped")),
        .say(room: "kitchen", "what can i say", .init(intent: Intents.help)),
        .say(
            room: "kitchen", "turn off all the lights in the kitchen",
            .init(intent: Intents.turnOff, changes: true)),
    ]

    /// The hub's names of intents, as in its sentences.
    enum Intents {
        static let turnOn = "TurnOn"
        static let turnOff = "TurnOff"
        static let setBrightness = "SetBrightness"
        static let setTimer = "SetTimer"
        static let timerLeft = "TimerLeft"
        static let cancelTimer = "CancelTimer"
        static let time = "GetTime"
        static let openCover = "OpenCover"
        static let setTemperature = "SetTemperature"
        static let stop = "Stop"
        static let help = "Help"
    }
}

extension Conversation.Expectation {
    /// What differs from the expectation, in words; nothing when all is as intended.
    func differences(from turn: TurnRecord) -> [String] {
        // What follows from these needs no words of its own.
        if turn.number == nil { return ["the wake word was not heard"] }
        if turn.closedAs == "failed" { return ["the hub could not serve the turn: see its log"] }
        var differences: [String] = []
        if let intent, turn.intent != intent {
            differences.append("intent \(turn.intent ?? "none"), expected \(intent)")
        }
        for (name, value) in slots.sorted(by: { $0.key < $1.key }) where turn.slots[name] != value {
            differences.append("\(name) \(turn.slots[name] ?? "none"), expected \(value)")
        }
        if let outcome, turn.outcome != outcome, turn.closedAs != outcome {
            let found = [turn.outcome, turn.closedAs].compactMap(\.self).joined(separator: ", ")
            differences.append("ended as \(found.isEmpty ? "nothing" : found), expected \(outcome)")
        }
        if let changes, changes == turn.changes.isEmpty {
            differences.append(changes ? "nothing changed in the home" : "the home changed")
        }
        if let relayEvent, !turn.ringing.contains(relayEvent) {
            differences.append("the relay did not report \(relayEvent)")
        }
        return differences
    }
}
