import HubAnswers

/// Finds what a reading is about in the home.
///
/// The one rule that nothing may break: what is found lies within the scope that was said, or within the room of
/// the relay if none was said. A device elsewhere is at most asked about.
package struct TargetResolver: Sendable {
    let home: DialogueHome
    let distance: SoundDistance
    /// All names of the home as they sound.
    let names: [SoundDistance.Sounds]

    package init(home: DialogueHome, language: String) {
        (self.home, distance) = (home, SoundDistance(language: language))
        names = home.names.map(distance.sounds(of:))
    }

    /// What a reading is about.
    package enum Target: Sendable, Equatable {
        /// These, in this scope; never empty.
        case devices([DialogueHome.Entity], Scope)
        /// Nothing in the home in particular: a timer, the time.
        case nothingInParticular
        /// Several devices of one name in the scope.
        case severalNamed(String, [DialogueHome.Entity])
        /// None in the scope, but these outside; empty if there are none anywhere. `name` as people say it.
        case elsewhere(name: String, Scope, [DialogueHome.Entity])
        /// The home does not know `name`; `nearest` sound like it.
        case unknown(name: String, slot: String, nearest: [String])
    }

    /// What `reading` is about when it is said in `room`.
    ///
    /// - Parameter room: the area of the relay; nil if it is unknown, then a room must be said.
    package func target(of reading: Reading, in room: String?) -> Target {
        let traits = IntentTraits(of: reading.intent)
        let domains: [String]
        switch traits.subject {
        case .other: return .nothingInParticular
        case .devices(let own), .question(let own): domains = own
        }
        let scope: Scope
        switch self.scope(of: reading, in: room, isQuestion: !traits.changesDevices) {
        case .known(let known): scope = known
        case .unknown(let name, let slot):
            let names = slot == "floor" ? home.floors.flatMap(\.names) : home.areas.flatMap(\.names)
            return .unknown(name: name, slot: slot, nearest: nearest(name, among: names))
        case .noRoom:
            // Without a room only what was named can be meant.
            guard reading.slot("name") != nil else { return .elsewhere(name: "", .home, []) }
            scope = .area("")
        }
        if let name = reading.slot("name") {
            return named(name.words, scope, domains, reading)
        }
        let wanted = home.entities.filter { fits($0, reading, domains) }
        let found = wanted.filter { scope.contains($0, in: home) }
        let noun =
            reading.slots.first { ["device_class", "domain"].contains($0.name) }?.words ?? domains.first ?? ""
        return found.isEmpty ? .elsewhere(name: noun, scope, wanted) : .devices(found, scope)
    }

    private enum FoundScope { case known(Scope), unknown(String, slot: String), noRoom }

    private func scope(of reading: Reading, in room: String?, isQuestion: Bool) -> FoundScope {
        if let area = reading.slot("area") {
            if area.source == .context, let room { return .known(.area(room)) }
            return home.area(area.words).map { .known(.area($0.id)) } ?? .unknown(area.words, slot: "area")
        }
        if let floor = reading.slot("floor") {
            return home.floor(floor.words).map { .known(.floor($0.id)) }
                ?? .unknown(floor.words, slot: "floor")
        }
        // "All the lights in the house", in so many words; and a question harms nobody.
        if reading.combination.hasSuffix("_all") || reading.slot("scope")?.words == "home" {
            return .known(.home)
        }
        let isGeneral = reading.slot("domain") != nil || reading.intent == "HassGetWeather"
        if isQuestion, isGeneral, reading.slot("name") == nil { return .known(.home) }
        return room.map { .known(.area($0)) } ?? .noRoom
    }

    private func fits(_ entity: DialogueHome.Entity, _ reading: Reading, _ domains: [String]) -> Bool {
        guard domains.isEmpty || domains.contains(entity.domain) else { return false }
        if let domain = reading.slot("domain"), !Self.texts(domain.value).contains(entity.domain) {
            return false
        }
        if let sort = reading.slot("device_class") {
            guard let own = entity.deviceClass, Self.texts(sort.value).contains(own) else { return false }
        }
        // A command of no domain at all would mean everything.
        return !domains.isEmpty || reading.slot("domain") != nil || reading.slot("device_class") != nil
    }

    private static func texts(_ value: AnswerValue) -> [String] {
        switch value {
        case .text(let text): [text]
        case .list(let items): items.flatMap(texts)
        case .none, .flag, .integer, .number, .map, .date, .time: []
        }
    }

    private func named(_ name: String, _ scope: Scope, _ domains: [String], _ reading: Reading) -> Target {
        let everywhere = home.entities(named: name)
        guard !everywhere.isEmpty else {
            let names = home.entities.filter { domains.isEmpty || domains.contains($0.domain) }.flatMap(
                \.names)
            return .unknown(name: name, slot: "name", nearest: nearest(name, among: names))
        }
        let fitting = everywhere.filter { domains.isEmpty || domains.contains($0.domain) }
        let here = fitting.filter { scope.contains($0, in: home) }
        if here.count == 1 { return .devices(here, scope) }
        if here.count > 1 {
            // One thing may be several entities: a lamp and its power. The one in the sentence's domain is meant.
            if Set(here.map(\.area)).count == 1, !reading.isGuarded(devices: here) {
                return .devices(here, scope)
            }
            return .severalNamed(name, here)
        }
        let isScopeSaid = ["area", "floor"].contains {
            reading.slot($0).map { $0.source != .context } ?? false
        }
        if !isScopeSaid, fitting.count == 1, let only = fitting.first, saysItsPlace(name, only) {
            return .devices([only], only.area.map(Scope.area) ?? .home)
        }
        if !isScopeSaid, !IntentTraits(of: reading.intent).changesDevices, fitting.count == 1,
            let only = fitting.first
        {
            return .devices([only], only.area.map(Scope.area) ?? .home)
        }
        return .elsewhere(name: name, scope, fitting)
    }

    /// Whether the name says where the device is, or it is in no room: "bedroom lamp", "front door", "Rover".
    private func saysItsPlace(_ name: String, _ entity: DialogueHome.Entity) -> Bool {
        guard let area = entity.area.flatMap(home.area) else { return true }
        let words = " \(DialogueHome.folded(name)) "
        return area.names.contains { words.contains(" \(DialogueHome.folded($0)) ") }
    }

    private func nearest(_ name: String, among names: [String]) -> [String] {
        distance.nearest(name, among: names, within: Tuning.nameDistanceMax, count: Tuning.optionCountMax)
            .map(\.name)
    }
}

