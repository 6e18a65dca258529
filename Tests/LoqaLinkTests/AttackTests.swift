import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

/// The attack list, on the control plane. SECURITY.md says what each attack gets.
struct AttackTests {
    // MARK: Replay

    @Test
    func `H7: a recorded first message, and a whole recorded connection, move nothing and displace nobody`() {
        for isInvited in [false, true] {
            let pair = isInvited ? LinkSweepTests.pair(.invited) : LinkPair.enrolled()
            var recorded: [[UInt8]] = []
            pair.tapBytes = { direction, _, bytes in
                if direction == .toHub { recorded.append(bytes) }
                return bytes
            }
            pair.run(for: .seconds(3))
            #expect(recorded.count > 5)
            for count in [1, recorded.count] {
                let id = pair.hub.open()
                for bytes in recorded.prefix(count) { pair.atHub { $0.receive(bytes, on: id) } }
                #expect(!pair.hub.believed(id))
                #expect(pair.hub.end(id).isUnproved || pair.hub.end(id).isClosed)
                pair.run(for: .milliseconds(1_100))
                #expect(pair.hub.connections[id]!.isClosed)
                #expect(pair.connection == 1 && pair.relay.isUp && !pair.hub.connections[1]!.isClosed)
            }
            #expect(pair.downs.isEmpty)
        }
    }

    @Test func `H7: a hub's recorded answer gets a relay nowhere`() {
        let pair = LinkPair.enrolled()
        var recorded: [UInt8] = []
        pair.tapBytes = { direction, connection, bytes in
            if direction == .toRelay, connection == 1 { recorded += bytes }
            return bytes
        }
        pair.run(for: .seconds(2))
        pair.tapBytes = { direction, connection, bytes in
            direction == .toRelay && connection == 2 ? recorded : bytes
        }
        pair.cut()
        pair.run(for: .milliseconds(150))
        #expect(pair.relayActions.count { if case .up = $0 { true } else { false } } == 1)
        #expect(pair.run(within: .seconds(2)) { pair.relay.isUp })
        #expect(pair.connection == 3)
    }

    // MARK: Keys

    @Test func `I2: a hub without the private half of the pinned key cannot answer, and the pin stays`() {
        for way in [LinkSweepTests.Way.enrolled, .invited] {
            let pair = LinkSweepTests.pair(way)
            let pins = pair.relay.pins
            let own = pair.hub.keys
            pair.hub.keys = [key(66)]  // Somebody else answers at the hub's address.
            pair.run(for: .seconds(20))
            #expect(pair.relayActions.allSatisfy { if case .up = $0 { false } else { true } })
            #expect(pair.hub.events.allSatisfy { if case .ask = $0.action { false } else { true } })
            #expect(pair.relay.pins == pins && pair.seats[0].stored == pins)
            pair.hub.keys = own
            #expect(pair.run(within: .seconds(2)) { pair.relay.isUp })
        }
    }

    @Test func `I2: a hub that lets anybody in still cannot finish a handshake made for another hub's key`()
        throws
    {
        var (relay, _) = channels(.enrolled(hub: key(1).publicKey), [key(1)])
        let start = try relay.start()
        var other = HubChannel(keys: [key(66)], ephemeral: key(9))
        #expect(throws: ChannelError.self) { try other.receive(start) }
        // It answers all the same, with a handshake of its own making.
        var noise = NoiseHandshake(
            .ik, .initiator, prologue: Array(start.prefix(8)), staticKey: key(3),
            remoteStatic: key(66).publicKey, ephemeral: key(4))
        var own = HubChannel(keys: [key(66)], ephemeral: key(9))
        let message = try noise.write([])
        _ = try own.receive(start.prefix(8) + [0, UInt8(message.count)] + message)
        let answer = try own.accept()
        #expect(throws: ChannelError.notAuthentic(.authenticationFailed)) { try relay.receive(answer) }
    }

    @Test func `I4: a stolen token that was used is refused to every other key, before and after its proof`()
    {
        let pair = LinkPair()
        let token = pair.token()
        pair.add(invite: token)
        pair.run(for: .seconds(1))
        #expect(pair.relay.isUp)
        let thief = RawRelay(.invited(token), key: key(66), at: pair.hub)
        #expect(thief.failure == .refused(.inviteUsed))
        #expect(!pair.hub.believed(thief.id))
        // Two at the same time, of whom one is first: the other is turned away at its proof.
        let second = pair.token(8)
        var (one, two) = (
            RawRelay(.invited(second), key: key(67), at: pair.hub),
            RawRelay(.invited(second), key: key(68), at: pair.hub)
        )
        one.greet()
        two.greet()
        #expect(one.welcomed != nil && two.welcomed == nil)
        #expect(two.goodbyes == [.adoptionRefused])
        #expect(pair.hub.registry.invites[second.id]?.redeemedBy == key(67).publicKey)
    }

