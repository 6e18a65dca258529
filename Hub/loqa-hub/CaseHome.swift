import HubAnswers
import HubLanguage
import HubPacks

/// The home of a test case: its names for understanding, its entities for answering.
struct CaseHome {
    /// Names of devices, areas and floors.
    let entries: [HomeVocabulary.Entry]
    private let things: [Thing]
    /// The floor of an area, both folded.
    private let floors: [String: String]
    private let areas: Set<String>

    /// A device and where it is.
    private struct Thing {
        let entity: AnswerEntity
        let area: String?
        let isExposed: Bool
    }

    /// - Throws: ``LanguageError`` for a fixture that cannot be read.
    init(_ fixture: PackNode) throws(LanguageError) {
        var entries: [HomeVocabulary.Entry] = []
        for (key, list) in [("entities", "name"), ("areas", "area"), ("floors", "floor")] {
            for node in try fixture[key]?.items("'\(key)'") ?? [] {
                var context: [String: SlotValue] = [:]
                if let domain = node["domain"]?.text { context["domain"] = .text(domain) }
                let said = try node["name"]?.string("'name'") ?? ""
                entries.append(.init(list: list, said: said, context: context))
            }
        }
        self.entries = entries
        var things: [Thing] = []
        for node in try fixture["entities"]?.items("'entities'") ?? [] { things.append(try Self.thing(node)) }
        self.things = things
        var floors: [String: String] = [:]
        var areas: Set<String> = []
        for node in try fixture["areas"]?.items("'areas'") ?? [] {
            let name = Self.folded(node["name"]?.text)
            areas.insert(name)
            if let floor = node["floor"]?.text { floors[name] = Self.folded(floor) }
        }
        (self.floors, self.areas) = (floors, areas)
    }

    private static func thing(_ node: PackNode) throws(LanguageError) -> Thing {
        let state = node["state"] ?? node["state_with_unit"]
        let raw = try (state?["out"] ?? state)?.string("'state'") ?? "off"
        let spoken = try state?["in"]?.string("'in'")
        var attributes: [AnswerValue.Entry] = []
        for (name, value) in try node["attributes"]?.pairs("'attributes'") ?? [] {
            attributes.append(.init(name, CaseAnswer.value(value)))
        }
        let entity = AnswerEntity(
            entityID: node["entity_id"]?.text ?? "", name: node["name"]?.text ?? "",
            domain: node["domain"]?.text ?? "", rawState: raw, spokenState: spoken, attributes: attributes)
        return Thing(entity: entity, area: node["area"]?.text, isExposed: node["is_exposed"]?.truth ?? true)
    }

    private static func folded(_ text: String?) -> String {
        (text ?? "").lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The entities that an answer speaks about: those that are as the slot `state` says, and those that are not.
    func entities(for result: Understanding) -> (matched: [AnswerEntity], unmatched: [AnswerEntity]) {
        func text(_ slot: String) -> String? {
            guard case .text(let text)? = result.slot(slot)?.value else { return nil }
            return text
        }
        let hits: [AnswerEntity]
        if let name = text("name") {
            hits = things.map(\.entity).filter { Self.folded($0.name) == Self.folded(name) }
        } else {
            hits = things.filter { thing in
                thing.isExposed && isIn(thing, area: text("area"), floor: text("floor"))
                    && isKind(thing.entity, intent: result.intent, domain: text("domain"))
                    && (text("device_class").map { thing.entity.attribute("device_class") == .text($0) }
                        ?? true)
            }.map(\.entity)
        }
        guard let state = text("state") else { return (hits, []) }
        return (hits.filter { $0.rawState == state }, hits.filter { $0.rawState != state })
    }

    private func isKind(_ entity: AnswerEntity, intent: String, domain: String?) -> Bool {
        let only: String? =
            switch intent {
            case "HassClimateGetTemperature", "HassClimateSetTemperature": "climate"
            case "HassGetWeather": "weather"
            default: nil
            }
        return (only.map { $0 == entity.domain } ?? true) && (domain.map { $0 == entity.domain } ?? true)
    }

    private func isIn(_ thing: Thing, area: String?, floor: String?) -> Bool {
        if let floor, floors[Self.folded(thing.area)] != Self.folded(floor) { return false }
        guard let area else { return true }
        return areas.contains(Self.folded(area))
            ? Self.folded(thing.area) == Self.folded(area) : thing.area == nil
    }
}
