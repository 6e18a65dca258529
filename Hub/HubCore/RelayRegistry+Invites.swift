import LoqaBase
package import LoqaCrypto

/// What an invite is known by on the wire: the first 8 bytes of a digest of its secret (PROTOCOL.md, "Enrolment").
package struct InviteID: Sendable, Hashable {
    /// 8 bytes.
    package let bytes: [UInt8]

    /// Nil unless there are 8 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 8 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Nil unless these are 16 hexadecimal digits.
    package init?(hex: String) {
        guard hex.utf8.count == 16, hex.allSatisfy(\.isHexDigit), let value = UInt64(hex, radix: 16) else {
            return nil
        }
        bytes = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }

    /// 16 lower-case hexadecimal digits.
    package var hex: String { Hex.text(bytes) }
}

/// A token handed to a relay that is not in the house yet.
package struct Invite: Sendable, Equatable {
    package var id: InviteID
    /// 16 random bytes; none once it can serve nobody any more, withdrawn or expired.
    package var secret: [UInt8]
    package var room: String
    /// The relay's name; nil lets the relay's own wish decide, else the room.
    package var name: String?
    /// Seconds since 1970; from then on it admits nobody new.
    package var expiresAt: Int64
    package var state: State

    /// Whether it still lets somebody in, and if not, why.
    package enum State: Sendable, Equatable {
        case open
        /// It brought this relay in, and serves it again should it have lost the answer.
        case used(by: PublicKey)
        case withdrawn
        /// Nobody used it in time. It stays so, even if the clock is set back.
        case expired
    }

    package init(
        id: InviteID, secret: [UInt8], room: String, name: String?, expiresAt: Int64, state: State
    ) {
        (self.id, self.secret, self.room, self.name) = (id, secret, room, name)
        (self.expiresAt, self.state) = (expiresAt, state)
    }

    /// Whether it still admits somebody new.
    package func isOpen(now: Int64) -> Bool { state == .open && now < expiresAt }
}

extension Invite: CustomStringConvertible, CustomReflectable {
    /// For logs; never the secret.
    package var description: String { "invite \(id.hex) (\(room), \(state))" }
    /// The same for debuggers and `dump`.
    package var customMirror: Mirror { Mirror(self, children: ["id": id.hex, "room": room, "state": state]) }
}

extension RelayRegistry {
    /// What the hub does with the first handshake message of an invited relay, whose key that message names.
    package enum InviteLookup: Sendable, Equatable {
        /// Go on with this secret as the pre-shared key. Nothing is proved before a transport record.
        case secret([UInt8])
        case expired
        /// Another relay used it.
        case used
        case withdrawn
        case unknown
        /// The key is struck off, whatever it brings.
        case revoked
    }

    /// Makes an invite.
    ///
    /// - Parameters:
    ///   - id: of the secret, as PROTOCOL.md derives it.
    ///   - name: the relay's name, or nil to let it choose.
    ///   - validFor: seconds, in ``Limits/validitySecondsMin``...``Limits/validitySecondsMax``.
    ///   - secret: 16 random bytes.
    package mutating func invite(
        id: InviteID, secret: [UInt8], room: String, name: String?, validFor: Int64, now: Int64
    ) -> RegistryVerdict<Invite> {
        precondition(secret.count == Limits.secretByteCount)
        sweepInvites(now: now)
        guard rooms.contains(room) else { return .refused(unknownRoom(room)) }
        if let name, !RelayName.isValid(name) { return .refused(.badName) }
        guard (Limits.validitySecondsMin...Limits.validitySecondsMax).contains(validFor) else {
            return .refused(.badValidity)
        }
        guard contents.invites.count(where: { $0.state == .open }) < Limits.openInviteCountMax else {
            return .refused(.tooManyInvites)
        }
        guard index(of: id) == nil else { return .refused(.inviteRepeated) }
        forgetOneInviteIfFull()
        let invite = Invite(
            id: id, secret: secret, room: room, name: name, expiresAt: Self.bounded(now) + validFor,
            state: .open)
        contents.invites.append(invite)
        revision += 1
        return .done(invite)
    }

