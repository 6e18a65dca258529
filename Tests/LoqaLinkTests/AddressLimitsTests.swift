import LoqaBase
import LoqaLink
import LoqaTestKit
import Testing

struct TokenBucketTests {
    @Test func `a burst goes through at once, then one at a time as tokens come back`() {
        var bucket = TokenBucket<HubClock>(perSecond: 10, burst: 3)
        #expect(bucket.isFull(at: ms(0)))
        var taken: [Bool] = []
        for time in [0, 0, 0, 0, 99, 100, 100, 199, 200] { taken.append(bucket.take(at: ms(time))) }
        #expect(taken == [true, true, true, false, false, true, false, false, true])
        #expect(!bucket.isFull(at: ms(499)))
        #expect(bucket.isFull(at: ms(500)))
    }

    @Test func `a long rest saves up no more than the burst`() {
        var bucket = TokenBucket<HubClock>(perSecond: 10, burst: 3)
        var takenCount = 0
        for _ in 0..<10 where bucket.take(at: ms(3_600_000)) { takenCount += 1 }
        #expect(takenCount == 3)
    }

    @Test func `several tokens are taken together or not at all`() {
        var bucket = TokenBucket<HubClock>(perSecond: 1, burst: 5)
        var taken: [Bool] = []
        for count in [6, 4, 2, 1] { taken.append(bucket.take(count, at: ms(0))) }
        #expect(taken == [false, true, false, true])
    }

    @Test(arguments: UInt64(0)..<50)
    func `whatever the arrivals, no span of time sees more than the burst and the rate`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (rate, burst) = (Int.random(in: 1...50, using: &random), Int.random(in: 1...20, using: &random))
        var bucket = TokenBucket<HubClock>(perSecond: rate, burst: burst)
        var (now, passed) = (0, [Int]())
        for _ in 0..<2_000 {
            now += Int.random(in: 0...20, using: &random)
            // The clock may be read a little late by another path.
            let read = max(0, now - Int.random(in: 0...3, using: &random))
            if bucket.take(at: ms(read)) { passed.append(now) }
        }
        for first in stride(from: 0, to: passed.count, by: 7) {
            for last in stride(from: first, to: passed.count, by: 11) {
                let allowed = Double(burst) + Double((passed[last] - passed[first] + 3) * rate) / 1_000
                #expect(Double(last - first + 1) <= allowed + 1)
            }
        }
        // And nobody who keeps to the rate is kept waiting for it.
        #expect(passed.count >= min(2_000, now * rate / 1_000 / 2))
    }

    private func ms(_ count: Int) -> HubInstant { HubInstant(sinceOrigin: .milliseconds(count)) }
}

struct AddressLimitsTests {
    private typealias HubLimits = AddressLimits<HubClock>

    @Test func `one address has so many open connections, and another still gets in`() {
        var limits = HubLimits()
        let verdicts = (0..<9).map { _ in limits.admit(v4(1), at: ms(0)) }
        #expect(verdicts == Array(repeating: .admitted, count: 8) + [.refused(.openPerAddress)])
        #expect(limits.admit(v4(2), at: ms(0)) == .admitted)
        limits.settled(v4(1))
        #expect(limits.admit(v4(1), at: ms(0)) == .admitted)
        #expect((limits.openCount, limits.refusedCount, limits.tableCount) == (9, 1, 2))
    }

    @Test func `one address begins so many handshakes a second, however fast it closes them`() {
        var limits = HubLimits()
        var admittedCount = 0
        for step in 0..<10_000 where limits.admit(v4(1), at: ms(step)) == .admitted {
            limits.settled(v4(1))
            admittedCount += 1
        }
        #expect((259...260).contains(admittedCount), "60 at once and 20 a second for ten seconds")
        #expect(limits.admit(v4(2), at: ms(10_000)) == .admitted)
    }

