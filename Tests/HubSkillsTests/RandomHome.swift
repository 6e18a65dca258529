import HubSkills
import LoqaBase

/// Homes and sentences made up at random, for properties that must hold in every home.
enum RandomHome {
    private static let roomNames = ["kitchen", "den", "attic", "living room", "study", "garage", "bath"]
    private static let deviceNames = [
        "lamp", "ceiling lights", "fan", "blinds", "heater", "coffee maker", "lamp two", "curtains", "radio",
        "garage door", "heating", "spot-3",
    ]

    static func home(using random: inout some RandomNumberGenerator) -> Home {
        let names = roomNames.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random))
        let rooms = names.map { name in
            let devices = deviceNames.shuffled(using: &random).prefix(Int.random(in: 0...6, using: &random))
            return Room(
                name: name, floor: ["upstairs", "downstairs", nil].randomElement(using: &random) ?? nil,
                devices: devices.map { device in
                    Device(room: RoomID(name), name: device, kind: kind(using: &random))
                })
        }
        return Home(name: "random", rooms: rooms)
    }

    private static func kind(using random: inout some RandomNumberGenerator) -> DeviceKind {
        switch Int.random(in: 0...5, using: &random) {
        case 0, 1: .light(dimmable: Bool.random(using: &random), colour: Bool.random(using: &random))
        case 2: .outlet
        case 3: .cover
        case 4: .climate(range: 5...28)
        default: .sensor
        }
    }

    /// A text of words that mean something, in no particular order.
    static func babble(for home: Home, using random: inout some RandomNumberGenerator) -> String {
        let words = [
            "turn", "on", "off", "the", "lights", "light", "in", "set", "to", "percent", "degrees", "a",
            "timer",
            "for", "minutes", "open", "close", "dim", "all", "here", "5", "twenty", "and", "half", "what",
            "is",
            "temperature", "cancel", "stop", "yes", "no", "brighter", "warmer", "everything", "one", "quux",
            "garage",
            "dishwasher", "-3", "21.5", "é", "%", "hey", "computer", "please", "pasta", "upstairs",
        ]
        let names = home.rooms.map(\.name) + home.devices.map(\.name)
        let count = Int.random(in: 0...12, using: &random)
        return (0..<count).map { _ in (words + names).randomElement(using: &random) ?? "" }.joined(
            separator: " ")
    }
}
