import CSodium

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
        let digits = Array(hex.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(ofDigit: digits[index]),
                let low = Self.value(ofDigit: digits[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// 64 lower-case hexadecimal digits.
    package var hex: String { lowerHex(bytes) }

    /// What people compare: the first 64 bits of the key's SHA-256 as four groups of four hexadecimal digits.
    package var fingerprint: String {
        let digits = lowerHex(SHA256.hash(bytes).prefix(8))
        return stride(from: 0, to: 16, by: 4).map { digits.dropFirst($0).prefix(4) }.joined(separator: "-")
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
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

/// Two lower-case hexadecimal digits a byte.
func lowerHex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
