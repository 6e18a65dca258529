/// Light of one lamp: red, green and blue as shares of full power, linear, 0...1.
package typealias RingLight = SIMD3<Float>

/// A colour as screens and people name it (sRGB, IEC 61966-2-1).
package struct RingColour: Sendable, Hashable {
    /// 0...255, as the two after it.
    package var red: UInt8
    /// See ``red``.
    package var green: UInt8
    /// See ``red``.
    package var blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// Reads "#rrggbb"; nil for anything else.
    package init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 7, digits[0] == UInt8(ascii: "#"),
            let number = UInt32(text.dropFirst(), radix: 16), digits[1] != UInt8(ascii: "+")
        else { return nil }
        self.init(
            UInt8(truncatingIfNeeded: number >> 16), UInt8(truncatingIfNeeded: number >> 8),
            UInt8(truncatingIfNeeded: number))
    }

    /// "#rrggbb".
    package var text: String {
        let digits = String(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue), radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// What the lamp must send out to look like this.
    package var light: RingLight {
        RingLight(Self.linear[Int(red)], Self.linear[Int(green)], Self.linear[Int(blue)])
    }

    /// How light looks on a screen.
    package init(_ light: RingLight) {
        func nearest(_ value: Float) -> UInt8 {
            var (low, high) = (0, 255)
            while low < high {
                let middle = (low + high) / 2
                if Self.linear[middle] < value { low = middle + 1 } else { high = middle }
            }
            let isNearerBelow = low > 0 && value - Self.linear[low - 1] < Self.linear[low] - value
            return UInt8(isNearerBelow ? low - 1 : low)
        }
        self.init(nearest(light.x), nearest(light.y), nearest(light.z))
    }

    /// The standard's curve for all 256 values.
    private static let linear: [Float] = (0...255).map { step in
        let value = Double(step) / 255
        guard value > 0.040_45 else { return Float(value / 12.92) }
        let base = (value + 0.055) / 1.055
        // base^2.4 = base^2 * base^0.4, and y = base^0.4 solves y^5 = base^2: Newton's method from above.
        var root = 1.0
        for _ in 0..<40 {
            root -= (root * root * root * root * root - base * base) / (5 * root * root * root * root)
        }
        return Float(base * base * root)
    }
}
