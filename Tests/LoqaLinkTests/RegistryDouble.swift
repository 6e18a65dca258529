import LoqaCrypto
import LoqaLink
import LoqaWire

/// What a hub keeps about relays, as little as the link needs: a stand-in for the registry, and for its owner.
struct RegistryDouble {
    struct Entry: Equatable {
        var name: String
        var room: String
    }

    struct Invite {
        var psk: [UInt8]
        var redeemedBy: PublicKey?
    }

    /// What the owner does about strangers.
    enum Owner { case admitsNobody, waits, approves, refuses }

    var enrolled: [PublicKey: Entry] = [:]
    var revoked: Set<PublicKey> = []
    var invites: [[UInt8]: Invite] = [:]
    var owner = Owner.waits

    /// The answer to somebody who knocks.
    func refusal(of request: HubChannel.Request) -> HandshakeRefusal? {
        switch request {
        case .enrolled(let key):
            if revoked.contains(key) { return .revoked }
            return enrolled[key] == nil ? .unknownRelay : nil
        case .invited(let key, let id):
            if revoked.contains(key) { return .revoked }
            guard let invite = invites[id] else { return .inviteInvalid }
            return invite.redeemedBy == nil || invite.redeemedBy == key ? nil : .inviteUsed
        case .adoption: return owner == .admitsNobody ? .adoptionClosed : nil
        }
    }

    /// The secret of the invite that is asked for.
    func psk(for request: HubChannel.Request) -> [UInt8]? {
        if case .invited(_, let id) = request { return invites[id]?.psk }
        return nil
    }

    /// A peer has proved its key: redeems its invite, or says why not.
    mutating func prove(_ peer: HubEndpoint.Peer) -> Goodbye? {
        if revoked.contains(peer.key) { return Goodbye(code: .revoked, text: "") }  // I5
        guard let id = peer.invite else { return nil }
        guard let invite = invites[id], invite.redeemedBy == nil || invite.redeemedBy == peer.key else {
            return Goodbye(code: .adoptionRefused, text: "the token is used")  // I4
        }
        invites[id]?.redeemedBy = peer.key
        if enrolled[peer.key] == nil { enrolled[peer.key] = Entry(name: "invited", room: "kitchen") }
        return nil
    }
}
