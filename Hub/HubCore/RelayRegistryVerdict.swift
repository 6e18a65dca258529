/// What came of a call of ``RelayRegistry``: what people and peers ask for may be refused, and that is no error of ours.
package enum RegistryVerdict<Value: Sendable & Equatable>: Sendable, Equatable {
    case done(Value)
    /// Nothing changed.
    case refused(RegistryRefusal)
}

/// Why a call of ``RelayRegistry`` changed nothing. The description tells a person what to do.
package enum RegistryRefusal: Sendable, Equatable, CustomStringConvertible {
    case unknownRoom(String, known: [String])
    /// No room was given, and the relay named none.
    case roomMissing(known: [String])
    case badName
    case nameTaken(String)
    case unknownRelay(String)
    case alreadyRevoked(String)
    /// The key is struck off.
    case revoked
    case registryFull
    case badValidity
    case tooManyInvites
    /// The random secret was drawn twice.
    case inviteRepeated
    case unknownInvite
    case inviteUsed
    case inviteExpired
    case inviteWithdrawn
    case unknownCode(AdoptionCode)
    case rotationInProgress
    case noRotation

    package var description: String {
        switch self {
        case .unknownRoom(let room, let known):
            "the home has no room \"\(room)\"; it has: \(known.joined(separator: ", "))"
        case .roomMissing(let known):
            "the relay did not say where it is: give a room; the home has: \(known.joined(separator: ", "))"
        case .badName:
            "a name has 1 to \(RelayName.byteCountMax) bytes, none of them a control character, and no space at its ends"
        case .nameTaken(let name):
            "another relay is called \"\(name)\": rename that one first, or choose another name"
        case .unknownRelay(let name): "no relay is called \"\(name)\": list them with `loqa relay list`"
        case .alreadyRevoked(let name): "the relay \"\(name)\" is revoked, for good"
        case .revoked: "this relay is revoked: reset it, which gives it a new key, and invite it again"
        case .registryFull: "the registry is full: no relay can be added"
        case .badValidity: "an invite is valid for 1 minute to 30 days"
        case .tooManyInvites:
            "\(RelayRegistry.Limits.openInviteCountMax) invites are open: withdraw some with `loqa relay withdraw`"
        case .inviteRepeated: "this invite was made before: try again"
        case .unknownInvite: "there is no such invite: list them with `loqa relay invites`"
        case .inviteUsed: "this invite was used"
        case .inviteExpired: "this invite is expired: make a new one"
        case .inviteWithdrawn: "this invite was withdrawn"
        case .unknownCode(let code):
            "no relay waits with the digits \(code): if the relay shows others, do not approve it"
        case .rotationInProgress: "a key rotation is in progress: end it with `loqa hub finish-rotation`"
        case .noRotation: "no key rotation is in progress"
        }
    }
}
