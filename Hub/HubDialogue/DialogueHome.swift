/// What a conversation knows of the home: floors, areas and what is in them, by all their names.
package struct DialogueHome: Sendable {
    /// Names of one thing.
    package static let aliasCountMax = 16

    /// A storey.
    package struct Floor: Sendable, Equatable {
        package var id: String
        /// As people say it; the first is how the hub says it.
        package var names: [String]
        package init(id: String, names: [String]) { (self.id, self.names) = (id, names) }
    }

    /// A room, or a part of the garden.
    package struct Area: Sendable, Equatable {
        package var id: String
        package var names: [String]
        /// Its floor.
        package var floor: String?
        package init(id: String, names: [String], floor: String? = nil) {
            (self.id, self.names, self.floor) = (id, names, floor)
        }
    }

    /// A device, or one function of it.
    package struct Entity: Sendable, Equatable {
        /// "light.kitchen_lamp".
        package var id: String
        package var names: [String]
        /// "light", "cover", "lock" ...
        package var domain: String
        /// What sort of its domain: "curtain", "garage".
        package var deviceClass: String?
        package var area: String?
        package init(
            id: String, names: [String], domain: String, deviceClass: String? = nil, area: String? = nil
        ) {
            (self.id, self.names, self.domain) = (id, names, domain)
            (self.deviceClass, self.area) = (deviceClass, area)
        }
    }

    package let floors: [Floor]
    package let areas: [Area]
    package let entities: [Entity]
    private let areasByName: [String: Int]
    private let floorsByName: [String: Int]
    private let entitiesByName: [String: [Int]]

    /// Names are compared without regard to case and spaces. Of two areas of one name the first is meant.
    package init(floors: [Floor] = [], areas: [Area], entities: [Entity]) {
        (self.floors, self.areas, self.entities) = (floors, areas, entities)
        areasByName = Self.index(areas.map { [$0.id] + $0.names })
        floorsByName = Self.index(floors.map { [$0.id] + $0.names })
        var byName: [String: [Int]] = [:]
        for (index, entity) in entities.enumerated() {
            for name in Set(entity.names.prefix(Self.aliasCountMax).map(Self.folded)) {
                byName[name, default: []].append(index)
            }
        }
        entitiesByName = byName
    }

    private static func index(_ names: [[String]]) -> [String: Int] {
        var indices: [String: Int] = [:]
        for (index, names) in names.enumerated() {
            for name in names.prefix(1 + aliasCountMax) where indices[folded(name)] == nil {
                indices[folded(name)] = index
            }
        }
        return indices
    }

    /// `name` in lower case with single spaces.
    static func folded(_ name: String) -> String {
        name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The area with this identifier or name.
    package func area(_ name: String) -> Area? { areasByName[Self.folded(name)].map { areas[$0] } }

    /// The floor with this identifier or name.
    package func floor(_ name: String) -> Floor? { floorsByName[Self.folded(name)].map { floors[$0] } }

    /// All entities of this name.
    package func entities(named name: String) -> [Entity] {
        (entitiesByName[Self.folded(name)] ?? []).map { entities[$0] }
    }

    /// Everything that has a name, for the nearest by sound.
    var names: [String] {
        entities.flatMap(\.names) + areas.flatMap(\.names) + floors.flatMap(\.names)
    }
}

/// Where a command applies.
package enum Scope: Sendable, Equatable {
    case area(String)
    case floor(String)
    /// The whole home, said in so many words.
    case home

    /// Whether `entity` is inside.
    package func contains(_ entity: DialogueHome.Entity, in home: DialogueHome) -> Bool {
        switch self {
        case .area(let area): entity.area == area
        case .floor(let floor): entity.area.flatMap { home.area($0)?.floor } == floor
        case .home: true
        }
    }
}
