package import LoqaCrypto

/// The hub is on its way to another key. Until a person ends it, the hub answers to both.
package struct KeyRotation: Sendable, Equatable {
    /// What the hub will be known by.
    package var newKey: PublicKey
    /// Seconds since 1970.
    package var since: Int64
    /// The active relays that know the new key.
    package var confirmed: Set<PublicKey>
    /// The open invites that name the old key, which end with it.
    package var oldInvites: Set<InviteID>

    package init(newKey: PublicKey, since: Int64, confirmed: Set<PublicKey>, oldInvites: Set<InviteID>) {
        (self.newKey, self.since) = (newKey, since)
        (self.confirmed, self.oldInvites) = (confirmed, oldInvites)
    }
}

extension RelayRegistry {
    /// What the end of a rotation leaves behind.
    package struct RotationEnd: Sendable, Equatable {
        /// The hub's only key from now on.
        package var newKey: PublicKey
        /// Relays that know the old key alone: they cannot return before they are invited or adopted again.
        package var leftBehind: [Entry]
        /// Invites that named the old key and were withdrawn.
        package var withdrawn: [InviteID]
    }

    /// The rotation in progress.
    package var rotation: KeyRotation? { contents.rotation }

    /// The active relays that have not confirmed the new key; none outside a rotation.
    package var relaysBehind: [Entry] {
        guard let rotation = contents.rotation else { return [] }
        return contents.entries.filter { $0.isActive && !rotation.confirmed.contains($0.key) }
    }

    /// Begins the way to a new hub key. Tell it to every relay that is connected or comes.
    ///
    /// Invites made from now on must name the new key; those open now name the old one.
    package mutating func beginRotation(to newKey: PublicKey, now: Int64) -> RegistryVerdict<KeyRotation> {
        guard contents.rotation == nil else { return .refused(.rotationInProgress) }
        sweepInvites(now: now)
        let rotation = KeyRotation(
            newKey: newKey, since: Self.bounded(now), confirmed: [],
            oldInvites: Set(contents.invites.filter { $0.state == .open }.map(\.id)))
        contents.rotation = rotation
        revision += 1
        return .done(rotation)
    }

    /// A relay said that it has stored the new key, or finished a handshake with it.
    ///
    /// - Returns: whether that was news.
    @discardableResult
    package mutating func confirmedRotation(_ key: PublicKey) -> Bool {
        guard contents.rotation != nil, case .enrolled = peer(key) else { return false }
        guard contents.rotation?.confirmed.insert(key).inserted == true else { return false }
        revision += 1
        return true
    }

    /// Ends the rotation: from now on the old key opens nothing.
    package mutating func finishRotation() -> RegistryVerdict<RotationEnd> {
        guard let rotation = contents.rotation else { return .refused(.noRotation) }
        let leftBehind = relaysBehind
        var withdrawn: [InviteID] = []
        for index in contents.invites.indices
        where contents.invites[index].state == .open
            && rotation.oldInvites.contains(contents.invites[index].id)
        {
            withdrawn.append(contents.invites[index].id)
            withdrawInvite(at: index)
        }
        contents.rotation = nil
        revision += 1
        return .done(RotationEnd(newKey: rotation.newKey, leftBehind: leftBehind, withdrawn: withdrawn))
    }
}
