import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

struct AdoptionTests {
    @Test func `A1, A2, A3: commitment, number and digits are those that the specification names`() throws {
        var hub = RawHub(isPinned: false)
        hub.accept()
        guard case .adoptCommit(let commit)? = hub.frames.last else { throw Failure.noFrame }
        let hash = hub.channel.session!.hash
        let theirs = [UInt8](200..<216)
        hub.say(.adoptNonce(AdoptNonce(nonce: theirs)))
        guard case .adoptReveal(let reveal)? = hub.frames.last else { throw Failure.noFrame }
        #expect(commit.name == "relay" && commit.room.isEmpty)
        #expect(commit.commitment == SHA256.hash(Array("loqa adopt commit".utf8), hash, reveal.nonce))
        let digest = SHA256.hash(Array("loqa adopt code".utf8), hash, reveal.nonce, theirs)
        let number = digest.prefix(4).reduce(0) { $0 << 8 | Int($1) } % 1_000_000
        let code = String(String(number + 1_000_000).dropFirst())
        #expect(hub.actions.contains(.showCode(code)))
    }

    @Test(arguments: 1...20)
    func `A3, A5: both ends show the same six digits, and an approved relay is up and enrolled`(seed: UInt64)
    {
        let pair = LinkPair(seed: seed)
        pair.add()
        pair.run(for: .seconds(20))
        let shown = pair.shownCodes
        #expect(shown.count == 1 && shown[0].count == 6)
        #expect(pair.candidates.map(\.code) == shown)
        #expect(pair.candidates.map(\.key) == [pair.key])
        #expect(!pair.relay.isUp)
        pair.atHub { $0.adopt(1) }
        pair.run(for: .milliseconds(20))
        #expect(pair.relay.isUp && pair.connection == 1)
        #expect(pair.relayActions.contains(.hideCode))
        #expect(pair.seats[0].stored.hubKeys == [pair.hub.publicKey])
        pair.restart()
        #expect(pair.run(within: .seconds(2)) { pair.relay.isUp })
        #expect(pair.hub.actions(2).contains(.ask(.enrolled(pair.key))))
    }

    @Test func `A5: the hub's key is kept before anything else, so that a break does not undo an adoption`() {
        let pair = LinkPair()
        pair.add()
        pair.run(for: .seconds(1))
        var isCut = false
        pair.tapBytes = { direction, _, bytes in isCut && direction == .toHub ? [] : bytes }
        pair.atHub { $0.adopt(1) }
        isCut = true
        pair.run(for: .milliseconds(10))
        #expect(pair.hub.connections[1]!.end.isUp == false)
        #expect(pair.seats[0].stored.hubKeys == [pair.hub.publicKey])
        pair.restart()
        isCut = false
        #expect(pair.run(within: .seconds(3)) { pair.relay.isUp })
        #expect(pair.candidates.count == 1, "the owner is not asked twice")
    }

    @Test func `A4: a relay waits ten minutes, alive, then the hub says adoptionExpired and it rests longer`()
    {
        let pair = LinkPair()
        pair.add()
        pair.run(for: .seconds(599))
        #expect(pair.hub.connections.count == 1 && !pair.hub.connections[1]!.isClosed)
        pair.run(for: .seconds(2))
        #expect(pair.hub.connections[1]!.isClosed)
        #expect(pair.downs.first?.contains("nobody decided") == true)
        pair.run(for: .seconds(600))
        #expect(pair.downs.count == 2, "it asks again, for ever")
        #expect(pair.relayActions.count { $0 == .hideCode } == 2)
    }

    @Test func `A4, L6: a refusal by the owner ends it, and the relay rests longer and longer`() {
        let pair = LinkPair()
        pair.add()
        pair.hub.registry.owner = .refuses
        pair.run(for: .seconds(200))
        #expect((8...30).contains(pair.hub.connections.count), "\(pair.hub.connections.count)")
        #expect(pair.seats[0].stored == HubPins())
        // L3: once it is welcomed, the delay is what it was.
        pair.hub.registry.owner = .approves
        #expect(pair.run(within: .seconds(40)) { pair.relay.isUp })
        pair.cut()
        #expect(pair.run(within: .seconds(1)) { !pair.relay.isUp })
        #expect(pair.run(within: .milliseconds(200)) { pair.relay.isUp })
    }

    @Test func `A4, N4: a relay does not wait for ever for a hub that only keeps it alive`() {
        for isAdopted in [false, true] {
            var hub = RawHub(isPinned: false)
            hub.accept()
            hub.say(.sample(.adoptNonce))
            if isAdopted { hub.say(.sample(.adopted)) }
            let limit = isAdopted ? Duration.seconds(2) : .seconds(602)
            while !hub.isClosed, hub.now - .origin < limit {
                hub.tick(after: .milliseconds(250))
                if !hub.isClosed { hub.say(.pong(Probe(number: 0))) }
            }
            #expect(hub.isClosed, "adopted: \(isAdopted)")
            #expect(hub.goodbyes == [.adoptionExpired])
            #expect(hub.now - .origin > (isAdopted ? .milliseconds(900) : .seconds(600)))
        }
    }

    @Test func `A6, I5: a revoked key is refused with revoked, and rests longer for it`() {
        let pair = LinkPair()
        pair.add()
        pair.hub.registry.revoked = [pair.key]
        pair.run(for: .milliseconds(100))
        #expect(pair.hub.connections[1]!.isClosed)
        // Its own digits may have shown up for a moment: the commitment came with the proof of its key.
        #expect(pair.shownCodes.count == pair.relayActions.count { $0 == .hideCode })
        #expect(pair.downs == ["the hub says goodbye: revoked"])
        pair.run(for: .seconds(100))
        #expect(pair.hub.connections.count < 20)
        #expect(pair.candidates.isEmpty)
    }

    @Test func `A6: a key that is enrolled already is adopted anew`() {
        let pair = LinkPair()
        pair.add()
        pair.hub.registry.enrolled[pair.key] = RegistryDouble.Entry(name: "old", room: "cellar")
        pair.run(for: .seconds(1))
        pair.atHub { $0.adopt(1, name: "new", room: "attic") }
        pair.run(for: .milliseconds(50))
        #expect(pair.relay.isUp)
        let names = pair.relayActions.compactMap {
            if case .up(let welcome) = $0 { welcome.name } else { nil }
        }
        #expect(names == ["new"])
    }

    @Test func `H6: a hub that adopts nobody refuses, and the relay keeps asking at long intervals`() {
        let pair = LinkPair()
        pair.add()
        pair.hub.registry.owner = .admitsNobody
        pair.run(for: .seconds(300))
        #expect((10...40).contains(pair.hub.connections.count), "\(pair.hub.connections.count)")
        pair.hub.registry.owner = .approves
        #expect(pair.run(within: .seconds(31)) { pair.relay.isUp })
    }

    private enum Failure: Error { case noFrame }
}

extension LinkPair {
    var shownCodes: [String] {
        relayActions.compactMap { if case .showCode(let code) = $0 { code } else { nil } }
    }
    var downs: [String] { relayActions.compactMap { if case .down(let reason) = $0 { reason } else { nil } } }
    var candidates: [HubEndpoint.Candidate] {
        hub.events.compactMap { if case .pending(let candidate) = $0.action { candidate } else { nil } }
    }
}
