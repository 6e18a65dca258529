import LoqaBase
import LoqaTestKit
import LoqaWire
import Testing

@testable import LoqaCrypto
@testable import LoqaLink

struct MediaPlaneTests {
    @Test
    func
        `M1, M10: a datagram is kind, session and counter in clear, then the payload sealed by its direction's key`()
        throws
    {
        let pair = LinkPair.enrolled()
        var seen: [(LinkPair.Direction, [UInt8])] = []
        pair.tapDatagram = { direction, bytes in
            seen.append((direction, bytes))
            return [bytes]
        }
        pair.run(for: .seconds(2))
        pair.send(MediaPacket.sample(3))
        pair.atHub { $0.send(MediaPacket.sample(4), on: 1) }
        guard let keys = pair.relay.channel?.session?.mediaKeys else { throw Failure.notUp }
        #expect(keys.relayToHub != keys.hubToRelay)
        var openers = [
            LinkPair.Direction.toHub: MediaOpener(key: keys.relayToHub),
            .toRelay: MediaOpener(key: keys.hubToRelay),
        ]
        var others = [
            LinkPair.Direction.toHub: MediaOpener(key: keys.hubToRelay),
            .toRelay: MediaOpener(key: keys.relayToHub),
        ]
        var counters: [LinkPair.Direction: UInt32] = [:]
        for (direction, bytes) in seen {
            let (opened, body) = try openers[direction]!.open(bytes)
            #expect(throws: MediaCryptoError.authenticationFailed) { try others[direction]!.open(bytes) }
            #expect(bytes.count == 8 + body.count + 16)
            // M11: from 0, one more each, whatever the kind.
            #expect(opened.counter == counters[direction, default: 0])
            counters[direction] = opened.counter + 1
            switch (direction, bytes[0]) {
            case (.toHub, 0x50), (.toRelay, 0x51): break
            case (.toHub, 0x4D): #expect(body == MediaPacket.sample(3).encoded())
            case (.toRelay, 0x4D): #expect(body == MediaPacket.sample(4).encoded())
            default: Issue.record("kind \(bytes[0]) \(direction)")
            }
        }
        #expect(counters == [.toHub: 3, .toRelay: 3])
    }

