import LoqaAudio
import LoqaBase
import LoqaTestKit
import Testing

struct OpusTests {
    @Test func `a tone survives encoding and decoding at its level`() throws {
        let encoder = try OpusPacketEncoder()
        let decoder = try OpusPacketDecoder()
        var heard: [Int16] = []
        var byteCount = 0
        for block in 0..<50 {
            let packet = try #require(try encoder.encode(tone(block: block)))
            byteCount += packet.count
            heard += try decoder.decode(packet)
        }
        let sent = DecibelsFullScale(of: tone(block: 0)).value
        let level = DecibelsFullScale(of: Array(heard.dropFirst(1_600))).value
        #expect(abs(level - sent) < 2, "\(level) of \(sent)")
        #expect(byteCount * 8 < 48_000, "1 s takes \(byteCount) bytes")
    }

    @Test func `a lost packet is concealed by sound like the one before, and a long loss fades`() throws {
        let encoder = try OpusPacketEncoder()
        let decoder = try OpusPacketDecoder()
        for block in 0..<20 { _ = try decoder.decode(#require(try encoder.encode(tone(block: block)))) }
        let sent = DecibelsFullScale(of: tone(block: 0))
        #expect(DecibelsFullScale(of: try decoder.conceal()).value > sent.value - 6)
        var last = [Int16]()
        for _ in 0..<50 { last = try decoder.conceal() }
        #expect(DecibelsFullScale(of: last).value < -60)
    }

    @Test func `after a reset nothing of the old stream is left`() throws {
        let decoder = try OpusPacketDecoder()
        let encoder = try OpusPacketEncoder()
        for block in 0..<20 { _ = try decoder.decode(#require(try encoder.encode(tone(block: block)))) }
        decoder.reset()
        encoder.reset()
        #expect(try decoder.conceal().allSatisfy { $0 == 0 })
        #expect(try encoder.encode(tone(block: 0)) == OpusPacketEncoder().encode(tone(block: 0)))
    }

    @Test(arguments: [0, 1, 319, 321, 640])
    func `a block of another length is refused on every way`(count: Int) throws {
        let block = [Int16](repeating: 0, count: count)
        #expect(throws: OpusError.wrongBlockLength(count)) { try OpusPacketEncoder().encode(block) }
        var room = block
        #expect(throws: OpusError.wrongBlockLength(count)) {
            var span = room.mutableSpan
            try OpusPacketDecoder().conceal(into: &span)
        }
    }

    @Test func `packets of other lengths and durations are refused by name`() throws {
        let decoder = try OpusPacketDecoder()
        #expect(throws: OpusError.wrongPacketLength(0)) { try decoder.decode([]) }
        #expect(throws: OpusError.wrongPacketLength(1_277)) {
            try decoder.decode([UInt8](repeating: 8, count: 1_277))
        }
        // RFC 6716, 3.1: configuration 10 is 40 ms of SILK wideband, 8 is 10 ms; code 3 with count 0 is
        // malformed.
        #expect(throws: OpusError.wrongDuration(samples: 640)) { try decoder.decode([10 << 3, 0, 0]) }
        #expect(throws: OpusError.wrongDuration(samples: 160)) { try decoder.decode([8 << 3, 0, 0]) }
        #expect(throws: OpusError.malformedPacket) { try decoder.decode([9 << 3 | 3]) }
    }

    @Test func `settings out of range are refused`() {
        #expect(throws: OpusError.self) { try OpusPacketEncoder(complexity: 11) }
        #expect(throws: OpusError.self) { try OpusPacketEncoder(bitsPerSecond: 0) }
    }

    @Test func `a small room still holds a packet`() throws {
        var packet = [UInt8](repeating: 0, count: 12)
        var room = packet.mutableSpan
        let block = tone(block: 0)
        let length = try OpusPacketEncoder().encode(block.span, into: &room)
        #expect((1...12).contains(length))
    }

    @Test(arguments: UInt64(0)..<20)
    func `any bytes give a whole block or an error, and the decoder lives on`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let decoder = try OpusPacketDecoder()
        let encoder = try OpusPacketEncoder()
        for block in 0..<200 {
            var packet = try #require(try encoder.encode(tone(block: block)))
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                packet = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                    .random(in: 0...255, using: &random)
                }
            case 1: packet.removeLast(Int.random(in: 0...packet.count, using: &random))
            default:
                packet[Int.random(in: 0..<packet.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            do throws(OpusError) {
                #expect(try decoder.decode(packet).count == 320)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(try decoder.decode(#require(try encoder.encode(tone(block: 0)))).count == 320)
    }

    /// A 500 Hz triangle at a quarter of full scale: 32 samples a period, so every block is alike.
    private func tone(block: Int) -> [Int16] {
        (0..<320).map { index in
            let phase = index % 32
            return Int16((phase < 16 ? phase - 8 : 24 - phase) * 1_000)
        }
    }
}
