/// The bytes that lamps on a wire are told their colours with. SPI sends each byte's highest bit first.
package enum PixelCode: String, Sendable, Hashable, CaseIterable {
    /// APA102 (Shiji Lighting) and SK9822 (OPSCO Optoelectronics), clocked: any rate up to 15 MHz.
    case apa102
    /// WS2812B (Worldsemi), one wire: SPI at 2.4 MHz, three bits for one.
    case ws2812
    /// SK6812 RGBW (OPSCO Optoelectronics): as ``ws2812``, with white as a fourth colour.
    case sk6812

    /// The rate at which the bytes are right, Hz.
    package var bitsPerSecond: UInt32 {
        switch self {
        case .apa102: 4_000_000
        case .ws2812, .sk6812: 2_400_000
        }
    }

    /// A whole update of the ring. Light beyond 0...1 is cut.
    package func bytes(_ lights: [RingLight]) -> [UInt8] {
        switch self {
        case .apa102: Self.clocked(lights)
        case .ws2812, .sk6812: oneWire(lights)
        }
    }

    /// Start frame of 32 zeros; 111, five bits of current, blue, green, red for each lamp; then zeros: 32 for the SK9822 to
    /// take the colours over, and a half for each lamp, by which the clock of each lags behind that of the one before.
    /// Zeros, not ones, so that a ring with more lamps than told stays dark behind them.
    private static func clocked(_ lights: [RingLight]) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, 0]
        for light in lights {
            let light = light.clamped(lowerBound: .zero, upperBound: .one)
            // The least current that reaches the light: what is dim then has more steps.
            let current = max((light.max() * 31).rounded(.up), 1)
            let scaled = light * (31 / current)
            bytes += [0xe0 | UInt8(current), byte(scaled.z), byte(scaled.y), byte(scaled.x)]
        }
        return bytes + [UInt8](repeating: 0, count: 4 + (lights.count + 15) / 16)
    }

    /// A one is 110 and a zero 100: high for 0.83 or 0.42 us of 1.25 us. Then low for 300 us, which ends the update.
    private func oneWire(_ lights: [RingLight]) -> [UInt8] {
        var bytes: [UInt8] = []
        for light in lights {
            var light = light.clamped(lowerBound: .zero, upperBound: .one)
            // White light comes from the white lamp.
            let white = self == .sk6812 ? light.min() : 0
            light -= white
            for value in [light.y, light.x, light.z] { bytes += Self.tripled(Self.byte(value)) }
            if self == .sk6812 { bytes += Self.tripled(Self.byte(white)) }
        }
        return bytes + [UInt8](repeating: 0, count: 90)
    }

    private static func tripled(_ value: UInt8) -> [UInt8] {
        var bits: UInt32 = 0
        for bit in (0..<8).reversed() {
            bits = bits << 3 | (value >> UInt8(bit) & 1 == 1 ? 0b110 : 0b100)
        }
        return [UInt8(bits >> 16), UInt8(bits >> 8 & 0xff), UInt8(bits & 0xff)]
    }

    private static func byte(_ value: Float) -> UInt8 { UInt8((value * 255).rounded()) }
}
