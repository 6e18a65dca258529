import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import LoqaWire

/// Handshakes a second of one core, from the machines of both ends alone.
struct HandshakeBench {
    /// One pattern.
    struct Result: Codable {
        var pattern: String
        /// The hub's end, and both ends together.
        var hubMicroseconds: Double
        var bothMicroseconds: Double
        var handshakesPerSecond: Double
    }

    /// Both ends of `count` handshakes of each pattern, up to the proof of the relay's key by its first record.
    static func run(count: Int) throws -> [Result] {
        let hub = PrivateKey.random()
        let relay = PrivateKey.random()
        guard let secret = InviteSecret(SystemRandom.random(count: InviteSecret.byteCount)),
            let host = InviteToken.Host([127, 0, 0, 1])
        else { preconditionFailure("16 bytes and an address") }
        let token = InviteToken(
            secret: secret, hubKey: hub.publicKey, host: host, port: 7_580, expirySeconds: .max)
        return try [
            ("IK, an enrolled relay", .enrolled(hub: hub.publicKey), nil),
            ("IKpsk2, an invited one", .invited(token), secret.psk),
            ("XX, a stranger", .adoption, nil),
        ].map { (name: String, credentials: RelayChannel.Credentials, psk: [UInt8]?) in
            var (hubSeconds, bothSeconds) = (0.0, 0.0)
            // The first ones warm the caches up.
            for index in -count / 10..<count {
                let (own, both) = try shake(credentials, psk: psk, hub: hub, relay: relay)
                if index >= 0 { (hubSeconds, bothSeconds) = (hubSeconds + own, bothSeconds + both) }
            }
            return Result(
                pattern: name, hubMicroseconds: hubSeconds / Double(count) * 1e6,
                bothMicroseconds: bothSeconds / Double(count) * 1e6,
                handshakesPerSecond: Double(count) / hubSeconds)
        }
    }

    /// CPU seconds of the hub's end, and of both, ephemeral keys included.
    private static func shake(
        _ credentials: RelayChannel.Credentials, psk: [UInt8]?, hub hubKey: PrivateKey,
        relay relayKey: PrivateKey
    ) throws -> (hub: Double, both: Double) {
        let start = Usage.thread
        var hubSeconds = 0.0
        func timing<Value>(_ body: () throws -> Value) rethrows -> Value {
            let before = Usage.thread
            defer { hubSeconds += Usage.thread - before }
            return try body()
        }
        var relay = RelayChannel(credentials, identity: relayKey, ephemeral: .random())
        let first = try relay.start()
        var hub = timing { HubChannel(keys: [hubKey], ephemeral: .random()) }
        let answer = try timing {
            _ = try hub.receive(first)
            return try hub.accept(psk: psk)
        }
        for output in try relay.receive(answer) {
            if case .send(let bytes) = output { _ = try timing { try hub.receive(bytes) } }
        }
        let record = try relay.seal([1])
        guard case .text? = try timing({ try hub.receive(record) }).last else {
            preconditionFailure("the first record proves the relay")
        }
        return (hubSeconds, Usage.thread - start)
    }
}
