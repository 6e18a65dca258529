/// What an owner pastes into a new relay: where the hub is, which key it has, and a secret that works once.
///
///     "LOQA1-" base64url( format u8 = 1 | expiry u32 | secret 16 | hub key 32 | address kind u8 | address | port u16
///                         | checksum: the first 4 bytes of SHA-256 of all before )
package struct InviteToken: Sendable, Equatable {
    /// The hub's address in network order.
    package enum Host: Sendable, Hashable {
        /// 4 bytes.
        case ip4([UInt8])
        /// 16 bytes.
        case ip6([UInt8])

        /// Nil unless there are 4 or 16 bytes.
        package init?(_ bytes: some Collection<UInt8>) {
            switch bytes.count {
            case 4: self = .ip4(Array(bytes))
            case 16: self = .ip6(Array(bytes))
            default: return nil
            }
        }

        /// 4 or 16 bytes.
        package var bytes: [UInt8] {
            switch self {
            case .ip4(let bytes), .ip6(let bytes): bytes
            }
        }
    }

    /// Every token begins so; the number is that of the format.
    package static let prefix = "LOQA1-"
    /// The most bytes of pasted text, white space included, that are looked at.
    package static let textByteCountMax = 1_024

    /// What works once.
    package let inviteSecret: InviteSecret
    /// The key that the hub must have.
    package let hubKey: PublicKey
    /// Where the hub listens.
    package let host: Host
    /// Never zero.
    package let port: UInt16
    /// When the invite ends, in seconds since 1970 (UTC); the hub decides by its own clock.
    package let expirySeconds: UInt32

    /// - Precondition: the address has the bytes of its kind; the port is not zero.
    package init(secret: InviteSecret, hubKey: PublicKey, host: Host, port: UInt16, expirySeconds: UInt32) {
        precondition(Host(host.bytes) == host, "an address has 4 or 16 bytes")
        precondition(port > 0, "a hub does not listen on port 0")
        (inviteSecret, self.hubKey, self.host) = (secret, hubKey, host)
        (self.port, self.expirySeconds) = (port, expirySeconds)
    }

    /// The same from plain bytes.
    ///
    /// - Precondition: the secret has 16 bytes; the address has the bytes of its kind; the port is not zero.
    package init(secret: [UInt8], hubKey: PublicKey, host: Host, port: UInt16, expirySeconds: UInt32) {
        guard let secret = InviteSecret(secret) else { preconditionFailure("a secret has 16 bytes") }
        self.init(secret: secret, hubKey: hubKey, host: host, port: port, expirySeconds: expirySeconds)
    }

    /// The 16 secret bytes.
    package var secret: [UInt8] { inviteSecret.bytes }
    /// The invite's name, not secret: 8 bytes, the payload of the first handshake message.
    package var id: [UInt8] { inviteSecret.id }
    /// The pre-shared key of the handshake: 32 bytes.
    package var psk: [UInt8] { inviteSecret.psk }
}

extension InviteToken: CustomStringConvertible, CustomReflectable {
    /// For logs: all but the secret.
    package var description: String { "\(inviteSecret) for hub \(hubKey.fingerprint)" }
    /// All but the secret.
    package var customMirror: Mirror {
        Mirror(self, children: ["invite": inviteSecret, "hubKey": hubKey, "host": host.bytes, "port": port])
    }
}
