import LoqaBase
import LoqaLink
import LoqaTestKit
import Testing

struct JitterBufferTests {
    private typealias Step = JitterBuffer.Step

    @Test func `playback starts when four packets wait and goes on in order`() {
        var buffer = JitterBuffer()
        for sequence in [3, 1, 0] as [UInt32] { buffer.receive(sequence) }
        #expect(buffer.pull() == .rest)
        buffer.receive(2)
        #expect((0..<3).map { _ in buffer.pull() } == [.play([0]), .play([1]), .play([2])])
    }

    @Test func `a stream shorter than the buffer starts at its end, and an empty one is finished`() {
        var short = JitterBuffer()
        short.receive(0)
        #expect(short.pull() == .rest)
        short.end(packetCount: 1)
        #expect([short.pull(), short.pull(), short.pull()] == [.play([0]), .finished, .finished])
        var empty = JitterBuffer()
        empty.end(packetCount: 0)
        #expect(empty.pull() == .finished)
    }

    @Test func `a packet missing among others is recovered from its successor at its turn`() {
        var buffer = JitterBuffer()
        for sequence in [0, 2, 5] as [UInt32] { buffer.receive(sequence) }
        buffer.end(packetCount: 7)
        let steps = (0..<8).map { _ in buffer.pull() }
        #expect(
            steps == [
                .play([0]), .recover(fromNext: [2]), .play([2]), .conceal, .recover(fromNext: [5]),
                .play([5]),
                .conceal, .finished,
            ])
        #expect(buffer.counters.concealedCount == 4)
        #expect(buffer.counters.recoverableCount == 2)
    }

    @Test func `a packet that comes during a gap is still played if its turn has not passed`() {
        var buffer = JitterBuffer()
        for sequence in [0, 3, 4, 5, 6] as [UInt32] { buffer.receive(sequence) }
        #expect((0..<2).map { _ in buffer.pull() } == [.play([0]), .conceal])
        buffer.receive(1)
        buffer.receive(2)
        #expect((0..<2).map { _ in buffer.pull() } == [.play([2]), .play([3])])
        #expect(buffer.counters.lateCount == 1)
    }

    @Test func `a stream whose tail is lost is finished after three concealed steps`() {
        var buffer = JitterBuffer()
        buffer.receive(0)
        buffer.end(packetCount: 500)
        #expect((0..<5).map { _ in buffer.pull() } == [.play([0]), .conceal, .conceal, .conceal, .finished])
    }

    @Test func `silence that was left out takes its time, known before or only afterwards`() {
        var buffer = JitterBuffer()
        for sequence in 0..<4 as Range<UInt32> { buffer.receive(sequence) }
        buffer.receive(4, block: 6)
        for _ in 0..<4 { _ = buffer.pull() }
        #expect((0..<4).map { _ in buffer.pull() } == [.silence, .silence, .play([4]), .conceal])
        #expect((0..<4).allSatisfy { _ in buffer.pull() == .conceal })
        buffer.receive(5, block: 7 + 6)
        #expect((0..<2).map { _ in buffer.pull() } == [.silence, .play([5])])
        let counters = buffer.counters
        #expect(counters.silenceCount == 8)
        #expect(counters.concealedCount == 0)
        #expect(counters.underrunCount == 0)
    }

    @Test func `a slow sender costs concealed steps, then rest until a longer buffer fills`() {
        var buffer = JitterBuffer()
        let before = buffer.prebufferCount
        for sequence in 0..<4 as Range<UInt32> { buffer.receive(sequence) }
        for sequence in 0..<4 as Range<UInt8> { #expect(buffer.pull() == .play([sequence])) }
        let steps = (0..<22).map { _ in buffer.pull() }
        #expect(steps == [Step](repeating: .conceal, count: 20) + [.rest, .rest])
        buffer.receive(4)
        #expect(buffer.pull() == .rest)
        for sequence in 5..<8 as Range<UInt32> { buffer.receive(sequence) }
        for sequence in 8..<12 as Range<UInt32> { buffer.receive(sequence) }
        #expect(buffer.pull() == .play([4]))
        #expect(buffer.counters.underrunCount == 1)
        #expect(buffer.prebufferCount >= before)
    }

    @Test func `three steps without a packet are made good without filling anew`() {
        var buffer = JitterBuffer()
        for sequence in 0..<4 as Range<UInt32> { buffer.receive(sequence) }
        for _ in 0..<4 { _ = buffer.pull() }
        for _ in 0..<3 { #expect(buffer.pull() == .conceal) }
        buffer.receive(4)
        #expect(buffer.pull() == .play([4]))
        #expect(buffer.counters.concealedCount == 3)
    }

    @Test func `late, doubled and far packets are refused and counted, each once`() {
        var buffer = JitterBuffer()
        for sequence in 0..<6 as Range<UInt32> { buffer.receive(sequence) }
        _ = buffer.pull()
        buffer.receive(0)
        buffer.receive(2)
        buffer.receive(1 + UInt32(JitterBuffer.Tuning.capacity))
        buffer.end(packetCount: 8)
        buffer.receive(8)
        buffer.receive([1], sequence: .max, timestamp: .max, at: .origin)
        let counters = buffer.counters
        #expect(counters.lateCount == 1)
        #expect(counters.duplicateCount == 1)
        #expect(counters.beyondCount == 3)
        #expect(buffer.reception.loss.counters.refusedCount == 3)
    }

    /// Of number 2: not whole blocks, no room for 0 and 1, more silence than three seconds.
    private static let impossible: [UInt32] = [319, 641, 0, 320, 48_960, .max]

    @Test(arguments: impossible)
    func `a timestamp that cannot belong to its number is refused`(timestamp: UInt32) {
        var buffer = JitterBuffer()
        buffer.receive([1], sequence: 2, timestamp: timestamp, at: .origin)
        #expect(buffer.counters.beyondCount == 1)
        buffer.receive([1], sequence: 2, timestamp: 48_640, at: .origin)
        #expect(buffer.counters.beyondCount == 1)
    }

    @Test func `packets that fit the stream but not each other do no harm`() {
        var buffer = JitterBuffer()
        buffer.receive(0, block: 30)
        buffer.receive(1, block: 3)
        buffer.receive(2, block: 2)
        buffer.end(packetCount: 3)
        var steps: [Step] = []
        while steps.last != .finished, steps.count < 100 { steps.append(buffer.pull()) }
        #expect(steps.last == .finished)
        #expect(steps.filter { $0 == .silence }.count == 30)
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
                buffer.receive(sequence)
            }
            if arriving.isEmpty { buffer.end(packetCount: count) }
            steps.append(buffer.pull())
        }
        #expect(steps.last == .finished)
        let counters = buffer.counters
        let shown = steps.filter { $0 != .rest && $0 != .finished && $0 != .silence }
        #expect(counters.playedCount + counters.concealedCount <= UInt32(shown.count))
        let played = steps.compactMap { step -> UInt8? in
            if case .play(let payload) = step { return payload[0] }
            return nil
        }
        #expect(played == played.sorted())
        #expect(Set(played).count == played.count)
        #expect(counters.playedCount + counters.lateCount <= count)
    }
}

extension JitterBuffer {
    /// A packet whose payload is its number, at the place of a 20 ms block.
    fileprivate mutating func receive(_ sequence: UInt32, block: UInt32? = nil) {
        receive(
            [UInt8(truncatingIfNeeded: sequence)], sequence: sequence,
            timestamp: (block ?? sequence) * 320,
            at: RelayInstant(sinceOrigin: .milliseconds(20 * Int(block ?? sequence))))
    }
}