    @Test
    func `M2: a datagram with any byte changed, cut or added is dropped and counted, and nothing answers it`()
    {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(2))
        var probe: [UInt8]?
        pair.tapDatagram = { direction, bytes in
            if direction == .toHub { probe = bytes }
            return [bytes]
        }
        pair.run(for: .seconds(1))
        pair.tapDatagram = { direction, bytes in
            if direction == .toRelay { Issue.record("an answer") }
            return [bytes]
        }
        var wrong: [[UInt8]] = (0..<probe!.count).map { Array(probe!.prefix($0)) } + [probe! + [0]]
        for index in probe!.indices {
            var changed = probe!
            changed[index] ^= 0x10
            wrong.append(changed)
        }
        wrong.append(probe!)  // It was there before.
        let actions = pair.hub.events.count
        var end = pair.hub.end(1)
        var dropped = 0
        for bytes in wrong {
            pair.atHub { $0.receive(datagram: bytes, from: 66) }
            let (more, isNewest) = end.take(datagram: bytes, at: pair.hubNow)
            #expect(more.isEmpty && !isNewest)
            dropped += 1
        }
        #expect(end.counters.refusedDatagramCount == dropped)
        #expect(pair.hub.events.count == actions)
        #expect(pair.hub.connections[1]!.address == 1_000)
        var relay = pair.relay
        for bytes in wrong {
            let more = relay.received(datagram: bytes, at: pair.relayNow())
            #expect(more.isEmpty)
        }
        #expect(relay.counters.refusedDatagramCount == wrong.count)
        #expect(relay.isUp && end.isUp)
    }

    @Test
    func `M1, M2: an authentic datagram of another kind or with a malformed payload is dropped and counted`()
    {
        var (hub, relay) = joined()
        for (kind, body) in [
            (ControlFrame.Kind.pathReply, ControlFrame.sample(.pathReply).payload), (.media, []),
            (.media, [UInt8](repeating: 0, count: 13)), (.media, [UInt8](repeating: 255, count: 60)),
            (.media, MediaPacket.sample(0).encoded() + [UInt8](repeating: 1, count: 1_000)),
            (.pathProbe, [1, 2, 3]), (.pathProbe, [UInt8](repeating: 255, count: 40)),
        ] {
            let bytes = relay.datagram(kind, body)
            let before = hub.counters.refusedDatagramCount
            let (actions, _) = hub.take(datagram: bytes, at: .origin)
            #expect(actions.isEmpty)
            #expect(hub.counters.refusedDatagramCount == before + 1, "\(kind) \(body.count)")
        }
        // C7: more behind the last field is for later versions.
        let bytes = relay.datagram(.pathProbe, ControlFrame.sample(.pathProbe).payload + [1, 2, 3])
        let (actions, _) = hub.take(datagram: bytes, at: .origin)
        #expect(actions.count == 2)
    }

    @Test func `M5: the hub follows the datagram with the highest counter, whatever its address`() {
        var (hub, relay) = joined()
        var newest: [Bool] = []
        let datagrams = (0..<6).map { relay.datagram(.media, MediaPacket.sample(UInt32($0)).encoded()) }
        for index in [0, 2, 1, 5, 3, 4, 5] {
            newest.append(hub.take(datagram: datagrams[index], at: .origin).isNewest)
        }
        #expect(newest == [true, true, false, true, false, false, false])
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(2))
        #expect(pair.hub.connections[1]!.address == 1_000)
        pair.seats[0].address = 2_000  // Another network.
        pair.run(for: .seconds(2))
        #expect(pair.hub.connections[1]!.address == 2_000)
        #expect(pair.relay.usesDatagrams && pair.connection == 1)
    }

    @Test func `M11: keys change after 65,536 datagrams, and lost and late ones around it do no harm`() {
        var (hub, relay) = joined()
        var late: [[UInt8]] = []
        var now = HubInstant.origin
        let body = MediaPacket.sample(0).encoded()
        for counter in 0..<2 * WireLimits.datagramsPerKey + 100 {
            let bytes = relay.datagram(.media, body)
            now = now + .milliseconds(4)
            // Lost: the last before and the first behind the first change. Late: some before the second one.
            if (65_500..<65_600).contains(counter) { continue }
            if (131_000..<131_072).contains(counter) {
                late.append(bytes)
                continue
            }
            let (actions, isNewest) = hub.take(datagram: bytes, at: now)
            guard actions.count == 1, isNewest else {
                Issue.record("datagram \(counter)")
                return
            }
        }
        for bytes in late {
            let (actions, isNewest) = hub.take(datagram: bytes, at: now)
            #expect(actions.count == 1 && !isNewest)
        }
    }

    @Test func `M11: an end that used all counters closes, and connects again with new keys`() throws {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(2))
        guard case .up(let channel, var media) = pair.relay.phase, let keys = channel.session?.mediaKeys
        else {
            throw Failure.notUp
        }
        media.sealer = MediaSealer(key: keys.relayToHub, counter: UInt32(WireLimits.datagramCountMax))
        pair.relay.phase = .up(channel, media)
        pair.run(for: .milliseconds(1_200))
        #expect(pair.downs == ["a new key is due"])
        #expect(pair.run(within: .milliseconds(1_000)) { pair.relay.isUp })
        #expect(pair.connection == 2)
        guard case .up(let hubChannel) = pair.hub.connections[2]!.end.phase,
            let hubKeys = hubChannel.session?.mediaKeys
        else { throw Failure.notUp }
        pair.hub.connections[2]!.end.media?.sealer = MediaSealer(
            key: hubKeys.hubToRelay, counter: UInt32(WireLimits.datagramCountMax))
        pair.run(for: .seconds(2))
        #expect(pair.connection == 3 && pair.relay.isUp)
        #expect(pair.downs.last == "the hub says goodbye: a new key is due")
    }

    @Test func `M12: a counter is accepted once, and none that is 1,024 or more behind the highest`() {
        var (hub, relay) = joined()
        let datagrams = (0..<1_100).map { _ in relay.datagram(.media, MediaPacket.sample(0).encoded()) }
        var now = HubInstant.origin
        func accepts(_ index: Int) -> Bool {
            now = now + .milliseconds(10)
            return !hub.take(datagram: datagrams[index], at: now).actions.isEmpty
        }
        #expect(accepts(1_050))
        #expect(!accepts(1_050) && !accepts(26) && !accepts(0))
        #expect(accepts(27) && !accepts(27))
        #expect(accepts(1_099) && !accepts(75) && accepts(76))
    }

    private enum Failure: Error { case notUp }

    private func joined() -> (HubEndpoint, RawRelay) { Self.joined() }

    /// A welcomed relay that says what it likes, and a copy of the hub's end of its link.
    static func joined() -> (HubEndpoint, RawRelay) {
        let hub = HubDouble(seed: 1, at: .origin)
        hub.registry.enrolled[key(2).publicKey] = RegistryDouble.Entry(name: "n", room: "r")
        var relay = RawRelay(.enrolled(hub: hub.publicKey), key: key(2), at: hub)
        relay.greet()
        return (hub.end(relay.id), relay)
    }
}
