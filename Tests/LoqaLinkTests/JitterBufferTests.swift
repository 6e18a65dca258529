import LoqaLink
import LoqaTestKit
import Testing

struct JitterBufferTests {
    private typealias Step = JitterBuffer.Step

    @Test func `playback starts when six packets wait and goes on in order`() {
        var buffer = JitterBuffer()
        for sequence in [4, 1, 0, 3, 5] as [UInt32] { buffer.receive([UInt8(sequence)], sequence: sequence) }
        #expect(buffer.pull() == .rest)
        buffer.receive([2], sequence: 2)
        #expect((0..<3).map { _ in buffer.pull() } == [.play([0]), .play([1]), .play([2])])
    }

    @Test func `a stream shorter than the buffer starts at its end, and an empty one is finished`() {
        var short = JitterBuffer()
        short.receive([7], sequence: 0)
        #expect(short.pull() == .rest)
        short.end(packetCount: 1)
        #expect([short.pull(), short.pull(), short.pull()] == [.play([7]), .finished, .finished])
        var empty = JitterBuffer()
        empty.end(packetCount: 0)
        #expect(empty.pull() == .finished)
    }

    @Test func `a packet missing among others is concealed at its turn`() {
        var buffer = JitterBuffer()
        for sequence in [0, 2, 3] as [UInt32] { buffer.receive([UInt8(sequence)], sequence: sequence) }
        buffer.end(packetCount: 5)
        let steps = (0..<6).map { _ in buffer.pull() }
        #expect(steps == [.play([0]), .conceal, .play([2]), .play([3]), .conceal, .finished])
        #expect(buffer.counters.concealedCount == 2)
    }

    @Test func `a stream whose tail is lost is finished after three concealed steps`() {
        var buffer = JitterBuffer()
        buffer.receive([0], sequence: 0)
        buffer.end(packetCount: 500)
        #expect((0..<5).map { _ in buffer.pull() } == [.play([0]), .conceal, .conceal, .conceal, .finished])
    }

    @Test func `a slow sender costs three concealed steps, then rest until the buffer fills`() {
        var buffer = JitterBuffer()
        for sequence in 0..<6 as Range<UInt32> { buffer.receive([9], sequence: sequence) }
        for _ in 0..<6 { #expect(buffer.pull() == .play([9])) }
        #expect((0..<5).map { _ in buffer.pull() } == [.conceal, .conceal, .conceal, .rest, .rest])
        for sequence in 6..<12 as Range<UInt32> { buffer.receive([8], sequence: sequence) }
        #expect(buffer.pull() == .play([8]))
    }

    @Test func `late, doubled and far packets are refused and counted, each once`() {
        var buffer = JitterBuffer()
        for sequence in 0..<6 as Range<UInt32> { buffer.receive([1], sequence: sequence) }
        _ = buffer.pull()
        buffer.receive([1], sequence: 0)
        buffer.receive([1], sequence: 2)
        buffer.receive([1], sequence: 1 + UInt32(JitterBuffer.Tuning.capacity))
        buffer.end(packetCount: 7)
        buffer.receive([1], sequence: 7)
        buffer.receive([1], sequence: .max)
        let counters = buffer.counters
        #expect(counters.lateCount == 1)
        #expect(counters.duplicateCount == 1)
        #expect(counters.beyondCount == 3)
    }

    @Test(arguments: UInt64(0)..<300)
    func `whatever arrives in whatever order, a finished stream played or concealed every packet once`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        let count = UInt32.random(in: 1...120, using: &random)
        var arriving = (0..<count).filter { _ in Int.random(in: 0..<10, using: &random) > 0 }
        for index in arriving.indices.dropLast() where Bool.random(using: &random) {
            arriving.swapAt(index, index + 1)
        }
        var buffer = JitterBuffer()
        var steps: [Step] = []
        while steps.last != .finished, steps.count < 1_000 {
            for _ in 0..<Int.random(in: 0...2, using: &random) where !arriving.isEmpty {
                let sequence = arriving.removeFirst()
                buffer.receive([UInt8(truncatingIfNeeded: sequence)], sequence: sequence)
            }
            if arriving.isEmpty { buffer.end(packetCount: count) }
            steps.append(buffer.pull())
        }
        #expect(steps.last == .finished)
        let (counters, shown) = (buffer.counters, steps.filter { $0 != .rest && $0 != .finished })
        #expect(counters.playedCount + counters.concealedCount == UInt32(shown.count))
        let played = steps.compactMap { step -> UInt8? in
            if case .play(let payload) = step { return payload[0] }
            return nil
        }
        #expect(played == played.sorted())
        #expect(counters.playedCount + counters.lateCount <= count)
    }
}
