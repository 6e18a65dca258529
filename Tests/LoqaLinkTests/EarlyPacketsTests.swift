import LoqaBase
import LoqaLink
import LoqaWire
import Testing

struct EarlyPacketsTests {
    @Test func `M7: packets that overtake their frame wait for it`() {
        var early = EarlyPackets<HubClock>()
        for sequence in 0..<3 as Range<UInt32> { early.keep(packet(1, sequence), at: ms(0)) }
        #expect(early.take(StreamID(2), at: ms(1)).isEmpty)
        #expect(early.take(StreamID(1), at: ms(500)).map(\.sequence) == [0, 1, 2])
        #expect(early.take(StreamID(1), at: ms(500)).isEmpty)
    }

    @Test func `M7: they wait at most half a second, and at most 320 of them`() {
        var early = EarlyPackets<HubClock>()
        for sequence in 0..<392 as Range<UInt32> { early.keep(packet(1, sequence), at: ms(0)) }
        #expect(early.droppedCount == 72)
        #expect(early.take(StreamID(1), at: ms(501)).isEmpty)
        #expect(early.droppedCount == 392)
    }

    @Test func `a newer stream takes the place of an older one, never the other way`() {
        var early = EarlyPackets<HubClock>()
        early.keep(packet(2, 0), at: ms(0))
        early.keep(packet(1, 0), at: ms(0))
        early.keep(packet(3, 0), at: ms(0))
        #expect(early.droppedCount == 2)
        #expect(early.take(StreamID(3), at: ms(0)).count == 1)
    }

    private func packet(_ stream: UInt32, _ sequence: UInt32) -> MediaPacket {
        MediaPacket(stream: StreamID(stream), sequence: sequence, timestamp: sequence * 320, payload: [1])
    }

    private func ms(_ count: Int) -> HubInstant { HubInstant(sinceOrigin: .milliseconds(count)) }
}
