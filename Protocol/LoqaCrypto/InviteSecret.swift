import LoqaBase

/// The one-time secret of an invite, and what is drawn from it.
///
/// The hub finds the invite by its id, which travels, and the handshake proves the pre-shared key, which does not.
package struct InviteSecret: Sendable {
    /// Bytes of a secret, and of its id.
    package static let byteCount = 16
    package static let idByteCount = 8

    /// The 16 secret bytes.
    package let bytes: [UInt8]

    /// Nil unless there are 16 bytes. Let them be random.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// The invite's name, not secret: 8 bytes.
    package var id: [UInt8] {
        Array(SHA256.hash(Array("loqa invite id".utf8), bytes).prefix(Self.idByteCount))
    }

    /// The pre-shared key of the handshake: 32 bytes. HKDF with no salt and the info "loqa invite psk".
    package var psk: [UInt8] {
        let noSalt = SecretKey(repeatElement(0, count: SecretKey.byteCount))
        return HKDF.derive(key: noSalt, input: bytes, info: Array("loqa invite psk".utf8)).copyOfBytes()
    }
}

extension InviteSecret: Equatable {
    /// Compares in constant time.
    package static func == (left: InviteSecret, right: InviteSecret) -> Bool {
        constantTimeEquals(left.bytes, right.bytes)
    }
}

extension InviteSecret: CustomStringConvertible, CustomReflectable {
    /// The id; never the secret.
    package var description: String { "invite \(Hex.text(id))" }
    /// The id; never the secret.
    package var customMirror: Mirror { Mirror(self, children: ["id": Hex.text(id)]) }
}