    @Test func `an IPv6 network counts as one address, and a mapped IPv4 address as itself`() {
        var limits = HubLimits()
        for host in UInt8(0)..<8 { _ = limits.admit(v6(network: 1, host: host), at: ms(0)) }
        #expect(limits.admit(v6(network: 1, host: 99), at: ms(0)) == .refused(.openPerAddress))
        #expect(limits.admit(v6(network: 2, host: 0), at: ms(0)) == .admitted)
        let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF] + v4(7)
        for _ in 0..<8 { _ = limits.admit(mapped, at: ms(0)) }
        #expect(limits.admit(v4(7), at: ms(0)) == .refused(.openPerAddress))
        limits.settled(v4(7))
        #expect(limits.admit(mapped, at: ms(0)) == .admitted)
        // The same bytes in the upper half of an IPv6 address are another address.
        let alike: [UInt8] = [0, 0, 0, 0] + v4(7) + Array(repeating: 1, count: 8)
        #expect(limits.admit(alike, at: ms(0)) == .admitted)
    }

    @Test(arguments: [0, 3, 5, 15, 17])
    func `bytes that are no address are refused`(byteCount: Int) {
        var limits = HubLimits()
        let verdict = limits.admit(Array(repeating: 1, count: byteCount), at: ms(0))
        #expect(verdict == .refused(.addressUnreadable))
    }

    @Test func `a flood from ever new addresses costs no more than the totals, and no more memory`() {
        var limits = HubLimits()
        var admittedCount = 0
        for step in 0..<200_000 {
            // A hundred thousand addresses a second for two seconds, each closed at once.
            let address = v4(UInt32(step))
            guard limits.admit(address, at: ms(step / 100)) == .admitted else { continue }
            admittedCount += 1
            limits.settled(address)
        }
        #expect((995...1_001).contains(admittedCount), "600 at once and 200 a second")
        #expect(limits.tableCount <= 1_024)
        #expect(limits.openCount == 0)
    }

    @Test
    func `half-open connections from many addresses fill the total, and the table never loses their count`() {
        var small = HubLimits.Limits()
        (small.openTotal, small.tableCountMax, small.openPerAddress) = (16, 17, 2)
        (small.handshakesPerSecondTotal, small.handshakeBurstTotal) = (100_000, 100_000)
        var limits = HubLimits(small)
        for host in UInt32(0)..<16 { #expect(limits.admit(v4(host), at: ms(0)) == .admitted) }
        #expect(limits.admit(v4(99), at: ms(0)) == .refused(.openTotal))
        limits.settled(v4(3))
        for host in UInt32(100)..<5_000 {
            #expect(limits.admit(v4(host), at: ms(1)) == .admitted)
            limits.settled(v4(host))
        }
        #expect(limits.tableCount == 17)
        #expect(limits.evictedCount > 4_800)
        // Addresses 0...15 but 3 are still open, and known to be.
        for host in UInt32(0)..<16 where host != 3 { limits.settled(v4(host)) }
        #expect(limits.openCount == 0)
    }

    @Test(arguments: UInt64(0)..<20)
    func `whoever comes and goes, the counts agree with those of a book without limits`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var small = HubLimits.Limits()
        (small.openTotal, small.tableCountMax, small.openPerAddress) = (20, 24, 3)
        var (limits, open) = (HubLimits(small), [UInt32]())
        for step in 0..<5_000 {
            if Bool.random(using: &random), let index = open.indices.randomElement(using: &random) {
                limits.settled(v4(open.remove(at: index)))
            } else {
                let host = UInt32.random(in: 0..<60, using: &random)
                let before = open.count { $0 == host }
                switch limits.admit(v4(host), at: ms(step * 10)) {
                case .admitted:
                    #expect(before < 3 && open.count < 20)
                    open.append(host)
                case .refused(.openPerAddress): #expect(before == 3)
                case .refused(.openTotal): #expect(open.count == 20)
                case .refused(.ratePerAddress), .refused(.rateTotal): break
                case .refused(.addressUnreadable): Issue.record("it has four bytes")
                }
            }
            #expect(limits.openCount == open.count)
            #expect(limits.tableCount <= 24)
        }
    }

    private func v4(_ host: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: host >> (24 - $0 * 8)) }
    }
    private func v6(network: UInt8, host: UInt8) -> [UInt8] {
        [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, host]
    }
    private func ms(_ count: Int) -> HubInstant { HubInstant(sinceOrigin: .milliseconds(count)) }
}
