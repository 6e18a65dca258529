package import LoqaCrypto

/// Which relays belong to the house: who was invited, who waits to be adopted, who is enrolled and who is revoked.
///
/// A pure value. Time is wall time in whole seconds since 1970, because invites and revocations outlive a restart;
/// random bytes come from the caller. Everything is bounded by ``Limits``. Save ``contents`` whenever
/// ``revision`` moved, and before a relay or a person is told of the change.
package struct RelayRegistry: Sendable {
    /// What bounds the registry. Tuning: no peer sees these.
    package enum Limits {
        /// Entries, active and revoked ones together. Beyond it the oldest revoked are kept as a key alone.
        package static let entryCountMax = 1_024
        /// Revoked relays kept as a key alone. With all places taken nobody new is enrolled.
        package static let condensedKeyCountMax = 8_192
        /// Invites that may be redeemed at one time.
        package static let openInviteCountMax = 64
        /// Invites remembered, so that a dead token can be told what is wrong with it.
        package static let inviteCountMax = 256
        /// The shortest time an invite may be valid, in seconds.
        package static let validitySecondsMin: Int64 = 60
        /// The longest: 30 days.
        package static let validitySecondsMax: Int64 = 30 * 86_400
        /// How long an invite is remembered past its expiry, in seconds: one day.
        package static let inviteMemorySeconds: Int64 = 86_400
        /// Relays that may wait for adoption at one time.
        package static let pendingCountMax = 16
        /// How long one may wait, in seconds.
        package static let pendingSecondsMax: Int64 = 600
        /// Bytes of the secret in an invite.
        package static let secretByteCount = 16
        /// The year 9999: later times are taken for it, so that sums of times cannot overflow.
        package static let timeMax: Int64 = 253_402_300_799
    }

    /// One relay that is or was part of the house.
    package struct Entry: Sendable, Equatable {
        /// Unique in the registry.
        package var key: PublicKey
        /// Unique among the active, 1...64 bytes; see ``RelayName``.
        package var name: String
        /// A room of the home file when it was given; the home file may have lost it since.
        package var room: String
        /// Seconds since 1970.
        package var enrolledAt: Int64
        package var state: State

        /// Whether it is admitted.
        package enum State: Sendable, Equatable {
            case active
            /// Struck off; the key is refused for good.
            case revoked(at: Int64)
        }

        package init(key: PublicKey, name: String, room: String, enrolledAt: Int64, state: State) {
            (self.key, self.name, self.room) = (key, name, room)
            (self.enrolledAt, self.state) = (enrolledAt, state)
        }

        /// Whether it is not revoked.
        package var isActive: Bool { state == .active }
    }

    /// What the hub knows of a key that a handshake proved.
    package enum Peer: Sendable, Equatable {
        case enrolled(Entry)
        case revoked
        case unknown
    }

    /// What must survive a restart. Changed by the calls below only, each of which moves ``revision``.
    package internal(set) var contents: RegistryContents
    /// Relays that wait for adoption, the oldest first; in memory only.
    package internal(set) var pending: [PendingRelay] = []
    /// Goes up by one with each change of ``contents``.
    package internal(set) var revision: UInt64 = 0
    let rooms: [String]

    /// - Parameters:
    ///   - rooms: the rooms of the home file; nobody is invited or moved elsewhere. One whose
    ///     name does not fit the wire (``RelayName``) is left out.
    ///   - contents: what was saved.
    /// - Throws: ``RegistryProblem`` if the contents break a rule that the calls below keep.
    package init(rooms: [String], contents: RegistryContents = .init()) throws(RegistryProblem) {
        try contents.validate()
        (self.rooms, self.contents) = (rooms.filter(RelayName.isValid), contents)
    }

    /// All entries, active and revoked, in the order they were enrolled.
    package var entries: [Entry] { contents.entries }

    /// Whether and as what this key is admitted.
    package func peer(_ key: PublicKey) -> Peer {
        guard let index = index(of: key) else {
            return contents.condensedKeys.contains(key) ? .revoked : .unknown
        }
        let entry = contents.entries[index]
        return entry.isActive ? .enrolled(entry) : .revoked
    }

    /// The active relay of this name.
    package func active(named name: String) -> Entry? {
        contents.entries.first { $0.isActive && $0.name == name }
    }

    /// Strikes a relay off for good.
    ///
    /// - Returns: the entry as it stands now; drop the connection of its key.
    package mutating func revoke(_ name: String, now: Int64) -> RegistryVerdict<Entry> {
        guard let index = activeIndex(name) else { return .refused(unknown(name)) }
        contents.entries[index].state = .revoked(at: Self.bounded(now))
        let entry = contents.entries[index]
        contents.rotation?.confirmed.remove(entry.key)
        pending.removeAll { $0.key == entry.key }
        revision += 1
        return .done(entry)
    }

    /// Gives a relay another name.
    package mutating func rename(_ name: String, to wanted: String) -> RegistryVerdict<Entry> {
        guard let index = activeIndex(name) else { return .refused(unknown(name)) }
        guard RelayName.isValid(wanted) else { return .refused(.badName) }
        if let twin = activeIndex(wanted), twin != index { return .refused(.nameTaken(wanted)) }
        contents.entries[index].name = wanted
        revision += 1
        return .done(contents.entries[index])
    }

    /// Puts a relay into another room.
    package mutating func move(_ name: String, to room: String) -> RegistryVerdict<Entry> {
        guard let index = activeIndex(name) else { return .refused(unknown(name)) }
        guard rooms.contains(room) else { return .refused(unknownRoom(room)) }
        contents.entries[index].room = room
        revision += 1
        return .done(contents.entries[index])
    }

    // MARK: Shared by the ways in

    /// Enrols a key, or gives the entry it has another room and, if one is asked for, another name.
    ///
    /// - Parameter name: valid; a number is added if an active relay has it.
    mutating func enrol(_ key: PublicKey, name: String?, room: String, now: Int64) -> RegistryVerdict<Entry> {
        precondition(name.map(RelayName.isValid) ?? true)
        pending.removeAll { $0.key == key }
        if let index = index(of: key) {
            guard contents.entries[index].isActive else { return .refused(.revoked) }
            contents.entries[index].room = room
            if let name { contents.entries[index].name = freeName(name, for: key) }
            revision += 1
            return .done(contents.entries[index])
        }
        guard !contents.condensedKeys.contains(key) else { return .refused(.revoked) }
        guard makeRoom() else { return .refused(.registryFull) }
        let entry = Entry(
            key: key, name: freeName(name ?? room, for: key), room: room, enrolledAt: Self.bounded(now),
            state: .active)
        contents.entries.append(entry)
        revision += 1
        return .done(entry)
    }

    /// The time within 0...``Limits/timeMax``.
    static func bounded(_ time: Int64) -> Int64 { min(max(time, 0), Limits.timeMax) }

    func unknownRoom(_ room: String) -> RegistryRefusal { .unknownRoom(room, known: rooms.sorted()) }

    private func unknown(_ name: String) -> RegistryRefusal {
        contents.entries.contains { $0.name == name } ? .alreadyRevoked(name) : .unknownRelay(name)
    }

    private func index(of key: PublicKey) -> Int? { contents.entries.firstIndex { $0.key == key } }

    private func activeIndex(_ name: String) -> Int? {
        contents.entries.firstIndex { $0.isActive && $0.name == name }
    }

    /// "kitchen", or "kitchen-2" if another active relay is called so.
    private func freeName(_ wanted: String, for key: PublicKey) -> String {
        let taken = Set(contents.entries.filter { $0.isActive && $0.key != key }.map(\.name))
        var (name, number) = (wanted, 1)
        while taken.contains(name) {
            number += 1
            name = RelayName.numbered(wanted, number)
        }
        return name
    }

    /// Makes a place for one more entry by condensing the one that was revoked first.
    private mutating func makeRoom() -> Bool {
        guard contents.entries.count >= Limits.entryCountMax else { return true }
        guard contents.condensedKeys.count < Limits.condensedKeyCountMax else { return false }
        let revoked = contents.entries.indices.compactMap { index -> (Int, Int64)? in
            guard case .revoked(let time) = contents.entries[index].state else { return nil }
            return (index, time)
        }
        guard let (oldest, _) = revoked.min(by: { $0.1 < $1.1 }) else { return false }
        contents.condensedKeys.insert(contents.entries.remove(at: oldest).key)
        return true
    }
}
