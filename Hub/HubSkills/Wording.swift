import LoqaBase

/// How answers are put into English.
enum Wording {
    /// "the blinds", "the blinds and the lamp", "the blinds, the lamp and the fan".
    static func list(_ items: [String], _ conjunction: String = "and") -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
    }

    /// Whether a name takes "are": "blinds", not "glass".
    static func isPlural(_ name: String) -> Bool { name.hasSuffix("s") && !name.hasSuffix("ss") }

    static func verb(_ name: String) -> String { isPlural(name) ? "are" : "is" }

    /// "a dishwasher", "an oven", "any sprinklers".
    static func some(_ name: String) -> String {
        if isPlural(name) { return "any \(name)" }
        return name.first.map { "aeiou".contains($0) } == true ? "an \(name)" : "a \(name)"
    }

    /// "the lamp", and "the one"/"the ones" for what was named just before.
    static func one(_ name: String) -> String { isPlural(name) ? "the ones" : "the one" }

    /// "The kitchen lights are on."
    static func sentence(_ text: String) -> String {
        guard let first = text.first else { return "" }
        return first.uppercased() + text.dropFirst() + (text.hasSuffix("?") || text.hasSuffix(".") ? "" : ".")
    }

    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// "1 hour and 30 minutes"; rounded to seconds, at least 1 second.
    static func duration(_ duration: Duration) -> String {
        let total = max(1, Int((duration.milliseconds + 500) / 1_000))
        let parts = [(total / 3_600, "hour"), (total / 60 % 60, "minute"), (total % 60, "second")]
        return list(parts.filter { $0.0 > 0 }.map { count($0.0, $0.1) })
    }

    /// "5 minute", "1 hour 30 minute": before a noun.
    static func attributive(_ duration: Duration) -> String {
        let total = max(1, Int((duration.milliseconds + 500) / 1_000))
        let parts = [(total / 3_600, "hour"), (total / 60 % 60, "minute"), (total % 60, "second")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// "1st", "22nd", "13th".
    static func ordinal(_ number: Int) -> String {
        switch (number % 10, number % 100) {
        case (_, 11...13): "\(number)th"
        case (1, _): "\(number)st"
        case (2, _): "\(number)nd"
        case (3, _): "\(number)rd"
        case (_, _): "\(number)th"
        }
    }

    /// "upstairs", "on the ground floor".
    static func floor(_ name: String) -> String { name.hasSuffix("stairs") ? name : "on the \(name)" }

    /// "the kitchen blinds"; the room is not said twice.
    static func device(_ device: Device, in home: Home) -> String {
        let room = home.room(device.room)?.name ?? device.room.value
        return device.name.hasPrefix("\(room) ") ? device.name : "\(room) \(device.name)"
    }
}
