import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

/// Somebody in between at an adoption: a hub to the relay, a relay to the hub.
struct AdoptionAttackTests {
    @Test func `A2, A3: somebody in between makes two handshakes, and the digits of the two ends differ`() {
        var agreeing = 0
        for seed: UInt64 in 1...300 {
            var between = Between(seed: seed)
            // It passes on all that it can: the number of the hub to the relay, that of the relay to the hub.
            between.relaySide.say(.adoptNonce(AdoptNonce(nonce: between.hubNonce)))
            let shown = between.relayDigits!
            // The commitment it made to the hub binds it: the relay's number does not fit there.
            between.hubSide.reveal(between.relayNonce!)
            #expect(between.hubSide.goodbyes == [.protocolViolation])
            #expect(between.hubDigits == nil)
            // With its own number, the digits are those of chance.
            var honest = Between(seed: seed)
            honest.relaySide.say(.adoptNonce(AdoptNonce(nonce: honest.hubNonce)))
            honest.hubSide.reveal()
            agreeing += honest.hubDigits == shown ? 1 : 0
        }
        #expect(agreeing == 0)
    }

    @Test func `A2: a search for digits that agree comes too late at both ends`() {
        // At the hub: whoever is in between knows the digits of the relay, and looks for a number that gives them.
        var between = Between(seed: 1)
        between.relaySide.say(.adoptNonce(AdoptNonce(nonce: between.hubNonce)))
        let wanted = between.relayDigits!
        let hash = between.hubSide.channel.session!.hash
        var random = SeededGenerator(seed: 9)
        var found: [UInt8]?
        // The digits are short on purpose; two of six are enough to show what a search would do.
        while found == nil {
            let nonce = random.bytes(16)
            let code = Adoption.code(hash: hash, relayNonce: nonce, hubNonce: between.hubNonce)
            if code.suffix(2) == wanted.suffix(2) { found = nonce }
        }
        between.hubSide.reveal(found!)
        #expect(between.hubDigits == nil)
        #expect(between.hubSide.goodbyes == [.protocolViolation] && between.hubSide.isClosed)
        // At the relay: it shows its number only when it has the other, and takes no second one.
        var second = Between(seed: 2)
        #expect(second.relayNonce == nil)
        second.relaySide.say(.adoptNonce(AdoptNonce(nonce: random.bytes(16))))
        #expect(second.relayNonce != nil)
        second.relaySide.say(.adoptNonce(AdoptNonce(nonce: random.bytes(16))))
        #expect(second.relaySide.goodbyes == [.protocolViolation])
        #expect(second.relaySide.actions.count { if case .showCode = $0 { true } else { false } } == 1)
        #expect(second.relaySide.actions.contains(.hideCode))
    }

    @Test func `A2: a reveal with any bit changed, and a commitment of another handshake, are refused`() {
        for bit in 0..<128 {
            let hub = HubDouble(seed: 1, at: .origin)
            var relay = RawRelay(.adoption, key: key(2), at: hub)
            var nonce = [UInt8](repeating: 3, count: 16)
            relay.commit(to: nonce)
            nonce[bit / 8] ^= 1 << (bit % 8)
            relay.reveal(nonce)
            #expect(relay.goodbyes == [.protocolViolation])
        }
        let hub = HubDouble(seed: 1, at: .origin)
        let other = RawRelay(.adoption, key: key(2), at: hub, seed: 5)
        var relay = RawRelay(.adoption, key: key(2), at: hub, seed: 6)
        let nonce = [UInt8](repeating: 3, count: 16)
        let commitment = Adoption.commitment(hash: other.channel.session!.hash, nonce: nonce)
        relay.say(.adoptCommit(AdoptCommit(commitment: commitment, name: "n", room: "")))
        relay.reveal(nonce)
        #expect(relay.goodbyes == [.protocolViolation])
    }

    @Test func `A6: a stranger gets nothing before it is adopted`() {
        let hub = HubDouble(seed: 1, at: .origin)
        var relay = RawRelay(.adoption, key: key(2), at: hub)
        relay.commit()
        relay.reveal()
        #expect(hub.end(relay.id).session == nil)
        hub.send(MediaPacket.sample(0), on: relay.id)
        relay.say(.ping(Probe(number: 1)))
        #expect(relay.frames.last == .pong(Probe(number: 1)))
        #expect(!relay.frames.contains { if case .media = $0 { true } else { false } })
        relay.greet()
        #expect(relay.goodbyes == [.protocolViolation] && relay.welcomed == nil)
    }

    /// One who is a hub to a relay and a relay to a hub.
    private struct Between {
        var relaySide: RawHub
        var hubSide: RawRelay
        let hub: HubDouble

        init(seed: UInt64) {
            relaySide = RawHub(isPinned: false, seed: seed)
            relaySide.accept()
            hub = HubDouble(seed: seed, at: .origin)
            hubSide = RawRelay(.adoption, key: key(66), at: hub, seed: seed + 1_000)
            hubSide.commit()
        }

        var hubNonce: [UInt8] {
            for case .adoptNonce(let nonce) in hubSide.frames { return nonce.nonce }
            return []
        }
        var relayNonce: [UInt8]? {
            for case .adoptReveal(let reveal) in relaySide.frames { return reveal.nonce }
            return nil
        }
        var relayDigits: String? {
            for case .showCode(let code) in relaySide.actions { return code }
            return nil
        }
        var hubDigits: String? {
            for case .pending(let candidate) in hubSide.actions { return candidate.code }
            return nil
        }
    }
}
