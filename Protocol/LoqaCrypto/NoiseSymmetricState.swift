/// The handshake's running key and hash: CipherState and SymmetricState of the Noise specification (5.1, 5.2),
/// revision 34. Copies share no state.
struct NoiseSymmetricState: Sendable {
    /// What the next keys are drawn from.
    private(set) var chainingKey: SecretKey
    /// The hash of all that was said so far: 32 bytes.
    private(set) var hash: [UInt8]
    private var key: SecretKey?
    private var nonce: UInt64 = 0

    init(protocolName: String) {
        let name = Array(protocolName.utf8)
        hash =
            name.count <= SHA256.byteCount
            ? name + Array(repeating: 0, count: SHA256.byteCount - name.count) : SHA256.hash(name)
        chainingKey = SecretKey(hash)
    }

    /// Bytes that an encrypted payload or key is longer than itself.
    var tagByteCount: Int { key == nil ? 0 : ChaChaPoly.tagByteCount }

    mutating func mixHash(_ bytes: [UInt8]) { hash = SHA256.hash(hash, bytes) }

    mutating func mixKey(_ input: SecretKey) {
        var bytes = input.copyOfBytes()
        mixKey(&bytes)
    }

    /// A public key as input, in handshakes with a pre-shared key (9.2).
    mutating func mixKey(_ input: PublicKey) {
        var bytes = input.bytes
        mixKey(&bytes)
    }

    private mutating func mixKey(_ bytes: inout [UInt8]) {
        defer { wipe(&bytes) }
        let (chainingKey, key) = HKDF.derivePair(key: chainingKey, input: bytes)
        (self.chainingKey, self.key, nonce) = (chainingKey, key, 0)
    }

    mutating func mixKeyAndHash(_ preshared: SecretKey) {
        var bytes = preshared.copyOfBytes()
        defer { wipe(&bytes) }
        let (chainingKey, extraHash, key) = HKDF.deriveTriple(key: chainingKey, input: bytes)
        mixHash(extraHash.copyOfBytes())
        (self.chainingKey, self.key, nonce) = (chainingKey, key, 0)
    }

    /// The plaintext itself while no key is agreed, else the ciphertext with its tag.
    mutating func encryptAndHash(_ plaintext: [UInt8]) -> [UInt8] {
        guard let key else {
            mixHash(plaintext)
            return plaintext
        }
        let sealed = ChaChaPoly.seal(plaintext, key: key, nonce: nonce, authenticating: hash)
        nonce += 1  // One handshake seals a handful of times under one key.
        mixHash(sealed)
        return sealed
    }

    /// - Throws: `wrongLength` if there is no room for a tag, `authenticationFailed`.
    mutating func decryptAndHash(_ bytes: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard let key else {
            mixHash(bytes)
            return bytes
        }
        guard bytes.count >= ChaChaPoly.tagByteCount else { throw .wrongLength(bytes.count) }
        guard let plaintext = ChaChaPoly.open(bytes, key: key, nonce: nonce, authenticating: hash)
        else { throw .authenticationFailed }
        nonce += 1
        mixHash(bytes)
        return plaintext
    }

    /// The keys of the records to follow: the initiator's first.
    func split() -> (SecretKey, SecretKey) { HKDF.derivePair(key: chainingKey, input: []) }
}
