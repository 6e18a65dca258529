import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

/// The attack list, on the media plane, and floods.
struct MediaAttackTests {
    @Test
    func
        `M2, M12: every datagram of a minute, replayed from elsewhere, is neither played, answered nor followed`()
    {
        let pair = LinkPair.enrolled()
        var recorded: [(direction: LinkPair.Direction, bytes: [UInt8])] = []
        pair.tapDatagram = { direction, bytes in
            recorded.append((direction, bytes))
            return [bytes]
        }
        pair.run(for: .seconds(1))
        pair.talk(packetCount: 3_000)
        pair.run(for: .milliseconds(300))
        let (events, actions) = (pair.hub.events.count, pair.relayActions.count)
        var answers = 0
        pair.tapDatagram = { _, bytes in
            answers += 1
            return [bytes]
        }
        for copy in recorded {
            pair.inject(
                datagram: copy.bytes, to: copy.direction, address: copy.direction == .toHub ? 66 : 1_000)
        }
        pair.run(for: .milliseconds(10))
        #expect(recorded.count > 6_000)
        #expect(answers == 0)
        #expect(pair.hub.events.count == events && pair.relayActions.count == actions)
        #expect(pair.hub.connections[1]!.address == 1_000)
        #expect(pair.hub.end(1).counters.refusedDatagramCount == recorded.count { $0.direction == .toHub })
        #expect(pair.relay.counters.refusedDatagramCount == recorded.count { $0.direction == .toRelay })
    }

