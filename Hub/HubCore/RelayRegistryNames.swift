/// The names of relays and rooms, as the wire carries them (PROTOCOL.md, C6) and people read them.
package enum RelayName {
    /// Bytes of UTF-8 in a name; at least 1.
    package static let byteCountMax = 64

    /// Whether this may stand as a name: 1...64 bytes, no control character, no space at its ends.
    package static func isValid(_ name: String) -> Bool {
        guard (1...byteCountMax).contains(name.utf8.count) else { return false }
        let scalars = name.unicodeScalars
        guard scalars.first?.properties.isWhitespace == false, scalars.last?.properties.isWhitespace == false
        else { return false }
        return scalars.allSatisfy(isPlain)
    }

    /// The name with a number behind it, shortened where it would be too long: "kitchen-2".
    static func numbered(_ name: String, _ number: Int) -> String {
        let ending = "-\(number)"
        return cut(name, toByteCount: byteCountMax - ending.utf8.count) + ending
    }

    /// The longest beginning of whole characters that fits.
    static func cut(_ text: String, toByteCount limit: Int) -> String {
        var (kept, byteCount) = ("", 0)
        for character in text {
            byteCount += character.utf8.count
            guard byteCount <= limit else { break }
            kept.append(character)
        }
        return kept
    }

    /// Nothing that moves a cursor, breaks a line or turns the direction of the text around it.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isBidiControl
        }
    }
}
