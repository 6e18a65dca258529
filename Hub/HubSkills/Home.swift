import HubUnderstanding

/// A room by its name in the home file.
package struct RoomID: Sendable, Hashable, Comparable {
    package var value: String
    package init(_ value: String) { self.value = value }
    package static func < (left: RoomID, right: RoomID) -> Bool { left.value < right.value }
}

/// A device by its room and name, `kitchen/coffee maker`. Stays the same as long as both names do.
package struct DeviceID: Sendable, Hashable, Comparable {
    package var value: String
    package init(_ value: String) { self.value = value }
    package init(room: RoomID, name: String) { value = "\(room.value)/\(name)" }
    package static func < (left: DeviceID, right: DeviceID) -> Bool { left.value < right.value }
}

/// What a device can do.
package enum DeviceKind: Sendable, Equatable {
    /// A light; `dimmable` and `colour` say whether its brightness and its colour can be set.
    case light(dimmable: Bool, colour: Bool)
    /// Something that is on or off.
    case outlet
    /// Blinds, curtains, a garage door: 0 % is closed, 100 % open.
    case cover
    /// Heating or cooling to a target in whole degrees Celsius of `range`.
    case climate(range: ClosedRange<Int>)
    /// Something that only measures.
    case sensor

    /// Whether "the lights" means it too.
    package var isLight: Bool { if case .light = self { true } else { false } }
    /// Whether it keeps a temperature.
    package var isClimate: Bool { if case .climate = self { true } else { false } }
    /// Whether it can be turned on and off.
    package var isSwitchable: Bool {
        switch self {
        case .light, .outlet, .climate: true
        case .cover, .sensor: false
        }
    }
}

/// One device of a room.
package struct Device: Sendable, Equatable {
    package var id: DeviceID
    package var room: RoomID
    /// As people say it: "coffee maker"; unique in its room.
    package var name: String
    /// Other names for it, at most ``HubHome/HomeFile/aliasCountMax``.
    package var aliases: [String]
    /// What it can do.
    package var kind: DeviceKind
    /// Its state before anyone said anything.
    package var initial: DeviceState

    package init(
        room: RoomID, name: String, aliases: [String] = [], kind: DeviceKind, initial: DeviceState? = nil
    ) {
        id = DeviceID(room: room, name: name)
        (self.room, self.name, self.aliases, self.kind) = (room, name, aliases, kind)
        self.initial = initial ?? .usual(for: kind)
    }

    /// Name and aliases as they are spoken.
    package var spokenNames: [String] { Home.spoken([name] + aliases) }
}

/// One room and what is in it.
package struct Room: Sendable, Equatable {
    package var id: RoomID
    /// As people say it: "living room"; unique in the home.
    package var name: String
    /// Other names for it.
    package var aliases: [String]
    /// The storey, as people call it: "upstairs", "ground floor".
    package var floor: String?
    package var devices: [Device]

    package init(name: String, aliases: [String] = [], floor: String? = nil, devices: [Device] = []) {
        id = RoomID(name)
        (self.name, self.aliases, self.floor, self.devices) = (name, aliases, floor, devices)
    }

    /// Name and aliases as they are spoken.
    package var spokenNames: [String] { Home.spoken([name] + aliases) }
}

/// A home as its owner describes it. Changes as a whole or not at all; what changes all the time is ``HouseState``.
///
/// Room names and aliases are unique in the home, device names and aliases within their room: the home file's
/// reader sees to it.
package struct Home: Sendable, Equatable {
    /// What the household calls it; never spoken.
    package var name: String
    /// In the order of the home file; at most ``HubHome/HomeFile/roomCountMax``.
    package var rooms: [Room]

    package init(name: String, rooms: [Room]) { (self.name, self.rooms) = (name, rooms) }

    /// All devices in the order of the file.
    package var devices: [Device] { rooms.flatMap(\.devices) }

    /// The room with this identity.
    package func room(_ id: RoomID) -> Room? { rooms.first { $0.id == id } }

    /// The room a person, or a relay's configuration, calls `name`.
    package func room(named name: String) -> Room? {
        let spoken = SpokenWords.words(of: name).joined(separator: " ")
        return rooms.first { $0.spokenNames.contains(spoken) }
    }

    /// The storeys, as they are spoken, each once.
    package var floors: [String] {
        var seen: Set<String> = []
        return Home.spoken(rooms.compactMap(\.floor)).filter { seen.insert($0).inserted }
    }

    static func spoken(_ names: [String]) -> [String] {
        names.map { SpokenWords.words(of: $0).joined(separator: " ") }
    }
}
