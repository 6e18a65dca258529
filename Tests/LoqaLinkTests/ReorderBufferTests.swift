import LoqaBase
import LoqaLink
import LoqaTestKit
import Testing

struct ReorderBufferTests {
    private typealias Buffer = ReorderBuffer<HubClock>

    @Test func `packets in order pass at once`() {
        var buffer = Buffer()
        for sequence in 0..<200 as Range<UInt32> { buffer.receive([UInt8(sequence)], sequence: sequence) }
        for sequence in 0..<200 { #expect(buffer.next(at: ms(0)) == .decode([UInt8(sequence)])) }
        #expect(buffer.next(at: ms(0)) == .wait(until: nil))
        buffer.end(packetCount: 200)
        #expect(buffer.next(at: ms(0)) == .finished)
    }

    @Test func `a gap waits its time for a straggler`() {
        var buffer = Buffer()
        buffer.receive([1], sequence: 1)
        #expect(buffer.next(at: ms(10)) == .wait(until: ms(70)))
        buffer.receive([0], sequence: 0)
        #expect(buffer.next(at: ms(69)) == .decode([0]))
        #expect(buffer.next(at: ms(69)) == .decode([1]))
        #expect(buffer.concealedCount == 0)
    }

    @Test func `M8: a gap is given up when its time has passed, all of it`() {
        var buffer = Buffer()
        buffer.receive([3], sequence: 3)
        #expect(buffer.next(at: ms(10)) == .wait(until: ms(70)))
        #expect((0..<4).map { _ in buffer.next(at: ms(70)) } == [.conceal, .conceal, .conceal, .decode([3])])
    }

    @Test func `four later packets prove a loss`() {
        var buffer = Buffer()
        for sequence in 1...4 as ClosedRange<UInt32> { buffer.receive([9], sequence: sequence) }
        #expect(buffer.next(at: ms(0)) == .conceal)
        #expect(buffer.next(at: ms(0)) == .decode([9]))
    }

    @Test func `packets missing at the end are concealed after their time`() {
        var buffer = Buffer()
        buffer.end(packetCount: 2)
        #expect(buffer.next(at: ms(0)) == .wait(until: ms(60)))
        #expect(buffer.next(at: ms(60)) == .conceal)
        #expect(buffer.next(at: ms(60)) == .conceal)
        #expect(buffer.next(at: ms(60)) == .finished)
        buffer.receive([1], sequence: 0)
        #expect(buffer.refusedCount == 1)
    }

    private func ms(_ count: Int) -> HubInstant { HubInstant(sinceOrigin: .milliseconds(count)) }
}
