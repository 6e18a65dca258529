/// Bytes as hexadecimal digits, two for each.
package enum Hex {
    /// In lower case.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Reads digits of either case.
    ///
    /// - Parameter count: of bytes that are expected; nil for any.
    /// - Returns: nil for other characters, half a byte, or another count.
    package static func bytes(_ text: String, count: Int? = nil) -> [UInt8]? {
        let digits = text.utf8.compactMap(value(ofDigit:))
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2),
            count.map({ digits.count == 2 * $0 }) ?? true
        else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
