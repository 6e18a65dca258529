import HubSkills
import HubUnderstanding
import Yams

/// Turns the YAML tree of a home file into a ``Home`` and collects what is wrong on the way.
struct HomeReader {
    /// Problems listed of one file.
    static let problemCountMax = 100

    private(set) var problems: [HomeFileError.Problem] = []
    var deviceCount = 0
    /// Spoken names taken so far and the line of each: rooms and storeys of the home, devices of one room.
    var roomNames: [String: Int] = [:]
    var deviceNames: [String: Int] = [:]

    mutating func report(_ node: Node?, _ message: String) {
        if problems.count == Self.problemCountMax { return }
        problems.append(.init(line: node?.mark?.line ?? 0, message: message))
    }

    /// The YAML itself is broken.
    mutating func report(_ error: any Error) {
        let (line, problem): (Int, String)
        switch error as? YamlError {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
            .composer(_, let text, let mark, _):
            (line, problem) = (mark.line, text)
        case .duplicatedKeysInMapping(let keys, let context):
            (line, problem) = (context.mark.line, "'\(keys.joined(separator: "', '"))' stands here twice")
        case .reader, .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded, nil:
            (line, problem) = (0, "holds characters that YAML does not allow")
        }
        problems.append(
            .init(line: line, message: "not valid YAML: \(problem); check indentation and quotes"))
    }

    mutating func home(_ node: Node) -> Home? {
        guard let fields = fields(of: node, "the file", allowed: ["house", "rooms"]) else { return nil }
        let name = fields["house"].flatMap { text($0, "house") }
        if fields["house"] == nil { report(node, "'house' is missing; write 'house: Our house'") }
        guard let list = fields["rooms"] else {
            report(node, "'rooms' is missing; write 'rooms:' and a list of rooms")
            return nil
        }
        let entries = items(list, "rooms", max: HomeFile.roomCountMax)
        if entries.isEmpty, problems.isEmpty { report(list, "there is no room; write at least one") }
        let rooms = entries.compactMap { room($0) }
        checkFloors(entries)
        return Home(name: name ?? "", rooms: rooms)
    }

    private mutating func room(_ node: Node) -> Room? {
        guard let fields = fields(of: node, "a room", allowed: ["name", "aliases", "floor", "devices"]) else {
            return nil
        }
        let name = name(in: fields, of: "a room", at: node)
        let aliases = aliases(in: fields)
        for (spoken, place) in Self.claims(name, aliases) {
            if Vocabulary.reservedRoomNames.contains(spoken) {
                report(place, "'\(spoken)' already means a place; give the room another name")
            } else if let line = roomNames.updateValue(place.mark?.line ?? 0, forKey: spoken) {
                report(place, "'\(spoken)' already names the room in line \(line); choose another name")
            }
        }
        let floor = fields["floor"].flatMap { spokenName($0, "floor") }
        deviceNames = [:]
        let list = fields["devices"].map { items($0, "devices", max: HomeFile.deviceCountMax) } ?? []
        let room = RoomID(name?.text ?? "")
        let devices = list.compactMap { device($0, in: room) }
        guard let name else { return nil }
        return Room(name: name.text, aliases: aliases.map(\.text), floor: floor?.text, devices: devices)
    }

    /// A storey called like a room would make "in the attic" mean two things.
    private mutating func checkFloors(_ rooms: [Node]) {
        for room in rooms {
            guard let node = room.mapping?["floor"], let floor = node.scalar?.string else { continue }
            let spoken = SpokenWords.words(of: floor).joined(separator: " ")
            if let line = roomNames[spoken] {
                report(node, "'\(floor)' is the floor here and the room in line \(line); rename one of them")
            }
        }
    }

    private mutating func device(_ node: Node, in room: RoomID) -> Device? {
        deviceCount += 1
        if deviceCount == HomeFile.deviceCountMax + 1 {
            report(node, "more than \(HomeFile.deviceCountMax) devices in the home; leave some out")
        }
        guard let fields = fields(of: node, "a device", allowed: nil) else { return nil }
        let name = name(in: fields, of: "a device", at: node)
        let aliases = aliases(in: fields)
        for (spoken, place) in Self.claims(name, aliases) {
            if Vocabulary.reservedDeviceNames.contains(spoken) {
                report(place, "'\(spoken)' alone means all of them; write a name such as 'ceiling \(spoken)'")
            } else if let line = deviceNames.updateValue(place.mark?.line ?? 0, forKey: spoken) {
                report(place, "'\(spoken)' already names the device in line \(line); choose another name")
            }
        }
        guard let (kind, initial) = kind(of: node, fields), let name else { return nil }
        return Device(room: room, name: name.text, aliases: aliases.map(\.text), kind: kind, initial: initial)
    }

    private static func claims(_ name: Name?, _ aliases: [Name]) -> [(String, Node)] {
        ((name.map { [$0] } ?? []) + aliases).map {
            (SpokenWords.words(of: $0.text).joined(separator: " "), $0.node)
        }
    }
}
