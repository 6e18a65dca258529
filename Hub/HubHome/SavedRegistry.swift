import HubCore
import LoqaBase
import LoqaCrypto

/// The version alone, read first: the rest may have another shape.
struct SavedRegistryVersion: Decodable {
    var version: Int
}

/// ``RegistryContents`` as it stands in the registry file. Apart from it, so that one may change without the other.
/// Times are seconds since 1970; keys, numbers and secrets are hexadecimal.
struct SavedRegistry: Codable {
    var version = RegistryFile.version
    var relays: [Relay]
    /// Keys of revoked relays of which nothing else is kept.
    var revokedKeys: [String]
    var invites: [SavedInvite]
    var rotation: Rotation?

    struct Relay: Codable {
        var key: String
        var name: String
        var room: String
        var enrolledAt: Int64
        /// Nil while it is active.
        var revokedAt: Int64?
    }

    struct SavedInvite: Codable {
        var id: String
        var secret: String
        var room: String
        var name: String?
        var expiresAt: Int64
        var state: State
        /// The key it brought in, if it is used.
        var usedBy: String?

        enum State: String, Codable { case open, used, withdrawn, expired }
    }

    struct Rotation: Codable {
        var newKey: String
        var since: Int64
        var confirmed: [String]
        var oldInvites: [String]
    }
}

/// What cannot be understood in a registry file that is JSON of the right form.
enum SavedRegistryProblem: Error, CustomStringConvertible {
    case badKey(of: String)
    case badInvite(Int)
    case rule(RegistryProblem)

    var description: String {
        switch self {
        case .badKey(let owner): "the key of \(owner) is not 64 hexadecimal digits"
        case .badInvite(let index): "invite \(index + 1) cannot be read"
        case .rule(let problem): "\(problem)"
        }
    }
}

extension SavedRegistry {
    init(_ contents: RegistryContents) {
        relays = contents.entries.map { entry in
            var revokedAt: Int64?
            if case .revoked(let time) = entry.state { revokedAt = time }
            return Relay(
                key: entry.key.hex, name: entry.name, room: entry.room, enrolledAt: entry.enrolledAt,
                revokedAt: revokedAt)
        }
        revokedKeys = contents.condensedKeys.map(\.hex).sorted()
        invites = contents.invites.map(SavedInvite.init)
        rotation = contents.rotation.map { rotation in
            Rotation(
                newKey: rotation.newKey.hex, since: rotation.since,
                confirmed: rotation.confirmed.map(\.hex).sorted(),
                oldInvites: rotation.oldInvites.map(\.hex).sorted())
        }
    }

    /// What it says, if that keeps the rules of the registry.
    func contents() throws(SavedRegistryProblem) -> RegistryContents {
        var contents = RegistryContents()
        for relay in relays {
            contents.entries.append(
                .init(
                    key: try Self.key(relay.key, of: "the relay \"\(relay.name.prefix(64))\""),
                    name: relay.name,
                    room: relay.room, enrolledAt: relay.enrolledAt,
                    state: relay.revokedAt.map { .revoked(at: $0) } ?? .active))
        }
        for key in revokedKeys {
            guard contents.condensedKeys.insert(try Self.key(key, of: "a revoked relay")).inserted else {
                throw .rule(.repeatedKey)
            }
        }
        for (index, saved) in invites.enumerated() {
            guard let invite = saved.invite else { throw .badInvite(index) }
            contents.invites.append(invite)
        }
        if let rotation {
            var confirmed: Set<PublicKey> = []
            for key in rotation.confirmed {
                confirmed.insert(try Self.key(key, of: "a relay that confirmed"))
            }
            contents.rotation = KeyRotation(
                newKey: try Self.key(rotation.newKey, of: "the hub to be"), since: rotation.since,
                confirmed: confirmed, oldInvites: Set(rotation.oldInvites.compactMap(InviteID.init(hex:))))
        }
        do throws(RegistryProblem) { try contents.validate() } catch { throw .rule(error) }
        return contents
    }

    private static func key(_ hex: String, of owner: String) throws(SavedRegistryProblem) -> PublicKey {
        guard let key = PublicKey(hex: hex) else { throw .badKey(of: owner) }
        return key
    }
}

extension SavedRegistry.SavedInvite {
    init(_ invite: Invite) {
        (id, room, name) = (invite.id.hex, invite.room, invite.name)
        secret = Hex.text(invite.secret)
        expiresAt = invite.expiresAt
        switch invite.state {
        case .open: state = .open
        case .withdrawn: state = .withdrawn
        case .expired: state = .expired
        case .used(let key): (state, usedBy) = (.used, key.hex)
        }
    }

    /// Nil if a number, a secret or a key is none.
    var invite: Invite? {
        guard let id = InviteID(hex: id), let secret = Hex.bytes(secret) else { return nil }
        let state: Invite.State
        switch self.state {
        case .open: state = .open
        case .withdrawn: state = .withdrawn
        case .expired: state = .expired
        case .used:
            guard let user = usedBy.flatMap(PublicKey.init(hex:)) else { return nil }
            state = .used(by: user)
        }
        return Invite(id: id, secret: secret, room: room, name: name, expiresAt: expiresAt, state: state)
    }
}
