import LoqaTestKit
import Testing

@testable import LoqaCrypto

struct KeysTests {
    @Test func `both sides of an agreement get the same secret`() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let (one, other) = (random.privateKey(), random.privateKey())
            let secret = try one.agree(with: other.publicKey)
            #expect(try other.agree(with: one.publicKey) == secret)
            #expect(try one.agree(with: one.publicKey) != secret)
        }
    }

    @Test(arguments: lowOrderPoints)
    func `a point of low order is refused`(point: [UInt8]) throws {
        let key = PrivateKey.from(seed: [UInt8](repeating: 3, count: 32))
        let weak = try #require(PublicKey(point))
        #expect(throws: NoiseError.lowOrderKey) { try key.agree(with: weak) }
    }

    @Test func `a public key survives its text, and nothing else is one`() throws {
        var random = SeededGenerator(seed: 2)
        let key = random.privateKey().publicKey
        #expect(PublicKey(hex: key.hex) == key && PublicKey(hex: key.hex.uppercased()) == key)
        #expect(key.hex.count == 64)
        for bad in [
            "", String(key.hex.dropLast()), key.hex + "0", "g" + key.hex.dropFirst(),
            "é" + key.hex.dropFirst(2),
        ] {
            #expect(PublicKey(hex: bad) == nil)
        }
        for count in 0...64 where count != 32 {
            #expect(PublicKey([UInt8](repeating: 1, count: count)) == nil)
            #expect(PrivateKey([UInt8](repeating: 1, count: count)) == nil)
        }
    }

    @Test func `a fingerprint is four groups of the key's SHA-256`() throws {
        let key = try #require(PublicKey([UInt8](repeating: 0, count: 32)))
        // printf of 32 zero bytes, through sha256sum.
        #expect(key.fingerprint == "6668-7aad-f862-bd77")
        #expect("\(key)" == key.fingerprint)
    }

    @Test func `a private key comes back from its bytes, and two random ones differ`() throws {
        let key = PrivateKey.random()
        let again = try #require(PrivateKey(key.withBytes { Array($0) }))
        #expect(again.publicKey == key.publicKey)
        #expect(PrivateKey.random().publicKey != key.publicKey)
        #expect(SystemRandom.random(count: 16) != SystemRandom.random(count: 16))
        #expect(SystemRandom.random(count: 0).isEmpty)
    }

    @Test func `no text and no reflection of a secret shows it`() throws {
        let bytes = [UInt8](repeating: 0xAB, count: 32)
        let key = PrivateKey.from(seed: bytes)
        let secret = try #require(InviteSecret(bytes.prefix(16)))
        let token = InviteToken(
            secret: secret, hubKey: key.publicKey, host: .ip4([1, 2, 3, 4]), port: 1, expirySeconds: 1)
        let secrets: [Any] = [
            key, SecretKey(bytes), secret, token,
            MediaKeys(relayToHub: SecretKey(bytes), hubToRelay: SecretKey(bytes)),
            MediaSealer(key: bytes), MediaOpener(key: bytes),
        ]
        for secret in secrets {
            var dumped = "\(secret) \(String(reflecting: secret)) "
            dump(secret, to: &dumped)
            for shown in ["171, 171", "171\n", "abab", "ABAB", "q6ur"] { #expect(!dumped.contains(shown)) }
            #expect(!(secret is any Encodable))
        }
    }

    @Test func `a wiped array is empty`() {
        var secret: [UInt8] = [1, 2, 3]
        wipe(&secret)
        #expect(secret.isEmpty)
    }

    @Test func `bytes compare by content and length`() {
        #expect(constantTimeEquals([], []) && constantTimeEquals([1, 2], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [1, 3]) && !constantTimeEquals([1], [1, 2]))
        #expect(constantTimeEquals([0, 1, 2][1...], [1, 2]))
    }

    @Test func `SHA-256 and HKDF give the values of FIPS 180-4 and RFC 5869`() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(SHA256.hash(Array("ab".utf8), Array("c".utf8)).hex == abc)
        // A.1; a salt is filled up with zeros.
        let salt = SecretKey(Array(0...12) + [UInt8](repeating: 0, count: 19))
        let input = [UInt8](repeating: 0x0B, count: 22)
        let first = HKDF.derive(key: salt, input: input, info: Array(0xF0...0xF9))
        #expect(
            first.copyOfBytes().hex == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")
        // A.3.
        let pair = HKDF.derivePair(key: SecretKey([UInt8](repeating: 0, count: 32)), input: input)
        #expect(
            pair.0.copyOfBytes().hex == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d")
        #expect(pair.1.copyOfBytes().hex.hasPrefix("9d201395faa4b61a96c8"))
    }
}
