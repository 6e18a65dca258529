package import LoqaCrypto
import LoqaWire

extension RandomNumberGenerator {
    /// Random bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// A fresh X25519 key.
    package mutating func privateKey() -> PrivateKey { PrivateKey.from(seed: bytes(PublicKey.byteCount)) }

    /// N3: a number for one side of a media plane.
    package mutating func session() -> UInt32 { UInt32.random(in: 1...WireLimits.sessionMax, using: &self) }

    /// A number of 0..<1.
    mutating func draw() -> Double { Double.random(in: 0..<1, using: &self) }
}
