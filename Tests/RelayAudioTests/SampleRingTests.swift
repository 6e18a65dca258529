import LoqaBase
import LoqaTestKit
import RelayAudio
import Testing

struct SampleRingTests {
    @Test func `samples come out in order across the wrap, and a full ring refuses all or nothing`() {
        let ring = SampleRing(capacity: 5)
        #expect(ring.capacity == 8)
        var next: Int16 = 0
        var expected: Int16 = 0
        for _ in 0..<20 {
            let block = (0..<5).map { next + Int16($0) }
            #expect(push(ring, block))
            next += 5
            #expect(!push(ring, block))
            #expect(ring.availableToRead() == 5)
            #expect(ring.availableToWrite() == 3)
            for sample in pop(ring, 7) {
                #expect(sample == expected)
                expected += 1
            }
        }
        #expect(expected == 100)
        #expect(ring.refusedCount() == 100)
        #expect(ring.pushedCount() == 100)
        #expect(ring.takenCount() == 100)
    }

    @Test func `discarding drops the oldest and never more than there is`() {
        let ring = SampleRing(capacity: 8)
        #expect(push(ring, [1, 2, 3, 4]))
        ring.discard(-1)
        ring.discard(2)
        #expect(pop(ring, 1) == [3])
        ring.discard(100)
        #expect(ring.availableToRead() == 0)
        #expect(ring.takenCount() == 4)
        #expect(!push(ring, [Int16](repeating: 0, count: 9)))
    }

    /// The reference is a queue; every operation is compared.
    @Test(arguments: UInt64(0)..<50)
    func `the ring behaves as a bounded queue`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ring = SampleRing(capacity: Int.random(in: 1...64, using: &random))
        var queue: [Int16] = []
        for _ in 0..<500 {
            let count = Int.random(in: 0...40, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let block = (0..<count).map { _ in Int16.random(in: .min ... .max, using: &random) }
                let fits = queue.count + count <= ring.capacity
                #expect(push(ring, block) == fits)
                if fits { queue += block }
            case 1:
                #expect(pop(ring, count) == Array(queue.prefix(count)))
                queue.removeFirst(min(count, queue.count))
            default:
                ring.discard(count)
                queue.removeFirst(min(count, queue.count))
            }
            #expect(ring.availableToRead() == queue.count)
        }
    }

    @Test func `two threads pass a million samples without loss, repetition or disorder`() async {
        let ring = SampleRing(capacity: 256)
        let total = 1_000_000
        async let producer: Void = Task.detached {
            var sent = 0
            while sent < total {
                let count = min(1 + sent % 97, total - sent)
                let block = (0..<count).map { Int16(truncatingIfNeeded: sent + $0) }
                while !ring.push(block.span) { await Task.yield() }
                sent += count
            }
        }.value
        let consumer = Task.detached {
            var (received, faults) = (0, 0)
            var block = [Int16](repeating: 0, count: 61)
            while received < total {
                var span = block.mutableSpan
                let count = ring.pop(into: &span)
                for index in 0..<count where block[index] != Int16(truncatingIfNeeded: received + index) {
                    faults += 1
                }
                received += count
                if count == 0 { await Task.yield() }
            }
            return faults
        }
        await producer
        #expect(await consumer.value == 0)
        #expect(ring.takenCount() == total)
    }

    @Test func `captured blocks keep their place and time, and a full ring shows as a gap`() {
        let ring = CaptureRing(blockCapacity: 3)
        for index in 0..<5 {
            let block = [Int16](repeating: Int16(index), count: 320)
            let isTaken = ring.push(
                block.span, position: Int64(index) * 320, nanoseconds: Int64(index) * 20_000_000)
            #expect(isTaken == (index < 3))
        }
        #expect(ring.refusedCount() == 2)
        #expect(ring.availableToRead() == 3)
        var block = [Int16](repeating: -1, count: 320)
        for index in 0..<3 {
            var span = block.mutableSpan
            let expected = CaptureBlock(
                position: SampleCount(Int64(index) * 320),
                capturedAt: RelayInstant(sinceOrigin: .milliseconds(index * 20)))
            let popped = ring.pop(into: &span)
            #expect(popped == expected)
            #expect(block.allSatisfy { $0 == Int16(index) })
        }
        var span = block.mutableSpan
        let more = ring.pop(into: &span)
        #expect(more == nil)
    }

    private func push(_ ring: SampleRing, _ block: [Int16]) -> Bool { ring.push(block.span) }

    private func pop(_ ring: SampleRing, _ count: Int) -> [Int16] {
        var block = [Int16](repeating: 0, count: count)
        var span = block.mutableSpan
        let popped = ring.pop(into: &span)
        return Array(block.prefix(popped))
    }
}
