import HubAnswers
import HubDialogue

/// A few English templates, read word by word: enough of a language to talk to a dialogue.
///
/// `(a|b)` are alternatives, `[a]` may be left out, `{name}`, `{area}`, `{floor}` are names of the home, `{n}` is a
/// number in digits, `{*item}` takes one word or more.
struct ToyReader: SentenceReader {
    /// Names as words, by what they name.
    private let names: [String: [(name: String, words: [String])]]
    var templates: [(template: [String], intent: String, combination: String, slots: [String: String])] = []
    /// Templates that are only read while this is awaited.
    var awaitedOnly: [Int: Awaited] = [:]

    init(home: DialogueHome) {
        names = [
            "name": home.entities.flatMap(\.names), "area": home.areas.flatMap(\.names),
            "floor": home.floors.flatMap(\.names),
        ].mapValues { names in
            Set(names).sorted().map { ($0, $0.lowercased().split(separator: " ").map(String.init)) }
        }
        for (state, intent) in [("on", "HassTurnOn"), ("off", "HassTurnOff")] {
            add("turn \(state) [the] (lights|light)", intent, "domain_only", ["domain": "light"])
            add("(lights|light) \(state)", intent, "domain_only", ["domain": "light"])
            add("turn \(state) [the] lights in [the] {area}", intent, "area_domain", ["domain": "light"])
            add("turn \(state) [the] {area} lights", intent, "area_domain", ["domain": "light"])
            add("{area} lights \(state)", intent, "area_domain", ["domain": "light"])
            add("turn \(state) [the] lights on [the] {floor}", intent, "floor_domain", ["domain": "light"])
            add("turn \(state) [the] lights {floor}", intent, "floor_domain", ["domain": "light"])
            add("turn \(state) all the lights in the house", intent, "domain_all", ["domain": "light"])
            add("turn \(state) [the] {name}", intent, "name_only")
            add("turn \(state) [the] {name} in [the] {area}", intent, "name_area")
            add("turn \(state) [the] {*name} please", intent, "name_only")
            add("turn (it|them) \(state) [again]", intent, "referent", ["referent": "it"])
        }
        add("(lock|bolt) [the] {name}", "HassTurnOn", "name_only", ["domain": "lock"])
        add("unlock [the] {name}", "HassTurnOff", "name_only", ["domain": "lock"])
        add(
            "open [the] blinds", "HassTurnOn", "device_class_cover",
            ["domain": "cover", "device_class": "blind"])
        add("open [the] {name}", "HassTurnOn", "name_only", ["domain": "cover"])
        add(
            "set [the] lights to {n} percent", "HassLightSet", "brightness_only", ["domain": "light"],
            number: "brightness")
        add("dim [the] lights", "HassLightSet", "", ["domain": "light"])
        add(
            "set [the] temperature to {n}", "HassClimateSetTemperature", "temperature_only",
            number: "temperature")
        add("are [the] lights on", "HassGetState", "domain_state", ["domain": "light", "state": "on"])
        add("set a timer", "HassStartTimer", "")
        add("set a timer for {n} minutes", "HassStartTimer", "minutes_only", number: "minutes")
        add("play {*search_query}", "HassMediaSearchAndPlay", "default")
        add("add {*item} to the list", "HassShoppingListAddItem", "item_only")
        add("what time is it", "HassGetCurrentTime", "default")
        add("put it back", "LoqaUndo", "")
        add("do that again", "LoqaAgain", "")
        add("(and|what about) [the] ({area}|{floor}|{name})", "LoqaFollowUp", "")
        add("no [i meant] [the] ({area}|{name})", "LoqaCorrect", "")
        for awaited in Awaited.allCases {
            awaitedOnly[templates.count] = awaited
            add("(yes|yeah)", "LoqaYes", "")
            awaitedOnly[templates.count] = awaited
            add("no [thanks]", "LoqaNo", "")
        }
    }

