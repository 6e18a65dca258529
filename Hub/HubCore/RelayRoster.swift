package import LoqaBase
package import LoqaWire

/// The relays that are connected: their numbers, names and rooms. A pure value.
package struct RelayRoster: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Relays connected at once: a big house, and a bound for memory.
        package static let relayCountMax = 64
    }

    /// One connected relay.
    package struct Entry: Sendable, Equatable {
        package var id: RelayID
        /// Its own name, unique among those connected.
        package var name: String
        /// Its room, as the home file names it.
        package var room: String
    }

    /// What the caller does with a greeting.
    package enum Verdict: Sendable, Equatable {
        /// Welcome the relay in this version; first close the connection of the one it replaces, if any.
        case admit(RelayID, version: UInt8, replacing: RelayID?)
        case refuse(Goodbye)
    }

    /// Who is connected, in the order they came; bounded by ``Tuning/relayCountMax``.
    package private(set) var entries: [Entry] = []
    private var lastID: UInt16 = 0
    private let rooms: [String]

    /// - Parameter rooms: the rooms of the home file, in any order; relays elsewhere are refused.
    package init(rooms: [String]) { self.rooms = rooms }

    /// A relay greets. A second one of the same name takes the place of the first, which most often is the same
    /// board before it lost power.
    package mutating func greet(_ hello: Hello) -> Verdict {
        guard let version = WireVersion.negotiated(hello.versionMin...hello.versionMax) else {
            let ours = "\(WireVersion.oldest) to \(WireVersion.current)"
            return .refuse(
                Goodbye(
                    code: .unsupportedVersion,
                    text:
                        "This hub speaks protocol \(ours), the relay \(hello.versionMin) to \(hello.versionMax)."
                ))
        }
        guard rooms.contains(hello.room) else {
            let known = rooms.sorted().joined(separator: ", ")
            return .refuse(
                Goodbye(code: .unknownRoom, text: String("The home has these rooms: \(known).".prefix(150))))
        }
        let twin = entries.first { $0.name == hello.name }?.id
        if let twin { leave(twin) }
        guard entries.count < Tuning.relayCountMax else {
            return .refuse(
                Goodbye(code: .tooManyRelays, text: "This hub serves \(Tuning.relayCountMax) relays at most.")
            )
        }
        let id = freeID()
        entries.append(Entry(id: id, name: hello.name, room: hello.room))
        return .admit(id, version: version, replacing: twin)
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
