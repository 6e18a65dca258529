import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

/// From the first byte to the last: deadlines, liveness, goodbyes.
struct JoiningTests {
    @Test func `H9, N4, A4: a hub closes after a second at whatever point a relay stops`() {
        for stop in 0..<9 {
            let hub = HubDouble(seed: 1, at: .origin)
            var random = SeededGenerator(seed: 2)
            let own = random.privateKey()
            hub.registry.enrolled[own.publicKey] = RegistryDouble.Entry(name: "n", room: "r")
            let id: Int
            var raw: RawRelay?
            switch stop {
            case 0, 1, 2:
                id = hub.open()
                hub.receive(
                    (Array("LOQA".utf8) + [2, 2, 1, 0, 0, 96, 7, 7]).prefix([0, 8, 12][stop]), on: id)
            default:
                var relay = RawRelay(stop < 6 ? .enrolled(hub: hub.publicKey) : .adoption, key: own, at: hub)
                id = relay.id
                hub.now = hub.now + .milliseconds(500)
                if stop == 4 { relay.say(raw: [0]) }
                if stop == 5 { relay.say(raw: Array(ControlFrame.sample(.hello).encoded().dropLast())) }
                if stop == 7 { relay.say(raw: [0, 1, 2]) }
                if stop == 8 {
                    relay.commit()
                    hub.now = hub.now + .milliseconds(500)  // Its own second begins with the commitment.
                    hub.tick()
                    #expect(!relay.isClosed)
                }
                raw = relay
            }
            hub.now = .origin + .milliseconds(stop == 8 ? 1_499 : 999)
            hub.tick()
            #expect(!hub.connections[id]!.isClosed, "stop \(stop)")
            #expect(hub.deadline! <= .origin + .milliseconds(1_500))
            hub.now = hub.now + .milliseconds(1)
            hub.tick()
            #expect(hub.connections[id]!.isClosed, "stop \(stop)")
            raw?.listen()
            // D1, H9: whoever has proved nothing is told nothing.
            let isProved = hub.actions(id).contains { if case .proved = $0 { true } else { false } }
            #expect(raw?.goodbyes ?? [] == (isProved ? [.protocolViolation] : []), "stop \(stop)")
        }
    }

    @Test func `H9, N4: a relay closes after a second at whatever point a hub stops, and tries again`() {
        for stop in 0..<3 {
            var hub = RawHub(isPinned: stop < 2)
            if stop > 0 { hub.accept() }
            hub.tick(after: .milliseconds(999))
            #expect(!hub.isClosed)
            hub.tick(after: .milliseconds(1))
            #expect(hub.isClosed)
            #expect(hub.actions.contains(.down("it does not greet back")))
            hub.tick(after: .milliseconds(500))
            #expect(hub.actions.last == .connect)
        }
    }

    @Test func `N3: each end's datagrams carry the number that the other end drew`() {
        var sessions: [LinkPair.Direction: Set<UInt32>] = [:]
        let pair = LinkPair.enrolled()
        pair.tapDatagram = { direction, bytes in
            sessions[direction, default: []].insert(MediaOpener.session(of: bytes)!)
            return [bytes]
        }
        pair.run(for: .seconds(3))
        var (hello, welcome): (UInt32?, UInt32?)
        for case .greeted(let frame) in pair.hub.actions(1) { hello = frame.session }
        for case .up(let frame) in pair.relayActions { welcome = frame.session }
        #expect(sessions == [.toHub: [welcome!], .toRelay: [hello!]])
        #expect(hello != welcome)
    }

