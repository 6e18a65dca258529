import HouseSim
import LoqaBase
import LoqaTestKit
import Testing

struct SimDatagramPathTests {
    @Test(arguments: [(10, 0, 0), (200, 0, 50), (0, 300, 0), (50, 20, 500)])
    func `loss, reordering and duplication come as often as they should`(
        loss: Int, duplicate: Int, reorder: Int
    ) {
        var conditions = PathConditions()
        (conditions.lossPerMille, conditions.duplicatePerMille) = (loss, duplicate)
        conditions.reorderPerMille = reorder
        var path = SimDatagramPath(seed: 1, part: 2)
        var (overtakenCount, wrongCount, last) = (0, 0, HouseInstant.origin)
        let latest = conditions.delay + conditions.jitter + conditions.reorderDelay
        for number in 0..<20_000 {
            let sent = HouseInstant(sinceOrigin: .milliseconds(number * 20))
            let arrivals = path.send(at: sent, under: conditions)
            guard let first = arrivals.first else { continue }
            if first < sent + conditions.delay || first > sent + latest { wrongCount += 1 }
            if first < last { overtakenCount += 1 }
            last = max(last, first)
        }
        #expect(wrongCount == 0)
        let counters = path.counters
        #expect(near(counters.lostCount, perMille: loss, of: counters.sentCount))
        let passedCount = counters.sentCount - counters.lostCount
        #expect(near(counters.duplicatedCount, perMille: duplicate, of: passedCount))
        #expect((overtakenCount > 0) == (reorder > 0))
    }

    @Test func `losses in bursts come together`() {
        var conditions = PathConditions()
        conditions.burstPerMille = 10
        var path = SimDatagramPath(seed: 2, part: 2)
        let lost = (0..<50_000).map { number in
            path.send(at: HouseInstant(sinceOrigin: .milliseconds(number)), under: conditions).first == nil
        }
        let lostCount = lost.count { $0 }
        // A burst begins after 100 packets and lasts 10, of which 7 are lost.
        #expect((2_500...3_800).contains(lostCount))
        let afterLoss = zip(lost, lost.dropFirst()).count { $0 && $1 }
        #expect(Double(afterLoss) / Double(lostCount) > 0.5)
    }

    @Test func `nothing passes a partition, and no datagram a firewall`() {
        var (partition, firewall) = (PathConditions(), PathConditions())
        let end = HouseInstant(sinceOrigin: .seconds(1))
        (partition.partitionedUntil, firewall.datagramsBlockedUntil) = (end, end)
        var path = SimDatagramPath(seed: 3, part: 2)
        for conditions in [partition, firewall] {
            #expect(path.send(at: end - .nanoseconds(1), under: conditions).first == nil)
            #expect(path.send(at: end, under: conditions).first != nil)
        }
        #expect(path.counters.blockedCount == 2)
    }

    private func near(_ count: Int, perMille: Int, of total: Int) -> Bool {
        abs(Double(count) / Double(total) * 1_000 - Double(perMille)) <= 2 + Double(perMille) * 0.05
    }
}

struct SimByteStreamTests {
    @Test(arguments: UInt64(0)..<50)
    func `bytes arrive in order and whole, in pieces, whatever the network does`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var stream = SimByteStream(seed: seed, part: 9, windowByteCount: 20_000)
        var (sent, received, pending) = ([UInt8](), [UInt8](), [SimByteStream.Delivery]())
        var now = HouseInstant.origin
        for _ in 0..<100 {
            now = now + random.duration(upTo: .milliseconds(200))
            var conditions = PathConditions()
            conditions.lossPerMille = Int.random(in: 0...500, using: &random)
            conditions.stalledUntil = now + random.duration(upTo: .milliseconds(100)) - .milliseconds(50)
            conditions.partitionedUntil = now + random.duration(upTo: .seconds(1)) - .milliseconds(900)
            let count = Int.random(in: 1...5_000, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let room = stream.room
            let (taken, deliveries) = stream.write(bytes, at: now, under: conditions)
            #expect(taken == min(count, room))
            sent += bytes[..<taken]
            for delivery in deliveries {
                #expect(delivery.time > now)
                #expect(delivery.time >= (pending.last?.time ?? .origin))
                pending.append(delivery)
            }
            while let next = pending.first, next.time <= now {
                received += stream.receive(pending.removeFirst()) ?? []
            }
        }
        for delivery in pending { received += stream.receive(delivery) ?? [] }
        #expect(received == sent)
        #expect(stream.room == 20_000)
    }

    @Test func `a reset loses what was on the way, and nothing passes any more`() throws {
        var stream = SimByteStream(seed: 1, part: 1)
        let deliveries = stream.write([1, 2, 3], at: .origin, under: PathConditions()).deliveries
        stream.reset()
        let lost = stream.receive(try #require(deliveries.first))
        #expect(lost == nil)
        let after = stream.write([4], at: .origin, under: PathConditions())
        #expect(after.taken == 0 && after.deliveries.isEmpty)
        #expect(stream.isReset)
    }

    @Test func `a half-open stream takes bytes until its window is full, and tells nobody`() {
        var stream = SimByteStream(seed: 1, part: 1, windowByteCount: 10)
        stream.becomeHalfOpen()
        let bytes: [UInt8] = Array(repeating: 7, count: 8)
        let first = stream.write(bytes, at: .origin, under: PathConditions())
        let second = stream.write(bytes, at: .origin, under: PathConditions())
        #expect((first.taken, second.taken) == (8, 2))
        #expect(first.deliveries.isEmpty && second.deliveries.isEmpty)
        #expect(!stream.isReset && stream.room == 0)
    }
}
