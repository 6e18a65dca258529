import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

struct IdentityTests {
    @Test func `I1, I2, N2: an enrolled relay is called what the registry calls it`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .milliseconds(100))
        guard
            case .up(let welcome)? = pair.relayActions.first(where: {
                if case .up = $0 { true } else { false }
            })
        else {
            Issue.record("not up")
            return
        }
        #expect(welcome.name == "enrolled-0" && welcome.room == "kitchen")
        #expect(
            pair.hub.actions(1).contains(.greeted(Hello(session: session(pair), name: "relay-0", room: ""))))
        #expect(pair.relayActions.contains(.openMedia(port: HubDouble.mediaPort)))
    }

    @Test func `I1, L6: a key that the registry does not have is refused, and the relay changes nothing`() {
        let pair = LinkPair.enrolled()
        pair.hub.registry.enrolled = [:]
        pair.run(for: .seconds(120))
        #expect(pair.hub.connections.count < 20)
        #expect(pair.hub.connections.keys.allSatisfy { !pair.hub.believed($0) })
        #expect(pair.seats[0].end.pins.hubKeys == [pair.hub.publicKey])
        #expect(pair.downs.first == HandshakeRefusal.unknownRelay.advice)
    }

    @Test func `I3, I4, I7: a token enrols a relay once; after that it is known by its key`() {
        let pair = LinkPair()
        let token = pair.token()
        pair.add(invite: token)
        pair.run(for: .milliseconds(100))
        #expect(pair.relay.isUp)
        #expect(pair.hub.registry.invites[token.id]?.redeemedBy == pair.key)
        #expect(pair.seats[0].stored == HubPins(hubKeys: [pair.hub.publicKey], usedInvite: token.id))
        // The token is still in its configuration.
        pair.restart()
        #expect(pair.run(within: .seconds(2)) { pair.relay.isUp })
        #expect(pair.hub.actions(2).first == .ask(.enrolled(pair.key)))
    }

    @Test func `I4: a token is used up by the first authentic record, not by a first message`() {
        let pair = LinkPair()
        let token = pair.token()
        let first = RawRelay(.invited(token), key: key(3), at: pair.hub)
        #expect(first.isEstablished)
        #expect(pair.hub.registry.invites[token.id]?.redeemedBy == nil)
        var second = RawRelay(.invited(token), key: key(4), at: pair.hub)
        second.greet()
        #expect(second.welcomed != nil)
        #expect(pair.hub.registry.invites[token.id]?.redeemedBy == key(4).publicKey)
        var late = first
        late.greet()
        #expect(late.welcomed == nil && late.isClosed)
    }

    @Test func `I3: a token that the hub does not know is refused, and the relay asks on at long intervals`()
    {
        let pair = LinkPair()
        let token = pair.token()
        pair.hub.registry.invites = [:]
        pair.add(invite: token)
        pair.run(for: .seconds(60))
        #expect(pair.downs.first == HandshakeRefusal.inviteInvalid.advice)
        #expect(pair.hub.connections.count < 20)
        pair.hub.registry.invites[token.id] = RegistryDouble.Invite(psk: token.psk)
        #expect(pair.run(within: .seconds(31)) { pair.relay.isUp })
    }

    @Test func `I4: a relay that is enrolled already goes on with its key when its new token is no good`() {
        let pair = LinkPair()
        let token = pair.token()
        pair.hub.registry.invites[token.id]?.redeemedBy = key(77).publicKey
        pair.add(invite: token, pins: HubPins(hubKeys: [pair.hub.publicKey]))
        pair.hub.registry.enrolled[pair.key] = RegistryDouble.Entry(name: "n", room: "r")
        #expect(pair.run(within: .seconds(2)) { pair.relay.isUp })
        #expect(pair.connection == 2)
    }

    @Test
    func `I6: several relays follow a new key of the hub, one that was offline too, before the old one ends`()
    {
        let pair = LinkPair()
        for _ in 0..<4 { pair.addEnrolled() }
        pair.run(for: .seconds(1))
        let old = pair.hub.publicKey
        pair.seats[3].isOnline = false
        pair.run(for: .seconds(3))
        pair.atHub { $0.rotate() }
        let new = pair.hub.publicKey
        pair.run(for: .seconds(3))
        #expect(pair.hub.keysStored.count == 3)
        for seat in 0..<3 { #expect(pair.seats[seat].stored.hubKeys == [new, old]) }
        #expect(pair.seats[3].stored.hubKeys == [old])
        // It comes back while both keys hold, and is told.
        pair.seats[3].isOnline = true
        pair.run(for: .seconds(3))
        #expect(pair.seats[3].end.isUp)
        #expect(pair.hub.keysStored.count == 4)
        #expect(pair.seats[3].stored.hubKeys == [new, old])
        // The owner ends the change. All programs start anew.
        pair.hub.keys.removeLast()
        pair.hub.announcedKey = nil
        for seat in 0..<4 { pair.restart(seat) }
        #expect(pair.run(within: .seconds(2)) { (0..<4).allSatisfy { pair.seats[$0].end.isUp } })
    }

    @Test func `I6: a relay whose hubKeyStored was lost is told again and answers again`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(1))
        var isLost = true
        pair.tapBytes = { direction, _, bytes in direction == .toHub && isLost ? [] : bytes }
        pair.atHub { $0.rotate() }
        pair.run(for: .milliseconds(10))
        #expect(pair.seats[0].stored.hubKeys.count == 2)
        #expect(pair.hub.keysStored.isEmpty)
        pair.cut()
        isLost = false
        #expect(pair.run(within: .seconds(1)) { !pair.relay.isUp })
        #expect(pair.run(within: .seconds(3)) { pair.relay.isUp })
        pair.run(for: .milliseconds(50))
        #expect(pair.hub.keysStored == [pair.key])
        #expect(pair.seats[0].stored.hubKeys == [pair.hub.keys[0].publicKey, pair.hub.keys[1].publicKey])
        // And is not told a third time.
        pair.cut()
        pair.run(for: .seconds(3))
        #expect(pair.hub.events.count { if case .keyStored = $0.action { true } else { false } } == 1)
    }

    @Test func `I6: a relay that knows a newer key than the hub has tries the older one`() {
        let pair = LinkPair()
        let seat = pair.add(
            pins: HubPins(hubKeys: [key(50).publicKey, key(51).publicKey, pair.hub.publicKey]))
        pair.hub.registry.enrolled[pair.seats[seat].identity.key.publicKey] = RegistryDouble.Entry(
            name: "n", room: "r")
        #expect(pair.run(within: .seconds(3)) { pair.relay.isUp })
        #expect(pair.connection == 3)
        // A break of the link says nothing against the key.
        pair.cut()
        #expect(pair.run(within: .seconds(1)) { !pair.relay.isUp })
        #expect(pair.run(within: .seconds(1)) { pair.relay.isUp })
        #expect(pair.connection == 4)
    }

    @Test func `I6: an answer that does not fit one key of the hub, or none at all, leads to the next key`() {
        for isAnswered in [false, true] {
            let pair = LinkPair()
            pair.add(pins: HubPins(hubKeys: [key(50).publicKey, pair.hub.publicKey]))
            pair.hub.registry.enrolled[pair.key] = RegistryDouble.Entry(name: "n", room: "r")
            // The first connection gets damaged bytes, or silence, and is never closed by the other side.
            pair.tapBytes = { _, connection, bytes in connection == 1 ? [] : bytes }
            pair.run(for: .milliseconds(10))
            if isAnswered {
                pair.deliver([0, 49] + [UInt8](repeating: 7, count: 49), toRelayOn: 1)
            }
            #expect(pair.run(within: .seconds(3)) { pair.relay.isUp })
            #expect(pair.connection == 2, "answered: \(isAnswered)")
        }
    }

    @Test func `I6: at most four keys of a hub are kept`() {
        var pins = HubPins(hubKeys: (1...9).map { key($0).publicKey })
        #expect(pins.hubKeys == (1...4).map { key($0).publicKey })
        pins.add(key(3).publicKey)
        #expect(pins.hubKeys == [3, 1, 2, 4].map { key($0).publicKey })
        pins.add(key(8).publicKey)
        #expect(pins.hubKeys == [8, 3, 1, 2].map { key($0).publicKey })
    }

    private func session(_ pair: LinkPair) -> UInt32 {
        for case .greeted(let hello) in pair.hub.actions(1) { return hello.session }
        return 0
    }
}