    private mutating func add(
        _ template: String, _ intent: String, _ combination: String, _ slots: [String: String] = [:],
        number: String = "n"
    ) {
        var spaced = template.replacing("{n}", with: "{#\(number)}")
        for bracket in ["(", ")", "[", "]", "|"] { spaced = spaced.replacing(bracket, with: " \(bracket) ") }
        templates.append((spaced.split(separator: " ").map(String.init), intent, combination, slots))
    }

    func readings(of text: String, area: String?, awaiting: Awaited?, count: Int) -> [Reading] {
        let words = text.lowercased().split(separator: " ").map { $0.filter { !",.?!".contains($0) } }
        var found: [(free: Int, index: Int, reading: Reading)] = []
        for (index, template) in templates.enumerated() {
            if let needed = awaitedOnly[index], needed != awaiting { continue }
            for slots in match(template.template[...], words[...]) {
                var all = slots
                all += template.slots.sorted { $0.key < $1.key }.map {
                    .init($0.key, .text($0.value), source: .implied)
                }
                let isHere = [
                    "domain_only", "brightness_only", "temperature_only", "device_class_cover", "default",
                ]
                if isHere.contains(template.combination), template.intent != "HassGetCurrentTime" {
                    guard let area else { continue }
                    all.append(.init("area", .text(area), source: .context))
                }
                let free = slots.reduce(0) { $0 + ($1.source == .free ? $1.text.count : 0) }
                found.append(
                    (free, index, Reading(template.intent, combination: template.combination, slots: all)))
            }
        }
        return found.sorted { ($0.free, $0.index) < ($1.free, $1.index) }.prefix(count).map(\.reading)
    }

    /// All slots with which `template` makes exactly `words`.
    private func match(_ template: ArraySlice<String>, _ words: ArraySlice<String>) -> [[Reading.Slot]] {
        guard let first = template.first else { return words.isEmpty ? [[]] : [] }
        let rest = template.dropFirst()
        switch first {
        case "(", "[":
            var depth = 0
            var branches: [[String]] = [[]]
            var index = template.startIndex
            repeat {
                let token = template[index]
                if token == "(" || token == "[" { depth += 1 }
                if token == ")" || token == "]" { depth -= 1 }
                if depth == 1, token == "|" {
                    branches.append([])
                } else if depth > 0, index > template.startIndex {
                    branches[branches.count - 1].append(token)
                }
                index += 1
            } while depth > 0
            if first == "[" { branches.append([]) }
            let after = Array(template[index...])
            return branches.flatMap { match(($0 + after)[...], words) }
        case "{name}": return names("name", rest, words)
        case "{area}": return names("area", rest, words)
        case "{floor}": return names("floor", rest, words)
        default: break
        }
        if first.hasPrefix("{#") {
            guard let word = words.first, let number = Int(word) else { return [] }
            let slot = Reading.Slot(String(first.dropFirst(2).dropLast()), .integer(number), text: word)
            return match(rest, words.dropFirst()).map { [slot] + $0 }
        }
        if first.hasPrefix("{*") {
            return (1...max(1, words.count)).flatMap { count -> [[Reading.Slot]] in
                guard count <= words.count else { return [] }
                let text = words.prefix(count).joined(separator: " ")
                let slot = Reading.Slot(
                    String(first.dropFirst(2).dropLast()), .text(text), text: text, source: .free)
                return match(rest, words.dropFirst(count)).map { [slot] + $0 }
            }
        }
        return words.first == first ? match(rest, words.dropFirst()) : []
    }

    private func names(_ slot: String, _ rest: ArraySlice<String>, _ words: ArraySlice<String>) -> [[Reading
        .Slot]]
    {
        (names[slot] ?? []).flatMap { name, parts -> [[Reading.Slot]] in
            guard words.starts(with: parts) else { return [] }
            return match(rest, words.dropFirst(parts.count)).map {
                [.init(slot, .text(name), text: name)] + $0
            }
        }
    }
}
