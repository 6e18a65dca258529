/// The six digits that people compare when a hub adopts a relay it does not know.
///
/// The relay commits to its nonce before it sees the hub's, and reveals it after. Somebody in between, who holds two
/// handshakes with different hashes, therefore has to choose blindly: a try succeeds once in a million, and each try
/// is seen by the people. Both sides check the commitment before they show a code.
package enum Adoption {
    /// Bytes of each side's nonce, random and used once.
    package static let nonceByteCount = 16

    /// What the relay sends first: 32 bytes that bind it to `nonce` in the handshake of `hash`.
    package static func commitment(hash: [UInt8], nonce: [UInt8]) -> [UInt8] {
        SHA256.hash(Array("loqa adopt commit".utf8), hash, nonce)
    }

    /// Whether the nonce that the relay reveals is the one it committed to. Of any length; compares in constant time.
    package static func matches(commitment: [UInt8], hash: [UInt8], nonce: [UInt8]) -> Bool {
        nonce.count == nonceByteCount
            && constantTimeEquals(commitment, Self.commitment(hash: hash, nonce: nonce))
    }

    /// The six digits, leading zeros kept: the same on both sides if nobody is in between.
    package static func code(hash: [UInt8], relayNonce: [UInt8], hubNonce: [UInt8]) -> String {
        let digest = SHA256.hash(Array("loqa adopt code".utf8), hash, relayNonce, hubNonce)
        let number = digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) } % 1_000_000
        let digits = String(number)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }
}