    @Test func `M5: a spoofed source moves nothing unless its datagram is authentic and the newest`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(2))
        var held: [[UInt8]] = []
        pair.tapDatagram = { direction, bytes in
            if direction == .toHub { held.append(bytes) }
            return [bytes]
        }
        pair.run(for: .seconds(2))
        // Copies from elsewhere, changed ones, and ones made up.
        var forged = held + held.map { $0.dropLast() + [$0.last! ^ 1] }
        forged.append(Array(held[0].prefix(4)) + [0, 0, 255, 255] + [UInt8](repeating: 9, count: 60))
        for bytes in forged { pair.inject(datagram: bytes, to: .toHub, address: 66) }
        pair.run(for: .milliseconds(10))
        #expect(pair.hub.connections[1]!.address == 1_000)
        // A held one, let go from elsewhere after newer ones arrived, is authentic but not the newest.
        var kept: [UInt8]?
        pair.tapDatagram = { direction, bytes in
            guard direction == .toHub, kept == nil else { return [bytes] }
            kept = bytes
            return []
        }
        pair.run(for: .milliseconds(3_500))
        let events = pair.hub.events.count
        pair.inject(datagram: kept!, to: .toHub, address: 66)
        pair.run(for: .milliseconds(3))
        #expect(pair.hub.events.count == events + 1, "it is taken once")
        #expect(pair.hub.connections[1]!.address == 1_000)
    }

    @Test func `P3: an old probe let go late does not open the path again`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .milliseconds(1_500))
        var kept: [UInt8]?
        pair.tapDatagram = { direction, bytes in
            guard direction == .toHub else { return [] }
            guard kept == nil else { return [bytes] }
            kept = bytes
            return []
        }
        pair.run(for: .milliseconds(9_200))
        #expect(!pair.hub.end(1).usesDatagrams(at: pair.hubNow))
        let reports = pair.reports.count
        pair.inject(datagram: kept!, to: .toHub, address: 1_000)
        pair.run(for: .milliseconds(3))
        #expect(pair.reports.count == reports + 1 && pair.reports.last!.isReplied)
        #expect(!pair.hub.end(1).usesDatagrams(at: pair.hubNow))
    }

    @Test func `M2, D3: a flood of forged datagrams does not cost the relay a packet of its own`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(2))
        var known: [UInt8] = []
        pair.tapDatagram = { direction, bytes in
            if direction == .toHub { known = bytes }
            return [bytes]
        }
        pair.run(for: .seconds(1))
        pair.tapDatagram = nil
        for sequence in 0..<100 {
            for number in 0..<60 {  // 3,000 a second.
                let counter: [UInt8] = [0, 1, UInt8(sequence), UInt8(number)]
                let forged = [0x4D] + known[1..<4] + counter + [UInt8](repeating: 1, count: 40)
                pair.inject(datagram: forged, to: .toHub, address: 66)
            }
            pair.send(MediaPacket.sample(UInt32(sequence)))
            pair.run(for: .milliseconds(20))
        }
        #expect(LinkPair.Talk(pair: pair).uplink() == Array(0..<100))
        #expect(pair.hub.end(1).counters.excessDatagramCount == 0)
        #expect(pair.hub.end(1).counters.refusedDatagramCount == 6_000)
    }

    @Test func `D3: a relay that floods datagrams is throttled to its rate, and its pre-roll passes whole`() {
        var (hub, relay) = MediaPlaneTests.joined()
        var now = HubInstant.origin
        var taken = 0
        for sequence in 0..<300 {  // M9: 6 s of pre-roll at once.
            let bytes = relay.datagram(.media, MediaPacket.sample(UInt32(sequence)).encoded())
            taken += hub.take(datagram: bytes, at: now).actions.count
        }
        #expect(taken == 300)
        for sequence in 0..<20_000 {
            now = now + .microseconds(500)  // 2,000 a second for 10 s.
            let bytes = relay.datagram(.media, MediaPacket.sample(UInt32(sequence)).encoded())
            taken += hub.take(datagram: bytes, at: now).actions.count
        }
        #expect((3_300...3_601).contains(taken), "\(taken)")
        #expect(hub.counters.excessDatagramCount == 20_300 - taken)
        #expect(hub.isUp)
    }

    @Test func `D3: a relay that floods frames is closed with tooFast, one at the limit for a minute is not`()
    {
        for (rate, isFlood) in [(290, false), (2_000, true)] {
            let hub = HubDouble(seed: 1, at: .origin)
            hub.registry.enrolled[key(2).publicKey] = RegistryDouble.Entry(name: "n", room: "r")
            var relay = RawRelay(.enrolled(hub: hub.publicKey), key: key(2), at: hub)
            relay.greet()
            for sequence in 0..<300 { relay.say(.media(.sample(UInt32(sequence)))) }
            #expect(!relay.isClosed)
            for _ in 0..<rate * (isFlood ? 1 : 60) where !relay.isClosed {
                hub.now = hub.now + .seconds(1) * (1 / Double(rate))
                relay.say(.sample(.pong))
            }
            #expect(relay.isClosed == isFlood)
            #expect(relay.goodbyes == (isFlood ? [.tooFast] : []))
        }
        // In one piece, too: what comes behind the limit is not looked at.
        let hub = HubDouble(seed: 1, at: .origin)
        hub.registry.enrolled[key(2).publicKey] = RegistryDouble.Entry(name: "n", room: "r")
        var relay = RawRelay(.enrolled(hub: hub.publicKey), key: key(2), at: hub)
        relay.greet()
        relay.say(raw: (0..<3_000).flatMap { ControlFrame.media(.sample(UInt32($0))).encoded() })
        #expect(relay.goodbyes == [.tooFast])
        let taken = relay.actions.count { if case .media = $0 { true } else { false } }
        #expect((590...601).contains(taken), "\(taken)")
    }

    @Test func `M1, M2: datagrams of another connection, session or direction are not taken`() {
        let pair = LinkPair()
        for _ in 0..<2 { pair.addEnrolled() }
        pair.run(for: .seconds(2))
        var last: [Int: [UInt8]] = [:]
        var replies: [[UInt8]] = []
        pair.tapDatagram = { direction, bytes in
            if direction == .toRelay { replies.append(bytes) } else { last[Int(bytes[3])] = bytes }
            return direction == .toRelay ? [bytes] : []
        }
        pair.run(for: .seconds(1))
        #expect(last.count == 2)
        let (one, two) = (last.values.first!, last.values.dropFirst().first!)
        let events = pair.hub.events.count
        // Splicing: the session of one, the rest of the other.
        pair.inject(datagram: Array(one.prefix(4) + two.dropFirst(4)), to: .toHub, address: 66)
        pair.inject(datagram: Array(two.prefix(4) + one.dropFirst(4)), to: .toHub, address: 66)
        // Reflection: to the relay what it sent, under the number of its own side, and as it was.
        for case .greeted(let hello) in pair.hub.actions(1) {
            let session = [
                UInt8(hello.session >> 16), UInt8(hello.session >> 8 & 255), UInt8(hello.session & 255),
            ]
            pair.inject(datagram: [one[0]] + session + one.dropFirst(4), to: .toRelay, address: 1_000)
            pair.inject(datagram: [0x51] + session + one.dropFirst(4), to: .toRelay, address: 1_000)
        }
        pair.inject(datagram: one, to: .toRelay, address: 1_000)
        // And to the hub what it sent.
        for reply in replies {
            pair.inject(datagram: Array(one.prefix(4) + reply.dropFirst(4)), to: .toHub, address: 66)
        }
        let actions = pair.relayActions.count
        pair.run(for: .milliseconds(5))
        #expect(pair.hub.events.count == events && pair.relayActions.count == actions)
        #expect(pair.hub.connections.values.allSatisfy { $0.address != 66 })
        #expect(pair.relay.counters.refusedDatagramCount == 3)
        // A datagram of an earlier connection of the same relay.
        pair.cut(0)
        pair.tapDatagram = nil
        pair.run(for: .seconds(2))
        let before = pair.hub.events.count
        pair.inject(datagram: one, to: .toHub, address: 66)
        pair.inject(datagram: two, to: .toHub, address: 66)
        pair.run(for: .milliseconds(3))
        #expect(pair.hub.events.count - before <= 1, "the other relay's own, once")
    }
}
