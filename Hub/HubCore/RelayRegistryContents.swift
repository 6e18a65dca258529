package import LoqaCrypto

/// What a ``RelayRegistry`` keeps over a restart.
package struct RegistryContents: Sendable, Equatable {
    /// In the order they were enrolled.
    package var entries: [RelayRegistry.Entry] = []
    /// Revoked relays of which nothing but the key is kept.
    package var condensedKeys: Set<PublicKey> = []
    /// The oldest first.
    package var invites: [Invite] = []
    package var rotation: KeyRotation?

    package init() {}

    /// Checks the rules that the registry's calls keep, for contents that come from a file.
    package func validate() throws(RegistryProblem) {
        typealias Limits = RelayRegistry.Limits
        guard entries.count <= Limits.entryCountMax, condensedKeys.count <= Limits.condensedKeyCountMax,
            invites.count <= Limits.inviteCountMax,
            invites.count(where: { $0.state == .open }) <= Limits.openInviteCountMax
        else { throw .tooMany }
        guard Set(entries.map(\.key)).union(condensedKeys).count == entries.count + condensedKeys.count else {
            throw .repeatedKey
        }
        let active = entries.filter(\.isActive)
        guard Set(active.map(\.name)).count == active.count else { throw .repeatedName }
        guard Set(invites.map(\.id)).count == invites.count else { throw .repeatedInvite }
        for entry in entries {
            guard RelayName.isValid(entry.name) else { throw .badName(entry.name) }
            guard RelayName.isValid(entry.room) else { throw .badName(entry.room) }
        }
        for invite in invites {
            guard RelayName.isValid(invite.room), invite.name.map(RelayName.isValid) ?? true else {
                throw .badName(invite.name ?? invite.room)
            }
            guard (0...(Limits.timeMax + Limits.validitySecondsMax)).contains(invite.expiresAt) else {
                throw .badTime
            }
            guard invite.secret.count == (invite.needsSecret ? Limits.secretByteCount : 0) else {
                throw .badSecret
            }
        }
        try validateTimes()
        if let rotation, !rotation.confirmed.isSubset(of: active.map(\.key)) { throw .strangerConfirmed }
    }

    private func validateTimes() throws(RegistryProblem) {
        let times = 0...RelayRegistry.Limits.timeMax
        for entry in entries {
            guard times.contains(entry.enrolledAt) else { throw .badTime }
            if case .revoked(let time) = entry.state, !times.contains(time) { throw .badTime }
        }
        if let rotation, !times.contains(rotation.since) { throw .badTime }
    }
}

extension Invite {
    /// Whether it may still serve somebody.
    fileprivate var needsSecret: Bool {
        switch state {
        case .open, .used: true
        case .withdrawn, .expired: false
        }
    }
}

/// Which rule saved contents break.
package enum RegistryProblem: Error, Sendable, Equatable, CustomStringConvertible {
    case tooMany
    case repeatedKey
    case repeatedName
    case repeatedInvite
    case badName(String)
    case badTime
    case badSecret
    case strangerConfirmed

    package var description: String {
        switch self {
        case .tooMany: "it holds more relays or invites than the registry may"
        case .repeatedKey: "two relays have one key"
        case .repeatedName: "two active relays have one name"
        case .repeatedInvite: "two invites have one number"
        case .badName(let name): "\"\(RelayName.cut(name, toByteCount: 80))\" is no name of a relay or room"
        case .badTime: "a time is out of range"
        case .badSecret: "the secret of an invite has the wrong length"
        case .strangerConfirmed: "a relay that is not active confirmed the new key of the hub"
        }
    }
}
