/// One direction of a connection: seals or opens records in order, each once.
///
/// The key is replaced after each ``rekeyInterval`` records (Noise specification 4.2, 11.3), so a key found in
/// memory opens no earlier records. After a failed ``open(_:)`` nothing more can be opened: close the connection.
package struct NoiseCipher: Sendable {
    /// Records under one key.
    package static let rekeyInterval: UInt64 = 65_536
    /// Bytes that a record is longer than its plaintext.
    package static let tagByteCount = ChaChaPoly.tagByteCount
    /// The most bytes in a plaintext.
    package static let plaintextByteCountMax = NoiseHandshake.messageByteCountMax - tagByteCount

    /// Nil after a failure.
    private var key: SecretKey?
    /// The number of the next record. The highest number makes new keys and is no record's.
    private var nonce: UInt64
    private let interval: UInt64

    /// - Parameter nonce, interval: other than the usual in tests only.
    /// - Precondition: `interval` is positive.
    init(key: SecretKey, nonce: UInt64 = 0, rekeyInterval interval: UInt64 = Self.rekeyInterval) {
        precondition(interval > 0)
        (self.key, self.nonce, self.interval) = (key, nonce, interval)
    }

    /// The record of `plaintext`, 16 bytes longer.
    ///
    /// - Throws: `wrongLength` of more than ``plaintextByteCountMax`` bytes (the cipher stays usable),
    ///   `nonceExhausted`, `closed`.
    package mutating func seal(_ plaintext: some Collection<UInt8>) throws(NoiseError) -> [UInt8] {
        let key = try usableKey()
        guard plaintext.count <= Self.plaintextByteCountMax else { throw .wrongLength(plaintext.count) }
        let record = ChaChaPoly.seal(Array(plaintext), key: key, nonce: nonce, authenticating: [])
        advance(key)
        return record
    }

    /// The plaintext of the peer's next record.
    ///
    /// - Throws: `wrongLength`, `authenticationFailed`, `nonceExhausted`, `closed`; each closes the cipher.
    package mutating func open(_ record: some Collection<UInt8>) throws(NoiseError) -> [UInt8] {
        let key = try usableKey()
        self.key = nil  // Until all went well.
        guard (Self.tagByteCount...NoiseHandshake.messageByteCountMax).contains(record.count) else {
            throw .wrongLength(record.count)
        }
        guard let plaintext = ChaChaPoly.open(Array(record), key: key, nonce: nonce, authenticating: [])
        else { throw .authenticationFailed }
        advance(key)
        return plaintext
    }

    private func usableKey() throws(NoiseError) -> SecretKey {
        guard let key else { throw .closed }
        guard nonce < .max else { throw .nonceExhausted }
        return key
    }

    private mutating func advance(_ key: SecretKey) {
        nonce += 1
        self.key = nonce.isMultiple(of: interval) ? Self.successor(of: key) : key
    }

    /// REKEY of 4.2: the first 32 bytes of 32 zero bytes sealed under the highest nonce.
    private static func successor(of key: SecretKey) -> SecretKey {
        let zeros = [UInt8](repeating: 0, count: SecretKey.byteCount)
        var sealed = ChaChaPoly.seal(zeros, key: key, nonce: .max, authenticating: [])
        defer { wipe(&sealed) }
        return SecretKey(sealed.prefix(SecretKey.byteCount))
    }
}
