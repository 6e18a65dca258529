import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

struct HandshakeTests {
    @Test func `H1, H2, H3: preface and messages have the form and the length of their pattern`() throws {
        let pair = LinkPair()
        let token = pair.token()
        for (credentials, pattern, first, second) in [
            (RelayChannel.Credentials.enrolled(hub: pair.hub.publicKey), UInt8(1), 96, 49),
            (.invited(token), 2, 104, 49), (.adoption, 3, 32, 97),
        ] {
            var (relay, hub) = channels(credentials, pair.hub.keys)
            let start = try relay.start()
            #expect(Array(start.prefix(8)) == Array("LOQA".utf8) + [2, 2, pattern, 0])
            #expect(Array(start[8..<10]) == [0, UInt8(first)])
            #expect(start.count == 8 + 2 + first)
            let asked = try hub.receive(start)
            guard case .asks(let request)? = asked.first else { throw Failure.noRequest }
            #expect(request.pattern.rawValue == pattern)
            if case .invited(_, let invite) = request { #expect(invite == token.id) }
            let answer = try hub.accept(psk: pattern == 2 ? token.psk : nil)
            #expect(answer.count == 2 + second)
            let outputs = try relay.receive(answer)
            #expect(outputs.last == .established(version: 2))
            #expect(outputs.count == (pattern == 3 ? 2 : 1))
        }
    }

    @Test func `H4: a relay closes if the hub chose a version that it did not offer`() throws {
        for version: UInt8 in [0, 1, 3, 255] {
            #expect(throws: ChannelError.badPayload) { try Self.answer([version]) }
        }
        #expect(throws: ChannelError.badPayload) { try Self.answer([]) }
        #expect(throws: ChannelError.badPayload) { try Self.answer([2, 2]) }
        #expect(try Self.answer([2]) == [.established(version: 2)])
    }

    @Test func `H4, H6: a hub refuses versions that it does not speak, and chooses the highest in common`()
        throws
    {
        for (versions, isSpoken) in [
            (UInt8(1)...UInt8(1), false), (3...9, false), (1...2, true), (2...200, true), (1...255, true),
        ] {
            let hub = HubDouble(seed: 1, at: .origin)
            let id = hub.open()
            var random = SeededGenerator(seed: 2)
            let preface = Preface(.adoption, versionMin: versions.lowerBound, versionMax: versions.upperBound)
            var noise = NoiseHandshake(
                .xx, .initiator, prologue: preface.encoded, staticKey: random.privateKey(),
                ephemeral: random.privateKey())
            let message = try noise.write([])
            hub.receive(preface.encoded + [0, UInt8(message.count)] + message, on: id)
            let output = hub.connections[id]!.output
            if isSpoken {
                let payload = try noise.read(output.dropFirst(2))
                #expect(payload == [2])
            } else {
                #expect(output == [0, 1, HandshakeRefusal.unsupportedVersion.rawValue])
                #expect(hub.connections[id]!.isClosed)
            }
        }
    }

    @Test func `H5: records hold up to 4,100 bytes, cut anywhere, and both ends change keys after 65,536`()
        throws
    {
        #expect(UInt64(WireLimits.recordsPerKey) == NoiseCipher.rekeyInterval)
        var (relay, hub) = try established()
        let long = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
        let records = try relay.seal(long)
        #expect(records.count == 10_000 + 3 * 18)
        #expect(Array(records.prefix(2)) == [UInt8(4_116 >> 8), UInt8(4_116 & 0xFF)])
        let read = texts(try hub.receive(records))
        #expect(read == long)
        for number in 0..<WireLimits.recordsPerKey + 10 {
            let byte = UInt8(truncatingIfNeeded: number)
            guard try hub.receive(try relay.seal([byte])) == [.text([byte])],
                try relay.receive(try hub.seal([byte])) == [.text([byte])]
            else {
                Issue.record("record \(number) does not arrive")
                return
            }
        }
    }

    @Test func `H5, H8: a record that is empty, too long or too short for its tag ends the connection`()
        throws
    {
        for length in Array(0...16) + [4_117, 5_000, 65_535] {
            var (relay, hub) = try established()
            let record =
                [UInt8(length >> 8), UInt8(length & 0xFF)] + [UInt8](repeating: 3, count: min(length, 16))
            #expect(throws: ChannelError.self, "\(length)") { try relay.receive(record) }
            #expect(throws: ChannelError.self, "\(length)") { try hub.receive(record) }
        }
        // Authentic, but without a text.
        var (relay, hub) = try established()
        var session = relay.session!
        let empty = try session.send.seal([])
        #expect(throws: ChannelError.recordLength(16)) { try hub.receive([0, 16] + empty) }
        let nothing = try relay.seal([])
        #expect(nothing.isEmpty)
    }

    @Test
    func `H3: a handshake message above 512 bytes is refused by its length alone, and so are more bytes`()
        throws
    {
        var (relay, hub) = channels(.adoption, [key(1)])
        let start = try relay.start()
        #expect(throws: ChannelError.recordLength(513)) { try relay.receive([2, 1]) }
        #expect(throws: ChannelError.recordLength(513)) { try hub.receive(start.prefix(8) + [2, 1]) }
        (relay, hub) = channels(.adoption, [key(1)])
        _ = try hub.receive(try relay.start())
        #expect(throws: ChannelError.self) { try hub.receive([UInt8](repeating: 0, count: 8_000)) }
    }

    @Test(arguments: HandshakeRefusal.allCases.map(\.rawValue) + [0, 9, 255])
    func `H6, L6: after a refusal a relay rests longer each time and changes nothing`(code: UInt8) {
        var hub = RawHub()
        let pins = hub.relay.pins
        var rests: [Int64] = []
        for attempt in 0..<12 {
            if attempt > 0 { hub.take(hub.relay.connected(at: hub.now)) }
            let answer = hub.relay.received([0, 1, code], at: hub.now)
            #expect(answer.first == .close)
            #expect(answer.contains { if case .down = $0 { true } else { false } })
            #expect(!answer.contains { if case .store = $0 { true } else { false } })
            let rest = hub.relay.deadline - hub.now
            rests.append(rest.milliseconds)
            hub.now = hub.relay.deadline
            #expect(hub.relay.tick(at: hub.now) == [.connect])
        }
        #expect(hub.relay.pins == pins)
        let isBusy = code == HandshakeRefusal.busy.rawValue
        #expect(rests.max()! <= (isBusy ? 500 : 30_000))
        #expect(rests.max()! > (isBusy ? 200 : 14_000))
    }

    @Test func `H8: the third message of an adoption is not taken from anybody else`() throws {
        var (relay, hub) = channels(.adoption, [key(1)])
        var (other, _) = channels(.adoption, [key(1)], seed: 77)
        _ = try hub.receive(try relay.start())
        let answer = try hub.accept()
        _ = try other.start()
        #expect(throws: ChannelError.self) { try other.receive(answer) }
        // A record of the transport phase in its place.
        #expect(throws: ChannelError.self) { try hub.receive([0, 20] + [UInt8](repeating: 1, count: 20)) }
    }

    private enum Failure: Error { case noRequest }

    /// What a relay makes of a hub's message with this payload.
    private static func answer(_ payload: [UInt8]) throws -> [RelayChannel.Output] {
        let hubKey = key(1)
        var (relay, _) = channels(.enrolled(hub: hubKey.publicKey), [hubKey])
        let start = try relay.start()
        var noise = NoiseHandshake(
            .ik, .responder, prologue: Array(start.prefix(8)), staticKey: hubKey, ephemeral: key(9))
        _ = try noise.read(start[10...])
        let message = try noise.write(payload)
        return try relay.receive([0, UInt8(message.count)] + message)
    }
}

// MARK: - Channels

func key(_ number: UInt8) -> PrivateKey { .from(seed: [UInt8](repeating: number, count: 32)) }

func channels(
    _ credentials: RelayChannel.Credentials, _ keys: [PrivateKey], seed: UInt64 = 8
) -> (RelayChannel, HubChannel) {
    var random = SeededGenerator(seed: seed)
    return (
        RelayChannel(credentials, identity: random.privateKey(), ephemeral: random.privateKey()),
        HubChannel(keys: keys, ephemeral: random.privateKey())
    )
}

/// Two ends after their handshake.
func established(seed: UInt64 = 8) throws -> (RelayChannel, HubChannel) {
    var (relay, hub) = channels(.enrolled(hub: key(1).publicKey), [key(1)], seed: seed)
    _ = try hub.receive(try relay.start())
    _ = try relay.receive(try hub.accept())
    return (relay, hub)
}

private func texts(_ outputs: [HubChannel.Output]) -> [UInt8] {
    outputs.reduce(into: []) { if case .text(let text) = $1 { $0 += text } }
}
