import RelayRing
import Testing

@Suite struct PixelCodeTests {
    @Test func `an APA102 gets start, current, blue, green, red, and clocks to the end of the chain`() {
        let lights = [RingLight(1, 0, 0), RingLight(0, 1, 0.5), .zero]
        #expect(
            PixelCode.apa102.bytes(lights) == [
                0, 0, 0, 0,
                0xff, 0x00, 0x00, 0xff,
                0xff, 0x80, 0xff, 0x00,
                0xe1, 0x00, 0x00, 0x00,
                0, 0, 0, 0, 0,
            ])
        // Half a clock of delay in each lamp: 64 lamps need 32 more clocks.
        #expect(PixelCode.apa102.bytes(Array(repeating: .one, count: 64)).count == 4 + 256 + 4 + 4)
    }

    @Test func `an APA102 shows dim light with little current and many steps`() {
        let bytes = PixelCode.apa102.bytes([RingLight(0.01, 0.005, 0)])
        #expect(bytes[4..<8] == [0xe1, 0x00, 40, 79])
    }

    @Test
    func `a WS2812B gets green, red, blue in three bits for one, and is low for 280 us after it`() {
        let bytes = PixelCode.ws2812.bytes([RingLight(1, 0, Float(0b1010_0101) / 255)])
        // The data sheet's 0: high 0.22 to 0.38 or, older, 0.2 to 0.5 us; 1: 0.58 to 1 us; period above 0.89 us.
        #expect(bytes[0..<3] == [0b1001_0010, 0b0100_1001, 0b0010_0100])
        #expect(bytes[3..<6] == [0b1101_1011, 0b0110_1101, 0b1011_0110])
        #expect(bytes[6..<9] == [0b1101_0011, 0b0100_1001, 0b1010_0110])
        let low = bytes[9...]
        #expect(low.allSatisfy { $0 == 0 })
        #expect(Double(low.count * 8) / Double(PixelCode.ws2812.bitsPerSecond) >= 280e-6)
    }

    @Test func `an SK6812 makes white with its white lamp`() {
        let bytes = PixelCode.sk6812.bytes([RingLight(1, 1, 1)])
        #expect(bytes[0..<9] == PixelCode.ws2812.bytes([.zero])[0..<9])
        #expect(bytes[9..<12] == [0b1101_1011, 0b0110_1101, 0b1011_0110])
    }

    @Test(arguments: PixelCode.allCases) func `light beyond full power is cut`(code: PixelCode) {
        #expect(code.bytes([RingLight(7, -3, 0)]) == code.bytes([RingLight(1, 0, 0)]))
    }
}
