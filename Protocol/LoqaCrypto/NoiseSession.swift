/// What a handshake leaves: a cipher for each direction and the keys of the media plane.
package struct NoiseSession: Sendable {
    /// Seals what this side sends.
    package var send: NoiseCipher
    /// Opens what the peer sends.
    package var receive: NoiseCipher
    /// The handshake's hash: 32 bytes, the same on both sides and unique to this connection. Not secret.
    package let hash: [UInt8]
    /// Who the peer is; nil only in patterns where it shows no key.
    package let remoteStatic: PublicKey?
    /// The keys of the media plane, the same on both sides.
    package let mediaKeys: MediaKeys
}

/// One key of the media plane a direction, exported from the handshake.
package struct MediaKeys: Sendable, Equatable {
    /// What a relay seals with and the hub opens with; and the other way.
    package let relayToHub: SecretKey
    package let hubToRelay: SecretKey

    package init(relayToHub: SecretKey, hubToRelay: SecretKey) {
        (self.relayToHub, self.hubToRelay) = (relayToHub, hubToRelay)
    }

    /// The input differs from that of the records' keys, which is empty, so neither tells of the other.
    init(chainingKey: SecretKey, hash: [UInt8]) {
        (relayToHub, hubToRelay) = HKDF.derivePair(key: chainingKey, input: Array("loqa media 2".utf8) + hash)
    }
}
