package import LoqaCrypto

/// A relay that came without a token and waits for a person to compare its six digits.
package struct PendingRelay: Sendable, Equatable {
    /// Proved by the handshake.
    package var key: PublicKey
    /// What it calls itself, if that is a name.
    package var wishedName: String?
    /// The room it says it is in, if that is a name; it may be none of the home.
    package var wishedRoom: String?
    /// What both sides show; different among those that wait.
    package var code: AdoptionCode
    /// Where it connected from, for people; at most ``addressByteCountMax`` bytes.
    package var address: String
    /// Seconds since 1970.
    package var since: Int64

    /// Bytes of ``address`` that are kept.
    package static let addressByteCountMax = 64
}

/// Six decimal digits out of the commit-then-reveal exchange of an adoption.
package struct AdoptionCode: Sendable, Hashable, CustomStringConvertible {
    /// 0...999,999.
    package let value: UInt32

    /// Nil above 999,999.
    package init?(_ value: UInt32) {
        guard value < 1_000_000 else { return nil }
        self.value = value
    }

    /// Six digits as a person types them: "042 117", "042-117" and "042117" are the same.
    package init?(typed text: String) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
        guard digits.count == 6, digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
            return nil
        }
        value = digits.reduce(0) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
    }

    /// "042117".
    package var description: String {
        let digits = String(value)
        return String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }
}

extension RelayRegistry {
    /// What the hub does with a relay that finished the exchange of an adoption.
    package enum AdoptionVerdict: Sendable, Equatable {
        /// It waits; the same key's earlier request is replaced.
        case pending
        /// ``Limits/pendingCountMax`` wait already.
        case full
        /// Another waits with the same six digits: let the relay begin anew, which gives other digits.
        case codeTaken
        case revoked
    }

    /// A relay asks to be adopted. One that is enrolled may: it has lost what it knew of this hub, and a person must
    /// look again.
    ///
    /// - Parameters:
    ///   - name, room: its wishes, as it sent them; what is no name is left out.
    ///   - address: for people; cut to ``PendingRelay/addressByteCountMax`` bytes.
    package mutating func adopt(
        _ key: PublicKey, name: String?, room: String?, code: AdoptionCode, address: String, now: Int64
    ) -> AdoptionVerdict {
        guard peer(key) != .revoked else { return .revoked }
        guard !pending.contains(where: { $0.code == code && $0.key != key }) else { return .codeTaken }
        pending.removeAll { $0.key == key }
        guard pending.count < Limits.pendingCountMax else { return .full }
        pending.append(
            PendingRelay(
                key: key, wishedName: name.flatMap { RelayName.isValid($0) ? $0 : nil },
                wishedRoom: room.flatMap { RelayName.isValid($0) ? $0 : nil }, code: code,
                address: RelayName.cut(address, toByteCount: PendingRelay.addressByteCountMax),
                since: Self.bounded(now)))
        return .pending
    }

    /// Enrols the relay that shows these digits. There is no other way to name one: comparing the digits is what keeps
    /// somebody in between out.
    ///
    /// - Parameters:
    ///   - room: nil takes the room it wished for.
    ///   - name: nil takes the name it wished for, else the room's.
    /// - Returns: the new entry; tell its connection.
    package mutating func approve(
        _ code: AdoptionCode, room: String?, name: String?, now: Int64
    ) -> RegistryVerdict<Entry> {
        guard let index = pendingIndex(code, now: now) else { return .refused(.unknownCode(code)) }
        let relay = pending[index]
        guard let room = room ?? relay.wishedRoom else {
            return .refused(.roomMissing(known: rooms.sorted()))
        }
        guard rooms.contains(room) else { return .refused(unknownRoom(room)) }
        if let name, !RelayName.isValid(name) { return .refused(.badName) }
        return enrol(relay.key, name: name ?? relay.wishedName, room: room, now: now)
    }

    /// Sends a waiting relay away. It may ask again: its key is not revoked.
    ///
    /// - Returns: the relay; close the connection of its key.
    package mutating func refuse(_ code: AdoptionCode, now: Int64) -> RegistryVerdict<PendingRelay> {
        guard let index = pendingIndex(code, now: now) else { return .refused(.unknownCode(code)) }
        return .done(pending.remove(at: index))
    }

    /// The connection of a waiting relay is gone.
    package mutating func leavePending(_ key: PublicKey) { pending.removeAll { $0.key == key } }

    /// Ends the wait of those that waited too long.
    ///
    /// - Returns: their keys; close their connections. Call it every few seconds: until then they hold their places,
    ///   though nobody can approve them any more.
    package mutating func expirePending(now: Int64) -> [PublicKey] {
        let late = pending.filter { Self.hasWaitedTooLong($0, now: now) }.map(\.key)
        pending.removeAll { late.contains($0.key) }
        return late
    }

    private func pendingIndex(_ code: AdoptionCode, now: Int64) -> Int? {
        pending.firstIndex { $0.code == code && !Self.hasWaitedTooLong($0, now: now) }
    }

    private static func hasWaitedTooLong(_ relay: PendingRelay, now: Int64) -> Bool {
        // A clock that was set back far would keep it waiting as long again.
        abs(bounded(now) - relay.since) >= Limits.pendingSecondsMax
    }
}
