/// A relay of the registry, and what the hub knows of it now. Times are seconds since 1970.
package struct AdminRelay: Sendable, Equatable, Codable {
    /// Unique among the active ones.
    package var name: String
    /// As the registry has it.
    package var room: String
    /// Of its key, to compare with what the relay shows.
    package var fingerprint: String
    package var enrolledAt: Int64
    /// When it was struck off; nil while it is active.
    package var revokedAt: Int64?
    package var isConnected: Bool
    /// Where it connects from, or last did since the hub started.
    package var address: String?
    /// When it was last connected, if the hub knows.
    package var lastSeenAt: Int64?
    /// During a key rotation: whether it knows the hub's new key.
    package var knowsNewKey: Bool?

    package init(
        name: String, room: String, fingerprint: String, enrolledAt: Int64, revokedAt: Int64? = nil,
        isConnected: Bool, address: String? = nil, lastSeenAt: Int64? = nil, knowsNewKey: Bool? = nil
    ) {
        (self.name, self.room, self.fingerprint) = (name, room, fingerprint)
        (self.enrolledAt, self.revokedAt, self.isConnected) = (enrolledAt, revokedAt, isConnected)
        (self.address, self.lastSeenAt, self.knowsNewKey) = (address, lastSeenAt, knowsNewKey)
    }
}

/// An invite, without its secret. Times are seconds since 1970.
package struct AdminInvite: Sendable, Equatable, Codable {
    /// 16 hexadecimal digits.
    package var id: String
    package var room: String
    package var name: String?
    package var expiresAt: Int64
    package var state: State
    /// The name or, if it is gone, the fingerprint of the relay that used it.
    package var usedBy: String?

    /// Whether it still lets somebody in, and if not, why.
    package enum State: String, Sendable, Codable, CaseIterable { case open, used, withdrawn, expired }

    package init(
        id: String, room: String, name: String?, expiresAt: Int64, state: State, usedBy: String? = nil
    ) {
        (self.id, self.room, self.name) = (id, room, name)
        (self.expiresAt, self.state, self.usedBy) = (expiresAt, state, usedBy)
    }
}

/// A relay that waits for adoption.
package struct AdminPending: Sendable, Equatable, Codable {
    /// The six digits that the relay shows or speaks.
    package var code: String
    /// What it calls itself; anybody may call himself so.
    package var name: String?
    /// Where it says it is.
    package var room: String?
    package var fingerprint: String
    package var address: String
    /// Seconds since 1970.
    package var since: Int64

    package init(
        code: String, name: String?, room: String?, fingerprint: String, address: String, since: Int64
    ) {
        (self.code, self.name, self.room) = (code, name, room)
        (self.fingerprint, self.address, self.since) = (fingerprint, address, since)
    }
}

/// The hub itself. Times are seconds since 1970.
package struct AdminStatus: Sendable, Equatable, Codable {
    /// Of Loqa.
    package var version: String
    package var startedAt: Int64
    /// Of the hub's key.
    package var fingerprint: String
    /// Where it listens.
    package var addresses: [String]
    package var rooms: [String]
    package var activeRelays: Int
    package var connectedRelays: Int
    package var revokedRelays: Int
    package var pendingRelays: Int
    package var openInvites: Int
    /// The key rotation in progress, if any.
    package var rotation: AdminRotation?
    /// What was refused since the start, by name; at most ``counterCountMax``.
    package var counters: [String: UInt64]
    /// The chat model that gets what nothing else understands, and where it is; nil if it is off.
    package var chat: String?

    /// Counters in a status: bounds its line.
    package static let counterCountMax = 64

    package init(
        version: String, startedAt: Int64, fingerprint: String, addresses: [String], rooms: [String],
        activeRelays: Int, connectedRelays: Int, revokedRelays: Int, pendingRelays: Int, openInvites: Int,
        rotation: AdminRotation?, counters: [String: UInt64], chat: String? = nil
    ) {
        self.chat = chat
        (self.version, self.startedAt, self.fingerprint) = (version, startedAt, fingerprint)
        (self.addresses, self.rooms) = (addresses, rooms)
        (self.activeRelays, self.connectedRelays) = (activeRelays, connectedRelays)
        (self.revokedRelays, self.pendingRelays) = (revokedRelays, pendingRelays)
        (self.openInvites, self.rotation) = (openInvites, rotation)
        self.counters = Dictionary(
            uniqueKeysWithValues: counters.sorted { $0.key < $1.key }.prefix(Self.counterCountMax)
                .map { ($0.key, $0.value) })
    }
}

/// The hub's way to a new key.
package struct AdminRotation: Sendable, Equatable, Codable {
    /// Of the new key.
    package var fingerprint: String
    /// Seconds since 1970.
    package var since: Int64
    /// How many active relays know it.
    package var confirmed: Int
    /// How many do not.
    package var behindCount: Int
    /// Names of those that do not; the first ``behindNameCountMax``.
    package var behind: [String]

    /// Names in a rotation: bounds its line.
    package static let behindNameCountMax = 256

    /// - Parameter behind: the names of all that do not know the key.
    package init(fingerprint: String, since: Int64, confirmed: Int, behind: [String]) {
        (self.fingerprint, self.since, self.confirmed) = (fingerprint, since, confirmed)
        behindCount = behind.count
        self.behind = Array(behind.prefix(Self.behindNameCountMax))
    }
}
