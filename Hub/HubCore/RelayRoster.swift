package import LoqaBase
package import LoqaWire

/// The relays that are connected: their numbers, names and rooms. Who they are, the registry has decided. A pure value.
package struct RelayRoster: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Relays connected at once: a big house, and a bound for memory.
        package static let relayCountMax = 256
    }

    /// One connected relay.
    package struct Entry: Sendable, Equatable {
        package var id: RelayID
        /// Its name in the registry, unique.
        package var name: String
        /// Its room, as the home file names it.
        package var room: String
    }

    /// What the caller does with a relay that greets.
    package enum Verdict: Sendable, Equatable {
        /// Welcome it; first close the connection that it replaces, if any (N6).
        case admit(RelayID, replacing: RelayID?)
        case refuse(Goodbye)
    }

    /// Who is connected, in the order they came; bounded by ``Tuning/relayCountMax``.
    package private(set) var entries: [Entry] = []
    private var lastID: UInt16 = 0
    private let rooms: [String]

    /// - Parameter rooms: the rooms of the home file, in any order; relays elsewhere are refused.
    package init(rooms: [String]) { self.rooms = rooms }

    /// A relay of the registry greets. The same relay once more takes the place of its older connection.
    package mutating func admit(name: String, room: String) -> Verdict {
        guard rooms.contains(room) else {
            let known = rooms.sorted().joined(separator: ", ")
            return .refuse(
                Goodbye(
                    code: .unknownRoom,
                    text: String("The home has no \(room). Its rooms: \(known).".prefix(150))))
        }
        let twin = entries.first { $0.name == name }?.id
        if let twin { leave(twin) }
        guard entries.count < Tuning.relayCountMax else {
            return .refuse(
                Goodbye(code: .tooManyRelays, text: "This hub serves \(Tuning.relayCountMax) relays at most.")
            )
        }
        let id = freeID()
        entries.append(Entry(id: id, name: name, room: room))
        return .admit(id, replacing: twin)
    }

    /// A relay's connection is gone.
    package mutating func leave(_ id: RelayID) { entries.removeAll { $0.id == id } }

    /// The relay of this number, if it is connected.
    package subscript(id: RelayID) -> Entry? { entries.first { $0.id == id } }

    /// Numbers go up, so that a number in a log is not soon used again; zero is never given out.
    private mutating func freeID() -> RelayID {
        repeat {
            lastID = lastID == .max ? 1 : lastID + 1
        } while entries.contains { $0.id.value == lastID }
        return RelayID(lastID)
    }
}
