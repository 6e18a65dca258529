import LoqaBase
import LoqaLink
import LoqaTestKit
import Testing

/// What a peer, a network or a caller may hand to the estimate.
struct ClockEstimateInputTests {
    @Test func `before the first exchange nothing is known`() {
        let estimate = ClockEstimate()
        #expect(!estimate.isSettled)
        #expect(estimate.hubInstant(for: .origin) == nil)
        #expect(estimate.relayInstant(for: .origin) == nil)
        #expect(estimate.driftPartsPerMillion == nil)
        #expect(estimate.roundTripMin == nil)
    }

    @Test func `one exchange gives an instant, off by half the round trip at most`() throws {
        var estimate = ClockEstimate()
        #expect(estimate.receive(exchange(1_000, 501_000, 503_000, 9_000)) == .used)
        let reading = try #require(estimate.hubInstant(for: RelayInstant(microseconds: 9_000)))
        #expect(abs((reading.instant - HubInstant(microseconds: 506_000)).seconds) < 1e-6)
        #expect((2_990...3_020).contains(Int(reading.bound.seconds * 1e6)))
        #expect(!estimate.isSettled)
    }

    @Test func `what cannot be is refused by name, and changes nothing`() {
        var estimate = ClockEstimate()
        let century: UInt64 = 101 * 366 * 86_400 * 1_000_000
        let cases: [(ClockEstimate.Exchange, ClockEstimate.Refusal)] = [
            (exchange(1_000, 5_000, 4_999, 9_000), .backwards),
            (exchange(9_000, 5_000, 5_000, 8_999), .backwards),
            (exchange(1_000, 5_000, 5_000 + 8_001, 9_000), .impossible),
            (exchange(1_000, 5_000, 5_000, 1_000 + 5_000_001), .tooSlow),
            (exchange(1_000, century, century, 9_000), .absurd),
            (exchange(1_000, 0, .max, 9_000), .absurd),
            (exchange(1_000, .max, .max, 9_000), .absurd),
            (exchange(century, 5_000, 5_000, century), .absurd),
        ]
        for (exchange, refusal) in cases {
            let verdict = estimate.receive(exchange)
            #expect(verdict == .refused(refusal), "\(exchange)")
            #expect(estimate.hubInstant(for: .origin) == nil)
        }
        let past = RelayInstant.origin - .seconds(1)
        let verdict = estimate.receive(
            .init(sentAt: past, receivedAt: .origin, repliedAt: .origin, arrivedAt: .origin))
        #expect(verdict == .refused(.absurd))
    }

    @Test func `a reply that comes twice counts once`() {
        var estimate = ClockEstimate()
        let one = exchange(1_000, 5_000, 5_100, 9_000)
        #expect(estimate.receive(one) == .used)
        #expect(estimate.receive(one) == .refused(.duplicate))
        #expect(estimate.receive(exchange(1_000, 5_000, 5_100, 19_000)) == .refused(.duplicate))
    }

    @Test func `replies that overtake each other are all used`() {
        var world = ClockWorld(seed: 1)
        var estimate = ClockEstimate()
        world.run(&estimate, seconds: 20)
        // The first of these was sent before the second and came after it, 1.5 s late.
        let late = ClockEstimate.Exchange(
            sentAt: world.relay(20), receivedAt: world.hub(21.4), repliedAt: world.hub(21.4),
            arrivedAt: world.relay(21.5))
        #expect(world.exchange(at: 21).map { estimate.receive($0) } == .used)
        #expect(estimate.receive(late) == .used)
        #expect((world.error(of: estimate, at: 22)?.error ?? 1) < 0.002)
    }

    @Test(arguments: UInt64(0)..<40)
    func `whatever a peer sends nothing overflows and every answer is a number`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var estimate = ClockEstimate()
        var now: UInt64 = 0
        for _ in 0..<60 {
            now += UInt64.random(in: 0...2_000_000, using: &random)
            let held = UInt64.random(in: 0...3_000, using: &random)
            let hub =
                Bool.random(using: &random)
                ? UInt64.random(in: 0...UInt64.max, using: &random)
                    >> UInt64.random(in: 0..<64, using: &random)
                : now &+ seed &* 1_000_000
            let (sum, overflow) = hub.addingReportingOverflow(held)
            let trip = UInt64.random(in: 0...6_000, using: &random)
            _ = estimate.receive(exchange(now, hub, overflow ? .max : sum, now + trip))
            for asked in [0, now, hub, .max] {
                if let reading = estimate.hubInstant(for: RelayInstant(microseconds: asked)) {
                    #expect(reading.bound >= .zero && reading.bound < .seconds(1_000))
                }
                if let reading = estimate.relayInstant(for: HubInstant(microseconds: asked)) {
                    #expect(reading.bound >= .zero && reading.bound < .seconds(1_000))
                }
            }
            #expect(estimate.driftPartsPerMillion.map { abs($0) <= 600 } ?? true)
        }
    }

    @Test func `there and back again is the same instant`() throws {
        var world = ClockWorld(seed: 2)
        world.drift = 90e-6
        var estimate = ClockEstimate()
        world.run(&estimate, seconds: 60)
        for time in [-1_000.0, 0, 60, 61.5, 5_000, 80_000] {
            let relay = world.relay(time)
            let there = try #require(estimate.hubInstant(for: relay))
            let back = try #require(estimate.relayInstant(for: there.instant))
            #expect(abs((back.instant - relay).seconds) < 1e-6)
            #expect(back.bound > .zero)
        }
        #expect(estimate.hubInstant(for: world.relay(100_000)) == nil)
        #expect(estimate.relayInstant(for: world.hub(100_000)) == nil)
    }

    @Test func `for another hub everything is forgotten`() {
        var world = ClockWorld(seed: 3)
        var estimate = ClockEstimate()
        world.run(&estimate, seconds: 20)
        estimate.reset()
        #expect(!estimate.isSettled)
        #expect(estimate.hubInstant(for: world.relay(20)) == nil)
    }

    private func exchange(
        _ sent: UInt64, _ received: UInt64, _ replied: UInt64, _ arrived: UInt64
    ) -> ClockEstimate.Exchange {
        .init(
            sentAt: RelayInstant(microseconds: sent), receivedAt: HubInstant(microseconds: received),
            repliedAt: HubInstant(microseconds: replied), arrivedAt: RelayInstant(microseconds: arrived))
    }
}
