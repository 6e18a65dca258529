import LoqaBase
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

struct ReorderBufferTests {
    private typealias Buffer = ReorderBuffer<HubClock>

    @Test func `packets in order pass at once`() {
        var buffer = Buffer()
        for sequence in 0..<200 as Range<UInt32> { buffer.receive(sequence) }
        for sequence in 0..<200 { #expect(buffer.next(at: ms(0)) == .decode([UInt8(sequence)])) }
        #expect(buffer.next(at: ms(0)) == .wait(until: nil))
        buffer.end(packetCount: 200)
        #expect(buffer.next(at: ms(0)) == .finished)
    }

    @Test func `a gap waits its time for a straggler`() {
        var buffer = Buffer()
        buffer.receive(1)
        #expect(buffer.next(at: ms(10)) == .wait(until: ms(70)))
        buffer.receive(0)
        #expect(buffer.next(at: ms(69)) == .decode([0]))
        #expect(buffer.next(at: ms(69)) == .decode([1]))
        #expect(buffer.lostCount == 0)
    }

    @Test func `M8: a gap is given up when its time has passed, all of it, and its last packet recovered`() {
        var buffer = Buffer()
        buffer.receive(3)
        #expect(buffer.next(at: ms(10)) == .wait(until: ms(70)))
        #expect(
            (0..<4).map { _ in buffer.next(at: ms(70)) } == [
                .conceal, .conceal, .recover(fromNext: [3]), .decode([3]),
            ])
        #expect(buffer.lostCount == 3)
        #expect(buffer.recoverableCount == 1)
    }

    @Test func `a pre-roll that comes as a burst, shuffled, loses nothing`() {
        for seed in 0..<100 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var buffer = Buffer()
            var decoded: [Buffer.Step] = []
            for sequence in (0..<75 as Range<UInt32>).shuffled(using: &generator) {
                buffer.receive(sequence)
                while true {
                    let step = buffer.next(at: ms(59))
                    if case .wait = step { break }
                    decoded.append(step)
                }
            }
            #expect(decoded == (0..<75).map { .decode([UInt8($0)]) })
        }
    }

    @Test func `what is missing of a burst is waited for once, not packet by packet`() {
        var buffer = Buffer()
        for sequence in 0..<30 as Range<UInt32> where sequence % 10 != 4 { buffer.receive(sequence) }
        for sequence in 0..<4 as Range<UInt8> { #expect(buffer.next(at: ms(0)) == .decode([sequence])) }
        #expect(buffer.next(at: ms(0)) == .wait(until: ms(60)))
        // This one came later, and is waited for by itself.
        buffer.receive(31)
        for sequence in 4..<30 as Range<UInt8> {
            if sequence % 10 == 4 {
                #expect(buffer.next(at: ms(60)) == .recover(fromNext: [sequence + 1]))
            } else {
                #expect(buffer.next(at: ms(60)) == .decode([sequence]))
            }
        }
        #expect(buffer.next(at: ms(60)) == .wait(until: ms(120)))
    }

    @Test func `the wait ends before the numbers held ahead are used up`() {
        var buffer = Buffer()
        for sequence in 1...UInt32(Buffer.Tuning.laterPacketCountMax) { buffer.receive(sequence) }
        #expect(buffer.next(at: ms(0)) == .recover(fromNext: [1]))
        #expect(buffer.next(at: ms(0)) == .decode([1]))
    }

    @Test func `packets missing at the end are concealed after their time`() {
        var buffer = Buffer()
        buffer.end(packetCount: 2)
        #expect(buffer.next(at: ms(0)) == .wait(until: ms(60)))
        #expect(buffer.next(at: ms(60)) == .conceal)
        #expect(buffer.next(at: ms(60)) == .conceal)
        #expect(buffer.next(at: ms(60)) == .finished)
        buffer.receive(0)
        #expect(buffer.refusedCount == 1)
    }

    @Test func `an end that claims an hour of lost packets costs a second`() {
        var buffer = Buffer()
        buffer.end(packetCount: .max)
        _ = buffer.next(at: ms(0))
        var count = 0
        while buffer.next(at: ms(1_000)) == .conceal { count += 1 }
        #expect(count == Buffer.Tuning.tailCountMax)
        #expect(buffer.next(at: ms(1_000)) == .finished)
    }

    @Test func `silence that was left out is filled in without waiting`() {
        var buffer = Buffer()
        buffer.receive(0)
        buffer.receive(1, block: 4)
        let steps = (0..<6).map { _ in buffer.next(at: ms(0)) }
        #expect(steps == [.decode([0]), .silence, .silence, .silence, .decode([1]), .wait(until: nil)])
    }

    @Test func `a loss at the edge of silence keeps its time`() {
        var buffer = Buffer()
        buffer.receive(0)
        buffer.receive(2, block: 4)
        _ = buffer.next(at: ms(0))
        #expect(buffer.next(at: ms(0)) == .wait(until: ms(60)))
        let steps = (0..<4).map { _ in buffer.next(at: ms(60)) }
        #expect(steps == [.silence, .silence, .recover(fromNext: [2]), .decode([2])])
    }

    @Test func `patience follows the lateness of packets, within its bounds and the law`() {
        var buffer = Buffer()
        #expect(buffer.patience == Buffer.Tuning.patienceMin)
        for round in 0..<60 as Range<UInt32> {
            buffer.receive(round * 2, late: 0)
            buffer.receive(round * 2 + 1, late: 90)
            while case .decode = buffer.next(at: ms(0)) {}
        }
        #expect(buffer.patience > .milliseconds(100))
        let reception = buffer.reception
        buffer = Buffer(reception: reception)
        #expect(buffer.patience > .milliseconds(100))
        for sequence in 0..<256 as Range<UInt32> {
            buffer.receive(sequence, late: sequence % 2 == 0 ? 0 : 240)
            _ = buffer.next(at: ms(0))
        }
        #expect(buffer.patience == Buffer.Tuning.patienceMax)
        #expect(Buffer.Tuning.patienceMax <= WireLimits.reorderingDeadline)
    }

    private func ms(_ count: Int) -> HubInstant { HubInstant(sinceOrigin: .milliseconds(count)) }
}

extension ReorderBuffer {
    /// A packet whose payload is its number, at the place of a 20 ms block.
    fileprivate mutating func receive(_ sequence: UInt32, block: UInt32? = nil, late: Int = 0) {
        let place = block ?? sequence
        receive(
            [UInt8(truncatingIfNeeded: sequence)], sequence: sequence, timestamp: place * 320,
            at: Instant(sinceOrigin: .milliseconds(20 * Int(place) + late)))
    }
}
