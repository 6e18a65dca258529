import LoqaBase
import LoqaLink
import LoqaTestKit
import Testing

struct JitterEstimateTests {
    private typealias Estimate = JitterEstimate<RelayClock>

    @Test func `a steady network has no lateness, whatever its delay`() {
        var estimate = Estimate()
        for block in 0..<300 { estimate.arrived(block, after: 400) }
        #expect(estimate.lateness == .zero)
    }

    @Test func `a sender that hurries is not read as jitter`() {
        var estimate = Estimate()
        // An answer: 300 ms at once, then in step; and again after a pause of its sender.
        for start in [0, 100] {
            for block in start..<start + 16 { estimate.arrived(block, after: 300 + (start - block) * 20) }
            for block in start + 16..<start + 100 { estimate.arrived(block, after: 0) }
        }
        #expect(estimate.lateness == .zero)
    }

    @Test(arguments: UInt64(0)..<20)
    func `a pre-roll that the network brings in any order is not read as jitter`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var estimate = Estimate()
        // 100 packets sent at once behind 100 that came in step, each 20 +- 10 ms on the way.
        for block in 0..<100 { estimate.arrived(block, after: Int.random(in: 10...30, using: &random)) }
        let burst = (100..<200).map { (block: $0, at: Int.random(in: 10...30, using: &random)) }
        for (block, at) in burst.sorted(by: { $0.at < $1.at }) {
            estimate.arrived(block, after: 20 * (200 - block) + at)
        }
        for block in 200..<300 { estimate.arrived(block, after: Int.random(in: 10...30, using: &random)) }
        #expect(estimate.lateness <= .milliseconds(25))
    }

    @Test(arguments: UInt64(0)..<20)
    func `the estimate covers 97 of 100 packets, and no more than it must`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var estimate = Estimate()
        for block in 0..<500 { estimate.arrived(block, after: Int.random(in: 0..<100, using: &random)) }
        #expect((.milliseconds(88)...Duration.milliseconds(105)).contains(estimate.lateness))
    }

    @Test func `it grows within a second of unrest and forgets within the window`() {
        var estimate = Estimate()
        for block in 0..<250 { estimate.arrived(block, after: 0) }
        for block in 250..<300 { estimate.arrived(block, after: block % 2 * 80) }
        #expect(estimate.lateness >= .milliseconds(80))
        for block in 300..<560 { estimate.arrived(block, after: 0) }
        #expect(estimate.lateness == .zero)
    }

    @Test func `it is kept over streams, and clocks that drift do not add up`() {
        var estimate = Estimate()
        for block in 0..<100 { estimate.arrived(block, after: block % 4 * 20) }
        let before = estimate.lateness
        estimate.startStream()
        #expect(estimate.lateness == before)
        var drifting = Estimate()
        // 1,000 parts in a million, for ten minutes.
        for block in 0..<30_000 { drifting.arrived(block, after: block / 50) }
        #expect(drifting.lateness <= .milliseconds(10))
    }
}

extension JitterEstimate {
    fileprivate mutating func arrived(_ block: Int, after milliseconds: Int) {
        let now = Instant<Clock>(sinceOrigin: .milliseconds(20 * block + milliseconds))
        arrived(timestamp: UInt32(block * 320), at: now)
    }
}

struct LossMeterTests {
    @Test(arguments: [0, 10, 50, 100, 200, 300])
    func `the loss of the last two seconds is told in permille`(permille: Int) {
        var random = SeededGenerator(seed: 7)
        var (meter, sum) = (LossMeter(), 0)
        for sequence in 0..<10_000 as Range<UInt32> {
            if Int.random(in: 0..<1_000, using: &random) >= permille {
                meter.arrive(.received, sequence)
            }
            sum += meter.lossPermille
        }
        #expect(abs(sum / 10_000 - permille) <= 15)
    }

    @Test func `reordering is no loss, lateness is, and duplicates are neither`() {
        var meter = LossMeter()
        for sequence in [1, 0, 3, 2, 5, 4, 7, 8, 6, 9, 10, 11] as [UInt32] {
            meter.arrive(.received, sequence)
            meter.arrive(.duplicate, sequence)
        }
        #expect(meter.lossPermille == 0)
        meter.arrive(.late, 12)
        for sequence in 13..<24 as Range<UInt32> { meter.arrive(.received, sequence) }
        #expect(meter.lossPermille == 1_000 / LossMeter.Tuning.countMin)
        #expect(meter.counters.duplicateCount == 12)
        #expect(meter.counters.lateCount == 1)
    }

