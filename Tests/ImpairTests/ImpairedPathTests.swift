import LoqaBase
import LoqaTestKit
import Testing

@testable import loqa_impair

/// The decisions about datagrams, on a made-up clock.
struct ImpairedPathTests {
    @Test func `a path without impairment delivers everything at once`() {
        var path = ImpairedPath(.init(), seed: 1)
        for time in 0..<100 {
            let fate = path.send(byteCount: 100, at: ms(time))
            #expect(fate == .delivered(at: ms(time)))
        }
    }

    @Test(arguments: UInt64(0)..<20)
    func `the same seed and packets have the same fates, another seed has others`(seed: UInt64) {
        var impairment = DatagramImpairment(delay: .milliseconds(20), jitter: .normal(.milliseconds(5)))
        (impairment.loss, impairment.duplication, impairment.reordering) = (0.2, 0.1, 0.1)
        impairment.burst = BurstLoss(toBad: 0.05, toGood: 0.3)
        let (first, again) = (fates(impairment, seed: seed), fates(impairment, seed: seed))
        #expect(first == again)
        #expect(first != fates(impairment, seed: seed + 1))
    }

    @Test func `what one impairment decides does not depend on the others`() {
        let plain = fates(.init(loss: 0.3), seed: 5).map(isLost)
        var more = DatagramImpairment(delay: .milliseconds(9), jitter: .normal(.milliseconds(2)), loss: 0.3)
        more.duplication = 0.5
        #expect(fates(more, seed: 5).map(isLost) == plain)
    }

    @Test(arguments: [0.01, 0.1, 0.2, 0.5])
    func `the share of lost packets is the one asked for`(loss: Double) {
        let lost = fates(.init(loss: loss), seed: 11, count: 20_000).count(where: isLost)
        let deviation = (20_000 * loss * (1 - loss)).squareRoot()
        #expect(abs(Double(lost) - 20_000 * loss) < 4 * deviation)
    }

    @Test func `losses in bursts have the mean of the model and come in runs of the right length`() {
        let burst = BurstLoss(toBad: 0.02, toGood: 0.25)
        let lost = fates(.init(burst: burst), seed: 3, count: 100_000).map(isLost)
        let share = Double(lost.count { $0 }) / 100_000
        #expect(abs(share - burst.meanLoss) < 0.006)
        let runs = zip([false] + lost, lost).count { !$0 && $1 }
        let length = Double(lost.count { $0 }) / Double(runs)
        #expect((3.7...4.3).contains(length))  // 1 / toGood
    }

    @Test func `uniform jitter stays within its width and around the delay`() {
        let delays = delays(.init(delay: .milliseconds(40), jitter: .uniform(.milliseconds(5))))
        #expect(delays.allSatisfy { (35.0...45.0).contains($0) })
        #expect(abs(delays.reduce(0, +) / Double(delays.count) - 40) < 0.2)
        #expect(delays.contains { $0 < 35.5 } && delays.contains { $0 > 44.5 })
    }

    @Test func `normal jitter has its deviation, and no packet arrives before it was sent`() {
        let delays = delays(.init(delay: .milliseconds(40), jitter: .normal(.milliseconds(5))))
        let mean = delays.reduce(0, +) / Double(delays.count)
        let variance = delays.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(delays.count)
        #expect(abs(mean - 40) < 0.3)
        #expect(abs(variance.squareRoot() - 5) < 0.3)
        let early = self.delays(.init(delay: .milliseconds(1), jitter: .normal(.milliseconds(50))))
        #expect(early.allSatisfy { $0 >= 0 })
    }

    @Test func `jitter reorders, unless the order is to be kept`() {
        var impairment = DatagramImpairment(delay: .milliseconds(50), jitter: .uniform(.milliseconds(50)))
        #expect(isReordered(arrivals(impairment)))
        impairment.keepsOrder = true
        #expect(!isReordered(arrivals(impairment)))
    }

    @Test func `a packet held back is overtaken by those within its time, also where order is kept`() {
        let impairment = DatagramImpairment(
            keepsOrder: true, reordering: 1, holdback: .milliseconds(30))
        var path = ImpairedPath(impairment, seed: 1)
        let held = path.send(byteCount: 10, at: ms(0))
        path.impairment.reordering = 0
        let next = path.send(byteCount: 10, at: ms(20))
        #expect(held == .delivered(at: ms(30)))
        #expect(next == .delivered(at: ms(20)))
        #expect(path.heldBackCount == 1)
    }

    @Test func `a duplicated packet arrives twice`() {
        var path = ImpairedPath(.init(delay: .milliseconds(5), duplication: 1), seed: 1)
        let fate = path.send(byteCount: 10, at: ms(0))
        #expect(fate == .deliveredTwice(at: ms(5), and: ms(5)))
    }

    @Test func `a rate spaces packets out, and its full queue loses them`() {
        // 80 kbit/s: 100 bytes take 10 ms. 300 bytes may wait or be on the line.
        let rate = LinkRate(bitsPerSecond: 80_000, queueByteCount: 300)
        var path = ImpairedPath(.init(rate: rate), seed: 1)
        let fates = (0..<4).map { _ in path.send(byteCount: 100, at: ms(0)) }
        let later = path.send(byteCount: 100, at: ms(10))
        #expect(fates == [10, 20, 30].map { .delivered(at: ms($0)) } + [.lost(.queueFull)])
        #expect(later == .delivered(at: ms(40)))
        let idle = path.send(byteCount: 100, at: ms(100))
        #expect(idle == .delivered(at: ms(110)))
    }

    @Test func `nothing passes a blocked path, and everything does once it is open`() {
        var path = ImpairedPath(.init(isBlocked: true), seed: 1)
        let blocked = path.send(byteCount: 10, at: ms(0))
        path.impairment.isBlocked = false
        let open = path.send(byteCount: 10, at: ms(1))
        #expect(blocked == .lost(.blocked))
        #expect(open == .delivered(at: ms(1)))
    }

    @Test func `two directions and two clients of one seed do not decide alike`() {
        let seeds = (0..<50).flatMap { client in
            Direction.allCases.map { Dice.seed(1, client: client, direction: $0) }
        }
        #expect(Set(seeds).count == 100)
        let patterns = seeds.map { fates(.init(loss: 0.5), seed: $0, count: 64).map(isLost) }
        #expect(Set(patterns).count == 100)
    }

    private func ms(_ count: Int) -> ProxyInstant { ProxyInstant(sinceOrigin: .milliseconds(count)) }

    private func fates(
        _ impairment: DatagramImpairment, seed: UInt64, count: Int = 500
    ) -> [ImpairedPath.Fate] {
        var path = ImpairedPath(impairment, seed: seed)
        return (0..<count).map { path.send(byteCount: 100, at: ms(20 * $0)) }
    }

    private func isLost(_ fate: ImpairedPath.Fate) -> Bool {
        if case .lost = fate { return true }
        return false
    }

    private func arrivals(_ impairment: DatagramImpairment) -> [ProxyInstant] {
        fates(impairment, seed: 2, count: 5_000).compactMap { fate in
            switch fate {
            case .lost: nil
            case .delivered(let instant): instant
            case .deliveredTwice(let first, _): first
            }
        }
    }

    private func delays(_ impairment: DatagramImpairment) -> [Double] {
        arrivals(impairment).enumerated().map { ($1 - ms(20 * $0)).seconds * 1_000 }
    }

    private func isReordered(_ arrivals: [ProxyInstant]) -> Bool {
        zip(arrivals, arrivals.dropFirst()).contains { $0 > $1 }
    }
}