    /// The invites that are remembered, the oldest first.
    package var invites: [Invite] { contents.invites }

    /// Looks up the invite that the first handshake message of `key` names. Changes nothing: that message may be a
    /// replayed one.
    package func invite(_ id: InviteID, from key: PublicKey, now: Int64) -> InviteLookup {
        switch peer(key) {
        case .revoked: return .revoked
        case .enrolled, .unknown: break
        }
        guard let index = index(of: id) else { return .unknown }
        let invite = contents.invites[index]
        switch invite.state {
        case .withdrawn: return .withdrawn
        case .expired: return .expired
        case .used(by: let user): return user == key ? .secret(invite.secret) : .used
        case .open: return invite.isOpen(now: now) ? .secret(invite.secret) : .expired
        }
    }

    /// Enrols the relay that proved an invite's secret with its first transport record.
    ///
    /// A token works once. Should the relay have lost the answer, it may come again and gets the entry it has.
    ///
    /// - Parameter wishedName: what the relay calls itself; used if it is a name and the invite has none.
    package mutating func redeem(
        _ id: InviteID, key: PublicKey, wishedName: String?, now: Int64
    ) -> RegistryVerdict<Entry> {
        guard let index = index(of: id) else { return .refused(.unknownInvite) }
        let invite = contents.invites[index]
        let known = peer(key)
        guard known != .revoked else { return .refused(.revoked) }
        switch invite.state {
        case .withdrawn: return .refused(.inviteWithdrawn)
        case .expired: return .refused(.inviteExpired)
        case .used(by: let user):
            guard user == key, case .enrolled(let entry) = known else { return .refused(.inviteUsed) }
            return .done(entry)
        case .open: break
        }
        guard invite.isOpen(now: now) else { return .refused(.inviteExpired) }
        let verdict = enrol(
            key, name: invite.name ?? nameForNewcomer(known, wish: wishedName), room: invite.room, now: now)
        if case .done = verdict { contents.invites[index].state = .used(by: key) }
        return verdict
    }

    /// Takes back an invite that nobody used.
    package mutating func withdraw(_ id: InviteID, now: Int64) -> RegistryVerdict<Invite> {
        sweepInvites(now: now)
        guard let index = index(of: id) else { return .refused(.unknownInvite) }
        switch contents.invites[index].state {
        case .withdrawn: return .refused(.inviteWithdrawn)
        case .expired: return .refused(.inviteExpired)
        case .used: return .refused(.inviteUsed)
        case .open: break
        }
        withdrawInvite(at: index)
        return .done(contents.invites[index])
    }

    /// Takes back the invite at this place.
    mutating func withdrawInvite(at index: Int) {
        contents.invites[index].state = .withdrawn
        contents.invites[index].secret = []
        contents.rotation?.oldInvites.remove(contents.invites[index].id)
        revision += 1
    }

    /// Forgets what expired a day ago, and the secrets of what expired unused.
    mutating func sweepInvites(now: Int64) {
        let now = Self.bounded(now)
        let before = contents.invites
        contents.invites.removeAll { now - Limits.inviteMemorySeconds >= $0.expiresAt }
        for index in contents.invites.indices where contents.invites[index].state == .open {
            guard now >= contents.invites[index].expiresAt else { continue }
            contents.invites[index].state = .expired
            contents.invites[index].secret = []
        }
        if contents.invites != before { revision += 1 }
    }

    /// A relay that is enrolled keeps its name; another has its wish.
    private func nameForNewcomer(_ peer: Peer, wish: String?) -> String? {
        switch peer {
        case .enrolled: nil
        case .revoked, .unknown: wish.flatMap { RelayName.isValid($0) ? $0 : nil }
        }
    }

    private func index(of id: InviteID) -> Int? { contents.invites.firstIndex { $0.id == id } }

    /// At the limit the oldest that is not open goes: fewer than all are open.
    private mutating func forgetOneInviteIfFull() {
        guard contents.invites.count >= Limits.inviteCountMax else { return }
        if let oldest = contents.invites.firstIndex(where: { $0.state != .open }) {
            contents.invites.remove(at: oldest)
        }
    }
}