    @Test(arguments: UInt64(0)..<20)
    func `a burst in any order is no loss`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var meter = LossMeter()
        let burst = (0..<50 as Range<UInt32>).map { ($0, Int64.random(in: 10...30, using: &random)) }
        for (sequence, milliseconds) in burst.sorted(by: { $0.1 < $1.1 }) {
            meter.arrived(.received, sequence: sequence, at: .milliseconds(1_000 + milliseconds))
        }
        for sequence in 50..<100 as Range<UInt32> {
            meter.arrived(.received, sequence: sequence, at: .milliseconds(20 * Int64(sequence)))
        }
        #expect(meter.lossPermille == 0)
    }

    @Test func `a lost end counts once the next stream begins, and a claim of an hour as one window`() {
        var meter = LossMeter()
        for sequence in 0..<40 as Range<UInt32> { meter.arrive(.received, sequence) }
        meter.ended(packetCount: 50)
        meter.startStream()
        #expect(meter.counters.lostCount == 10)
        #expect(meter.lossPermille == 200)
        meter.ended(packetCount: .max)
        meter.startStream()
        #expect(meter.lossPermille == 1_000)
        #expect(meter.counters.lostCount == 10 + UInt32(LossMeter.Tuning.windowCount))
    }

    @Test func `the first loss of a link is no alarm, and a jump of a stream is bounded`() {
        var meter = LossMeter()
        for sequence in [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as [UInt32] { meter.arrive(.received, sequence) }
        #expect(meter.lossPermille == 40)
        meter.arrive(.received, 170_000)
        #expect(meter.lossPermille > 900)
        #expect(meter.counters.lostCount < 110)
    }

    @Test(arguments: UInt64(0)..<50)
    func `any arrivals in any order are survived`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var meter = LossMeter()
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0: meter.startStream()
            case 1: meter.ended(packetCount: .random(in: 0...(.max), using: &random))
            case 2: meter.arrive(.received, .random(in: 0..<180_000, using: &random))
            default: meter.arrive(.received, .random(in: 0..<300, using: &random))
            }
            #expect((0...1_000).contains(meter.lossPermille))
        }
    }
}

struct PrebufferTests {
    @Test func `lateness lengthens the prebuffer of the next stream, up to 140 ms`() {
        var buffer = JitterBuffer()
        #expect(buffer.prebufferCount == 4)
        for block in 0..<100 { buffer.arrive(block, after: block % 5 == 0 ? 95 : 0) }
        #expect(buffer.prebufferCount == 6)
        buffer = JitterBuffer(reception: buffer.reception)
        #expect(buffer.prebufferCount == 6)
        for block in 0..<100 { buffer.arrive(block, after: block % 5 == 0 ? 240 : 0) }
        #expect(buffer.prebufferCount == 7)
        #expect(buffer.prebufferCount * 20 <= 150)
    }

    @Test func `underruns lengthen it as well, and ten calm seconds shorten it`() {
        var buffer = JitterBuffer()
        var block = 0
        for _ in 0..<8 {
            for _ in 0..<8 {
                buffer.arrive(block, after: 0)
                block += 1
            }
            for _ in 0..<14 { _ = buffer.pull() }
        }
        #expect(buffer.counters.underrunCount > 4)
        #expect(buffer.prebufferCount > 4)
        for _ in 0..<3_000 {
            buffer.arrive(block, after: 0)
            block += 1
            _ = buffer.pull()
        }
        #expect(buffer.prebufferCount == 4)
    }

    @Test func `the report has the range of the wire`() {
        var buffer = JitterBuffer()
        for block in 0..<100 where block % 10 != 5 { buffer.arrive(block, after: block % 2 * 40) }
        let report = buffer.reception.report
        #expect((90...110).contains(report.lossPermille))
        #expect((40_000...50_000).contains(report.jitterMicroseconds))
    }
}

extension LossMeter {
    /// As the packets of a talker come: one each 20 ms.
    fileprivate mutating func arrive(_ arrival: Arrival, _ sequence: UInt32) {
        arrived(arrival, sequence: sequence, at: .milliseconds(20 * Int64(sequence)))
    }
}

extension JitterBuffer {
    fileprivate mutating func arrive(_ block: Int, after milliseconds: Int) {
        receive(
            [1], sequence: UInt32(block), timestamp: UInt32(block * 320),
            at: RelayInstant(sinceOrigin: .milliseconds(20 * block + milliseconds)))
    }
}
