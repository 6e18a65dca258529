/// The first 8 bytes of a connection, from the relay: how it wants to prove itself, and in which versions it speaks.
///
/// It is not secret, but it is the prologue of the handshake: a preface that was changed on the way breaks that.
package struct Preface: Sendable, Equatable {
    /// How the two ends get to know each other; H2 names the handshake of each.
    package enum Pattern: UInt8, Sendable, CaseIterable {
        /// The hub knows the relay's key.
        case enrolled = 1
        /// The relay has a token that works once.
        case invited = 2
        /// Neither knows the other; a person compares six digits.
        case adoption = 3
    }

    /// The oldest version that the relay speaks; at least 1.
    package var versionMin: UInt8
    /// The newest one; not below the oldest.
    package var versionMax: UInt8
    package var pattern: Pattern

    package init(
        _ pattern: Pattern, versionMin: UInt8 = WireVersion.oldest, versionMax: UInt8 = WireVersion.current
    ) {
        (self.pattern, self.versionMin, self.versionMax) = (pattern, versionMin, versionMax)
    }

    private static let magic: [UInt8] = Array("LOQA".utf8)

    /// H1: the bytes to send.
    package var encoded: [UInt8] { Self.magic + [versionMin, versionMax, pattern.rawValue, 0] }

    /// H1: reads the first 8 bytes of a connection.
    ///
    /// - Throws: what the hub answers: ``HandshakeRefusal/notLoqa`` or ``HandshakeRefusal/unsupportedVersion``.
    package init(decoding bytes: some Collection<UInt8>) throws(HandshakeRefusal) {
        let bytes = Array(bytes)
        guard bytes.count == WireLimits.prefaceByteCount, Array(bytes.prefix(4)) == Self.magic else {
            throw .notLoqa
        }
        (versionMin, versionMax) = (bytes[4], bytes[5])
        guard versionMin >= 1, versionMin <= versionMax else { throw .notLoqa }
        // N2: told apart from garbage, so that an older relay can say what to do.
        guard WireVersion.negotiated(versionMin...versionMax) != nil else { throw .unsupportedVersion }
        guard let pattern = Pattern(rawValue: bytes[6]), bytes[7] == 0 else { throw .notLoqa }
        self.pattern = pattern
    }
}

/// Why a hub does not go on with a handshake. It travels in clear and is believed as a hint only (H6).
package enum HandshakeRefusal: UInt8, Error, Sendable, CaseIterable {
    /// The first bytes are no preface, or a handshake message is damaged.
    case notLoqa = 1
    /// No common protocol version.
    case unsupportedVersion = 2
    /// Too many connections, or too many in a short time.
    case busy = 3
    /// The hub does not know the relay's key.
    case unknownRelay = 4
    /// The owner has revoked the relay's key.
    case revoked = 5
    /// The token is unknown, withdrawn or too old.
    case inviteInvalid = 6
    /// The token has been used.
    case inviteUsed = 7
    /// The hub takes in nobody at the moment.
    case adoptionClosed = 8

    /// One line for the relay's owner.
    package var advice: String {
        switch self {
        case .notLoqa: "the hub did not understand the handshake; is its address right, and its key?"
        case .unsupportedVersion:
            "the hub speaks no version of the protocol that this relay speaks; update the older"
        case .busy: "the hub has too many connections at the moment"
        case .unknownRelay: "the hub does not know this relay; enrol it with a token or let it be adopted"
        case .revoked: "the owner has revoked this relay; reset it and enrol it anew"
        case .inviteInvalid: "the token is unknown, withdrawn or too old; make a new one"
        case .inviteUsed: "the token was used by another relay; make a new one"
        case .adoptionClosed: "the hub adopts no relay at the moment; try later or use a token"
        }
    }
}
