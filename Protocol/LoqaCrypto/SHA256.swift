import CSodium

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// Bytes of a digest.
    package static let byteCount = 32

    /// The digest of `parts` laid end to end: 32 bytes.
    package static func hash(_ parts: [UInt8]...) -> [UInt8] {
        var state = crypto_hash_sha256_state()
        crypto_hash_sha256_init(&state)
        for part in parts { crypto_hash_sha256_update(&state, part, UInt64(part.count)) }
        var digest = [UInt8](repeating: 0, count: byteCount)
        crypto_hash_sha256_final(&state, &digest)
        return digest
    }
}

/// HMAC-SHA-256 (RFC 2104), under the keys of 32 bytes that all of Loqa uses.
enum HMAC {
    static func authenticate(_ parts: [UInt8]..., key: SecretKey) -> SecretKey {
        var state = crypto_auth_hmacsha256_state()
        _ = key.withPointer { crypto_auth_hmacsha256_init(&state, $0, SecretKey.byteCount) }
        for part in parts { crypto_auth_hmacsha256_update(&state, part, UInt64(part.count)) }
        let code = SecretKey { crypto_auth_hmacsha256_final(&state, $0) }
        sodium_memzero(&state, MemoryLayout.size(ofValue: state))
        return code
    }
}

/// HKDF with SHA-256 (RFC 5869), whose form in the Noise specification (4.3) is that with an empty info.
package enum HKDF {
    /// The first output: a key drawn from `key` (the salt) and `input`, bound to `info`.
    package static func derive(key: SecretKey, input: [UInt8], info: [UInt8] = []) -> SecretKey {
        HMAC.authenticate(info, [1], key: HMAC.authenticate(input, key: key))
    }

    /// The first two outputs, independent of each other.
    package static func derivePair(key: SecretKey, input: [UInt8]) -> (SecretKey, SecretKey) {
        let three = deriveThree(key: key, input: input, count: 2)
        return (three.0, three.1)
    }

    /// The first three outputs, independent of each other.
    package static func deriveTriple(key: SecretKey, input: [UInt8]) -> (SecretKey, SecretKey, SecretKey) {
        deriveThree(key: key, input: input, count: 3)
    }

    private static func deriveThree(
        key: SecretKey, input: [UInt8], count: Int
    ) -> (SecretKey, SecretKey, SecretKey) {
        let drawn = HMAC.authenticate(input, key: key)
        let first = HMAC.authenticate([1], key: drawn)
        let second = expand(drawn, after: first, number: 2)
        return (first, second, count == 3 ? expand(drawn, after: second, number: 3) : second)
    }

    private static func expand(_ drawn: SecretKey, after previous: SecretKey, number: UInt8) -> SecretKey {
        var bytes = previous.copyOfBytes()
        defer { wipe(&bytes) }
        return HMAC.authenticate(bytes, [number], key: drawn)
    }
}