/// What may be changed without changing what the dialogue promises.
package enum Tuning {
    /// How unlike a name in the home may sound to be offered: above it people do not see why they are asked.
    package static let nameDistanceMax = 0.45
    /// How unlike it may sound to be taken for it, with "I think you said".
    package static let likelyDistanceMax = 0.25
    /// How much further than the nearest name another one may be to have been meant as well.
    package static let ambiguityMax = 0.12
    /// Options in one question: more cannot be kept in mind.
    package static let optionCountMax = 3
    /// Recognition confidence, 0...1, from which a sentence counts as heard clearly.
    package static let clearConfidence = 0.9
    /// From which it is acted on with "I think you said", if nothing can be harmed.
    package static let likelyConfidence = 0.8
    /// From which the talker is asked "did you mean"; below it what was heard is no command. Measured: of speech that is
    /// none, one sentence in twenty or fewer comes through (docs/grammar.md).
    package static let unsureConfidence = 0.7
    /// How long a question waits for its answer.
    package static let answerTime: Duration = .seconds(15)
    /// How long "it", "there" and "and the bedroom" mean what was said before.
    package static let contextTime: Duration = .seconds(120)
    /// How long a command can be put back.
    package static let undoTime: Duration = .seconds(600)
    /// Words of a sentence that are looked at; commands in it; trial readings for it.
    package static let wordCountMax = 48
    package static let commandCountMax = 6
    package static let trialCountMax = 400
    /// Commands that can be put back, the last one first.
    package static let undoCountMax = 8
}