    @Test func `I3: the id of a token without its secret is worth nothing`() {
        let pair = LinkPair()
        let token = pair.token()
        // The hub asks, as the id is known; but another secret's psk does not fit its answer.
        let forged = InviteToken(
            secret: [UInt8](repeating: 8, count: 16), hubKey: pair.hub.publicKey, host: token.host, port: 1,
            expirySeconds: .max)
        pair.hub.registry.invites[forged.id] = RegistryDouble.Invite(psk: token.psk)
        var thief = RawRelay(.invited(forged), key: key(66), at: pair.hub)
        #expect(!thief.isEstablished && thief.failure == .notAuthentic(.authenticationFailed))
        thief.listen()
        #expect(!pair.hub.believed(thief.id))
        #expect(pair.hub.registry.invites[forged.id]?.redeemedBy == nil)
    }

    @Test func `I4: a relay whose welcome was lost redeems its token again, with the same key`() {
        let pair = LinkPair()
        let token = pair.token()
        pair.add(invite: token)
        // The handshake's answer passes; everything after it, the welcome first, is lost.
        var count = 0
        pair.tapBytes = { direction, connection, bytes in
            guard direction == .toRelay, connection == 1 else { return bytes }
            count += 1
            return count == 1 ? bytes : []
        }
        pair.run(for: .milliseconds(900))
        #expect(pair.hub.registry.invites[token.id]?.redeemedBy == pair.key)
        #expect(pair.seats[0].stored == HubPins())
        #expect(pair.run(within: .seconds(3)) { pair.relay.isUp })
        #expect(pair.hub.actions(2).first == .ask(.invited(pair.key, invite: token.id)))
        #expect(pair.seats[0].stored.usedInvite == token.id)
    }