    @Test func `N5: streams of the two ends with the same number have nothing to do with each other`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(2))
        pair.send(MediaPacket.sample(1))
        pair.atHub { $0.send(MediaPacket.sample(2), on: 1) }
        pair.run(for: .milliseconds(10))
        #expect(pair.hub.actions(1).contains(.media(.sample(1))))
        #expect(!pair.hub.actions(1).contains(.media(.sample(2))))
        #expect(pair.relayActions.contains(.media(.sample(2))))
    }

    @Test func `N6: a second connection of a key takes the place of the first, which is told so`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(1))
        var second = RawRelay(
            .enrolled(hub: pair.hub.publicKey), key: pair.seats[0].identity.key, at: pair.hub)
        #expect(!pair.hub.connections[1]!.isClosed)
        second.greet()
        #expect(second.welcomed != nil)
        #expect(pair.hub.connections[1]!.isClosed)
        pair.atHub { _ in }
        pair.run(for: .milliseconds(10))
        #expect(pair.downs == ["the hub says goodbye: replaced"])
    }

    @Test func `L1: a relay pings every half second and the hub answers with the same number`() {
        var hub = RawHub()
        hub.accept()
        hub.welcome()
        for number: UInt32 in 1...20 {
            hub.tick(after: .milliseconds(500))
            #expect(hub.frames.contains(.ping(Probe(number: number))))
            hub.say(.pong(Probe(number: number)))
        }
        hub.say(.ping(Probe(number: 4_711)))
        #expect(hub.frames.last == .pong(Probe(number: 4_711)))
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(60))
        #expect(pair.hub.connections.count == 1 && pair.relay.isUp)
    }

    @Test func `L2, L5: either end says silent and closes after 1.5 s of silence`() {
        for direction in [LinkPair.Direction.toHub, .toRelay] {
            let pair = LinkPair.enrolled()
            pair.faults.isUDPBlockedToHub = true
            pair.run(for: .seconds(1))
            let began = pair.time
            pair.tapBytes = { way, _, bytes in way == direction ? [] : bytes }
            #expect(pair.run(within: .seconds(3)) { pair.hub.connections[1]!.isClosed })
            #expect((1.0...1.6).contains((pair.time - began).seconds), "\(direction) \(pair.time - began)")
            pair.run(for: .milliseconds(10))
            #expect(pair.downs.count == 1)
            let words = direction == .toHub ? "nothing came for too long" : "fallen silent"
            #expect(pair.downs.first?.contains(words) == true, "\(pair.downs)")
        }
    }

    @Test func `L2: bytes that make no whole frame are no sign of life`() {
        let hub = HubDouble(seed: 1, at: .origin)
        hub.registry.enrolled[key(2).publicKey] = RegistryDouble.Entry(name: "n", room: "r")
        var relay = RawRelay(.enrolled(hub: hub.publicKey), key: key(2), at: hub)
        relay.greet()
        for _ in 0..<4 {
            hub.receive([16], on: relay.id)  // The head of a record that never ends.
            hub.now = hub.now + .milliseconds(500)
            hub.tick()
        }
        relay.listen()
        #expect(relay.goodbyes == [.silent])
    }

    @Test(arguments: 1...20)
    func `L3, L7: both ends work again within two seconds of a hub's return, and not all at once`(
        seed: UInt64
    ) {
        let pair = LinkPair(seed: seed)
        for _ in 0..<5 { pair.addEnrolled() }
        pair.run(for: .seconds(1))
        pair.isHubListening = false
        for seat in 0..<5 { pair.cut(seat) }
        pair.run(for: .seconds(30))
        #expect(pair.seats.allSatisfy { !$0.end.isUp })
        pair.isHubListening = true
        #expect(pair.run(within: .seconds(2)) { pair.seats.allSatisfy(\.end.isUp) })
        #expect(pair.seats.allSatisfy { $0.end.counters.connectionCount == 2 })
    }

    @Test func `L4: what is sent without a link goes nowhere, and streaming is over`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(2))
        pair.relay.isStreaming = true
        pair.isHubListening = false
        pair.cut()
        pair.run(for: .milliseconds(50))
        #expect(!pair.relay.isUp && !pair.relay.isStreaming && !pair.relay.usesDatagrams)
        var relay = pair.relay
        let (packet, frame) = (relay.send(MediaPacket.sample(0)), relay.send(.sample(.claim)))
        #expect(packet.isEmpty && frame.isEmpty)
        var hub = pair.hub.end(1)
        let (late, word) = (hub.send(MediaPacket.sample(0), at: pair.hubNow), hub.send(.sample(.grant)))
        #expect(late.isEmpty && word.isEmpty)
    }

    @Test func `L5: an end that closes on purpose says goodbye first, once both know each other`() {
        for phase in 0..<4 {
            var hub = RawHub(isPinned: phase != 3)
            if phase > 0 { hub.accept() }
            if phase == 2 { hub.welcome() }
            hub.take(hub.relay.end(.shuttingDown))
            #expect(hub.isClosed)
            #expect(hub.goodbyes == (phase == 0 ? [] : [.shuttingDown]))
        }
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(1))
        pair.atHub { $0.part(1, .shuttingDown) }
        pair.run(for: .milliseconds(20))
        #expect(pair.downs == ["the hub says goodbye: shuttingDown"])
    }

    @Test(arguments: Goodbye.Code.allCases)
    func `L6, N8: after any goodbye the relay tries again, and rests longer for those of the owner`(
        code: Goodbye.Code
    ) {
        var rests: [Duration] = []
        var hub = RawHub()
        for _ in 0..<12 {
            hub.accept()
            hub.say(.goodbye(Goodbye(code: code, text: "")))
            rests.append(hub.relay.deadline - hub.now)
            hub.now = hub.relay.deadline
            let relay = hub.relay
            hub = RawHub()
            hub.relay = relay
            hub.now = .origin + (relay.deadline - .origin)
            hub.take(hub.relay.tick(at: hub.now))
            hub.take(hub.relay.connected(at: hub.now))
        }
        let isLong = [.unknownRoom, .revoked, .adoptionRefused, .adoptionExpired, .tooFast].contains(code)
        #expect(rests.max()! > (isLong ? .seconds(14) : .milliseconds(200)), "\(rests)")
        #expect(rests.max()! <= (isLong ? .seconds(30) : .milliseconds(500)))
    }
}
