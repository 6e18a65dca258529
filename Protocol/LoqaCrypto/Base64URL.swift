/// Base64 with the alphabet for addresses and without padding (RFC 4648, 5). Strict: one text for each run of bytes.
package enum Base64URL {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The digits of `bytes`, four for three.
    package static func encode(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity((bytes.count * 4 + 2) / 3)
        var (bits, bitCount) = (UInt32(0), UInt32(0))
        for byte in bytes {
            (bits, bitCount) = (bits << 8 | UInt32(byte), bitCount + 8)
            while bitCount >= 6 {
                bitCount -= 6
                digits.append(alphabet[Int(bits >> bitCount & 63)])
            }
        }
        if bitCount > 0 { digits.append(alphabet[Int(bits << (6 - bitCount) & 63)]) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Nil for a character outside the alphabet, a length that no bytes have, or left-over bits that are not zero.
    package static func decode(_ digits: some Collection<UInt8>) -> [UInt8]? {
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var (bits, bitCount) = (UInt32(0), UInt32(0))
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            (bits, bitCount) = (bits << 6 | value, bitCount + 6)
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        return bits & (1 << bitCount - 1) == 0 ? bytes : nil
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
