import CSodium
import LoqaBase

/// An X25519 public key (RFC 7748): who a relay or a hub is. Any 32 bytes form one; what is unusable in a key of
/// low order is refused where the key is used, as ``NoiseError/lowOrderKey``.
package struct PublicKey: Sendable, Hashable {
    /// Bytes of every public key.
    package static let byteCount = 32

    /// The 32 bytes, as they travel.
    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Nil unless `hex` is 64 hexadecimal digits of either case.
    package init?(hex: String) {
        guard let bytes = Hex.bytes(hex, count: Self.byteCount) else { return nil }
        self.bytes = bytes
    }

    /// 64 lower-case hexadecimal digits.
    package var hex: String { Hex.text(bytes) }

    /// What people compare: the first 64 bits of the key's SHA-256 as four groups of four hexadecimal digits.
    package var fingerprint: String {
        let digits = Hex.text(SHA256.hash(bytes).prefix(8))
        return stride(from: 0, to: 16, by: 4).map { digits.dropFirst($0).prefix(4) }.joined(separator: "-")
    }
}

extension PublicKey: CustomStringConvertible {
    /// The fingerprint, for logs.
    package var description: String { fingerprint }
}

/// An X25519 private key. It never leaves the machine: not `Codable`, and hidden from text and reflection.
package struct PrivateKey: Sendable {
    let secret: SecretKey
    /// The other half, which may be known to all.
    package let publicKey: PublicKey

    /// Nil unless there are 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == SecretKey.byteCount else { return nil }
        self.init(secret: SecretKey(bytes))
    }

    private init(secret: SecretKey) {
        self.secret = secret
        var point = [UInt8](repeating: 0, count: PublicKey.byteCount)
        _ = secret.withPointer { crypto_scalarmult_curve25519_base(&point, $0) }
        guard let publicKey = PublicKey(point) else { preconditionFailure("a point has 32 bytes") }
        self.publicKey = publicKey
    }

    /// A fresh key from the system's random source, for real programs.
    package static func random() -> PrivateKey {
        PrivateKey(secret: SecretKey { randombytes_buf($0, SecretKey.byteCount) })
    }

    /// The same key for the same seed, for simulations and tests.
    ///
    /// - Precondition: the seed has 32 bytes.
    package static func from(seed: [UInt8]) -> PrivateKey { PrivateKey(secret: SecretKey(seed)) }

    /// Lends the 32 bytes, to write them to the key file. They must not be kept beyond the call.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try secret.withBytes(body)
    }

    /// The secret shared with the owner of `other` (X25519).
    ///
    /// - Throws: `lowOrderKey` where the result would be all zero, known to everybody.
    func agree(with other: PublicKey) throws(NoiseError) -> SecretKey {
        var status: CInt = 0
        let shared = SecretKey { shared in
            status = secret.withPointer { crypto_scalarmult_curve25519(shared, $0, other.bytes) }
        }
        guard status == 0 else { throw .lowOrderKey }
        return shared
    }
}

extension PrivateKey: CustomStringConvertible {
    /// The public half's fingerprint.
    package var description: String { "private key of \(publicKey.fingerprint)" }
}

/// Random bytes of the system, for real programs. Simulations and tests pass seeded bytes instead.
package enum SystemRandom {
    /// - Precondition: `count` is not negative.
    package static func random(count: Int) -> [UInt8] {
        prepareSodium()
        var bytes = [UInt8](repeating: 0, count: count)
        randombytes_buf(&bytes, count)
        return bytes
    }
}