    @Test func `I5: a revoked key is refused in each pattern and loses its connection at once`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(1))
        pair.atHub { $0.revoke(pair.key) }
        pair.run(for: .milliseconds(10))
        #expect(!pair.relay.isUp && pair.downs == ["the hub says goodbye: revoked"])
        pair.run(for: .seconds(60))
        #expect(!pair.relay.isUp && pair.hub.connections.count < 20)
        let own = pair.seats[0].identity.key
        let enrolled = RawRelay(.enrolled(hub: pair.hub.publicKey), key: own, at: pair.hub)
        let invited = RawRelay(.invited(pair.token()), key: own, at: pair.hub)
        var adoption = RawRelay(.adoption, key: own, at: pair.hub)
        adoption.commit()
        #expect(enrolled.failure == .refused(.revoked) && invited.failure == .refused(.revoked))
        #expect(adoption.goodbyes == [.revoked] && adoption.isClosed)
        #expect(pair.hub.registry.invites.values.allSatisfy { $0.redeemedBy == nil })
        // A reset relay has a new key, and is a new relay.
        var fresh = RawRelay(.invited(pair.token()), key: key(70), at: pair.hub)
        fresh.greet()
        #expect(fresh.welcomed != nil)
    }

    @Test func `H8: keys of low order, known to everybody, are refused wherever they come in`() throws {
        for point in lowOrderPoints {
            let weak = PublicKey(point)!
            var (relay, _) = channels(.enrolled(hub: weak), [key(1)])
            #expect(throws: ChannelError.notAuthentic(.lowOrderKey)) { try relay.start() }
            // As the ephemeral key of each first message.
            for pattern: UInt8 in 1...3 {
                let hub = HubDouble(seed: 1, at: .origin)
                let id = hub.open()
                let length = pattern == 3 ? 32 : pattern == 2 ? 104 : 96
                let message = point + [UInt8](repeating: 0, count: length - 32)
                hub.receive(Array("LOQA".utf8) + [2, 2, pattern, 0, 0, UInt8(length)] + message, on: id)
                #expect(hub.connections[id]!.isClosed && !hub.believed(id))
                #expect(hub.actions(id).contains(.fault("\(ChannelError.notAuthentic(.lowOrderKey))")))
            }
            // As a hub's ephemeral key.
            var (adopted, _) = channels(.adoption, [key(1)])
            _ = try adopted.start()
            #expect(throws: ChannelError.notAuthentic(.lowOrderKey)) {
                try adopted.receive([0, 97] + point + [UInt8](repeating: 0, count: 65))
            }
        }
    }

    @Test func `I6: a weak key that a relay was told to pin does not keep it from the true one`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(1))
        pair.atHub { $0.send(.hubKey(HubKey(key: lowOrderPoints[1])), on: 1) }
        pair.run(for: .milliseconds(20))
        pair.restart()
        #expect(pair.run(within: .seconds(2)) { pair.relay.isUp })
    }

    private let lowOrderPoints: [[UInt8]] = [
        [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
    ]

    // MARK: Somebody in between

    @Test func `H1, H4: no downgrade: a preface whose versions or pattern were changed breaks the handshake`()
    {
        for way in LinkSweepTests.Way.allCases {
            for (index, value) in [(4, 1), (5, 3), (5, 255), (4, 0), (5, 1), (6, 1), (6, 2), (6, 3), (7, 1)] {
                let pair = LinkSweepTests.pair(way)
                var isChanged = false
                pair.tapBytes = { direction, connection, bytes in
                    guard direction == .toHub, connection == 1, !isChanged else { return bytes }
                    isChanged = true
                    var changed = bytes
                    changed[index] = UInt8(value)
                    isChanged = changed != bytes
                    return changed
                }
                #expect(pair.run(within: .seconds(4)) { pair.relay.isUp })
                #expect(isChanged ? pair.connection != 1 : pair.connection == 1, "\(way) \(index) \(value)")
                if isChanged { #expect(!pair.hub.believed(1)) }
            }
        }
    }

    @Test func `H6: refusals that anybody can forge slow a relay down and change nothing it keeps`() {
        for refusal in HandshakeRefusal.allCases {
            let pair = LinkPair.enrolled()
            pair.tapBytes = { direction, _, bytes in
                direction == .toRelay ? HubChannel.refusal(refusal) : bytes
            }
            pair.run(for: .seconds(60))
            #expect(pair.relay.pins.hubKeys == [pair.hub.publicKey])
            #expect(!pair.relayActions.contains { if case .store = $0 { true } else { false } })
            pair.tapBytes = nil
            #expect(pair.run(within: .seconds(31)) { pair.relay.isUp })
        }
    }

    @Test func `H5, H8: reflection: what an end sent is never taken when it comes back to it`() {
        for direction in [LinkPair.Direction.toHub, .toRelay] {
            let pair = LinkPair.enrolled()
            pair.block(.both)
            pair.run(for: .milliseconds(100))
            let events = pair.hub.events.count
            var own: [UInt8] = []
            pair.tapBytes = { way, _, bytes in
                if way != direction { own += bytes }
                return way == direction ? own : bytes
            }
            #expect(pair.run(within: .seconds(3)) { pair.connection != 1 }, "\(direction)")
            #expect(pair.hub.events[events...].allSatisfy { !pair.hub.believed($0) || $0.connection != 1 })
        }
    }

    @Test
    func
        `H5, H8: splicing: records of another connection, and of the same in another order, end the connection`()
    {
        for isSame in [false, true] {
            let pair = LinkPair()
            for _ in 0..<2 { pair.addEnrolled() }
            pair.run(for: .milliseconds(100))
            var held: [UInt8]?
            pair.tapBytes = { direction, connection, bytes in
                guard direction == .toHub, connection == (isSame ? 1 : 2) || connection == 1 else {
                    return bytes
                }
                if connection == (isSame ? 1 : 2), held == nil {
                    held = bytes
                    return isSame ? [] : bytes
                }
                return connection == 1 ? (held ?? bytes) : bytes
            }
            #expect(pair.run(within: .seconds(3)) { pair.seats[0].connection.map { $0 > 2 } ?? false })
            #expect(pair.hub.connections[1]!.isClosed)
            #expect(pair.seats[1].connection == 2 && pair.seats[1].end.isUp)
        }
    }

    @Test func `L2, H8: a truncated stream is never taken for a complete one`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(1))
        let events = pair.hub.events.count
        pair.tapBytes = { direction, connection, bytes in
            direction == .toHub && connection == 1 ? Array(bytes.dropLast()) : bytes
        }
        pair.send(.sample(.claim))
        pair.send(.sample(.streamEnd))
        pair.cut()
        pair.run(for: .seconds(2))
        #expect(!pair.hub.events[events...].contains { $0.action == .frame(.sample(.claim)) })
        #expect(!pair.hub.events[events...].contains { $0.action == .frame(.sample(.streamEnd)) })
        #expect(pair.relay.isUp && pair.connection == 2)
    }
}
