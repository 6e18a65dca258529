import LoqaBase
import LoqaCrypto
import LoqaTestKit
import LoqaWire
import Testing

@testable import LoqaLink

/// The path of sound, and the clock: P1 to P4, K1 to K3.
struct PathTests {
    @Test func `P1: probes come every second, every 250 ms while a stream runs, from its first moment on`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .milliseconds(500))
        var times: [Double] = []
        pair.tapDatagram = { direction, bytes in
            if direction == .toHub, bytes[0] == 0x50 { times.append(pair.time.seconds) }
            return [bytes]
        }
        pair.run(for: .seconds(10))
        #expect(times.count == 10)
        pair.run(for: .milliseconds(100))
        times = []
        let began = pair.time.seconds
        pair.relay.isStreaming = true
        pair.run(for: .seconds(10))
        #expect((39...41).contains(times.count), "\(times.count)")
        #expect(times[0] - began <= 0.25)
        pair.relay.isStreaming = false
        times = []
        pair.run(for: .seconds(10))
        #expect((10...11).contains(times.count))
    }

    @Test func `P1: a reply comes by the way of its probe`() {
        let pair = LinkPair.enrolled()
        pair.faults.isUDPBlockedToRelay = true
        var answers = 0
        pair.tapDatagram = { direction, bytes in
            if direction == .toRelay { answers += 1 }
            return [bytes]
        }
        pair.run(for: .milliseconds(50))
        #expect(answers == 1 && !pair.relay.usesDatagrams)
        // The other way served the clock and the quality all the same.
        #expect(pair.relayActions.count { if case .uplinkQuality = $0 { true } else { false } } == 1)
        #expect(pair.relay.roundTrip != nil)
    }

    @Test func `P2: the path is closed by six unanswered probes in a row, and opened by one reply`() {
        var prober = PathProber(at: .origin)
        var now = RelayInstant.origin
        func step(_ isStreaming: Bool = false) -> [(number: UInt32, way: PathProber.Way)] {
            now = prober.deadline(isStreaming: isStreaming)
            return prober.tick(at: now, isStreaming: isStreaming)
        }
        func reply(_ number: UInt32) -> PathReply {
            PathReply(number: number, sentAt: 0, receivedAt: 0, repliedAt: 0)
        }
        var probes = step()
        #expect(probes.map(\.way) == [.datagram, .control])
        #expect(prober.replied(reply(probes[1].number), by: .control, at: now) == now)
        #expect(!prober.isOpen)
        #expect(prober.replied(reply(probes[0].number), by: .control, at: now) == nil, "by another way")
        #expect(prober.replied(reply(probes[0].number), by: .datagram, at: now) == now)
        #expect(prober.isOpen)
        #expect(prober.replied(reply(probes[0].number), by: .datagram, at: now) == nil, "a second copy")
        for _ in 0..<6 {
            probes = step()
            #expect(probes.map(\.way) == [.datagram] && prober.isOpen)
        }
        probes = step()
        #expect(probes.map(\.way) == [.datagram, .control] && !prober.isOpen)
        // Fewer than six, and a late reply counts.
        #expect(prober.replied(reply(probes[0].number - 1), by: .datagram, at: now) != nil)
        #expect(prober.isOpen)
    }

    @Test func `P3: a hub sends datagrams while the newest probe said so, at most 6.5 s long`() {
        func probe(_ number: UInt32, _ isReplied: Bool) -> PathProbe {
            PathProbe(number: number, sentAt: 0, isReplied: isReplied)
        }
        let start = HubInstant.origin
        var path = HubPath()
        #expect(!path.isOpen(at: start))
        path.probed(probe(1, true), by: .control, at: start)
        #expect(!path.isOpen(at: start), "no datagram came yet")
        path.probed(probe(2, true), by: .datagram, at: start)
        #expect(path.isOpen(at: start + .milliseconds(6_499)))
        #expect(!path.isOpen(at: start + .milliseconds(6_500)))
        path.probed(probe(4, false), by: .control, at: start)
        #expect(!path.isOpen(at: start))
        path.probed(probe(3, true), by: .datagram, at: start)
        #expect(!path.isOpen(at: start), "overtaken")
        path.probed(probe(5, true), by: .datagram, at: start)
        #expect(path.isOpen(at: start))
        path.probed(probe(6, false), by: .datagram, at: start)
        #expect(!path.isOpen(at: start))
        // Numbers wrap.
        path = HubPath()
        path.probed(probe(.max, false), by: .datagram, at: start)
        path.probed(probe(0, true), by: .datagram, at: start)
        #expect(path.isOpen(at: start))
    }

    @Test func `P4: each end learns how its sound arrives at the other`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .milliseconds(100))
        pair.relay.downlinkQuality = PathQuality(lossPermille: 120, jitter: 3_400)
        pair.hub.connections[1]!.end.uplinkQuality = PathQuality(lossPermille: 70, jitter: 900)
        pair.run(for: .seconds(2))
        #expect(pair.relayActions.contains(.uplinkQuality(PathQuality(lossPermille: 70, jitter: 900))))
        let reports = pair.reports
        #expect(reports.last?.lossPermille == 120 && reports.last?.jitter == 3_400)
    }

    @Test func `K1, K2: clocks of other origins are compared within their bound, and the hub is told`() {
        let pair = LinkPair.enrolled()
        pair.faults.jitter = .milliseconds(5)
        pair.run(for: .seconds(60))
        let truth = pair.hubNow.sinceOrigin - pair.relayNow().sinceOrigin
        #expect(truth == .seconds(89_900))
        guard let reading = pair.relay.clock.hubInstant(for: pair.relayNow()) else {
            Issue.record("no reading")
            return
        }
        let error = reading.instant - pair.hubNow
        #expect(max(error, .zero - error) <= reading.bound)
        #expect(reading.bound < .milliseconds(5))
        let report = pair.reports.last!
        #expect(abs(report.clockOffset - 89_900_000_000) <= Int64(report.clockBound))
        #expect(pair.reports.first!.clockBound == .max)
    }

    @Test func `K3: after a sleep the relay says that it does not know, and then knows again`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .seconds(30))
        #expect(pair.reports.last!.clockBound < .max)
        pair.sleep(for: .seconds(45))
        let before = pair.reports.count
        pair.run(for: .seconds(30))
        #expect(pair.relay.isUp)
        let reports = pair.reports[before...]
        #expect(reports.contains { $0.clockBound == .max })
        let truth = Int64(89_945_000_000)
        #expect(abs(reports.last!.clockOffset - truth) <= Int64(reports.last!.clockBound))
        #expect(reports.last!.clockBound < .max)
    }

    @Test func `K3: the clock of an earlier hub is forgotten when another one takes the relay in`() {
        for isInvited in [false, true] {
            let pair = LinkPair.enrolled()
            pair.run(for: .seconds(30))
            let other = LinkPair(seed: 2)
            other.hub.registry.owner = .approves
            var identity = pair.seats[0].identity
            if isInvited { identity.invite = other.token() }
            other.seats = pair.seats
            other.seats[0].connection = nil
            other.seats[0].clockOrigin = pair.seats[0].clockOrigin + pair.time
            other.seats[0].end = RelayEndpoint(
                identity, pins: isInvited ? pair.relay.pins : HubPins(), random: SeededGenerator(seed: 1),
                at: pair.relayNow())
            other.seats[0].end.clock = pair.relay.clock
            #expect(pair.relay.clock.isSettled)
            #expect(other.run(within: .seconds(1)) { other.relay.isUp })
            #expect(!other.relay.clock.isSettled)
        }
    }
}

extension LinkPair {
    /// What the relays told the hub, in the order of arrival.
    var reports: [PathProbe] {
        hub.events.compactMap { if case .report(let probe) = $0.action { probe } else { nil } }
    }
}
