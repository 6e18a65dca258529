@_spi(_Unicode) import Swift

/// How characters are compared: composed (NFC), one case, one apostrophe, one kind of space.
///
/// Works on scalars, as the templates' reference matcher works on code points: lengths count scalars. Case is mapped
/// one to one (so "ß" is not "ss"), with the pairs that compare equal beyond simple lower case: dotted and dotless i,
/// long s, final sigma and the Greek symbol letters.
package enum Spelling {
    /// `text` as it stands in a template: NFC, whitespace runs as one U+0020, typographic apostrophe as `'`, folded.
    package static func prepared(_ text: String) -> [UInt32] {
        var scalars = text.unicodeScalars.map(\.value)
        compose(&scalars)
        collapse(&scalars)
        for index in scalars.indices { scalars[index] = folded(scalars[index]) }
        return scalars
    }

    /// NFC in place; text below U+0300 already is.
    package static func compose(_ scalars: inout [UInt32]) {
        guard scalars.contains(where: needsComposition) else { return }
        var view = String.UnicodeScalarView()
        for value in scalars { if let scalar = Unicode.Scalar(value) { view.append(scalar) } }
        scalars.removeAll(keepingCapacity: true)
        for scalar in String(view)._nfc { scalars.append(scalar.value) }
    }

    /// Whether a text with this scalar may change under NFC. May say yes too often.
    private static func needsComposition(_ value: UInt32) -> Bool {
        switch value {
        case ..<0x300: false
        case 0x370..<0x374, 0x375..<0x37E, 0x37F..<0x387, 0x388..<0x483: false
        case 0x48A..<0x591, 0x5D0..<0x610, 0x620..<0x64B, 0x660..<0x670, 0x671..<0x6D6: false
        case 0xE00..<0xE38, 0xE3B..<0xE48, 0xE4E..<0xEB8: false
        case 0x10A0..<0x1100, 0x1E00..<0x1F71: false
        case 0x2010..<0x20D0, 0x3001..<0x302A, 0x3041..<0x3099, 0x309B..<0xA66F: false
        case 0xAC00..<0xD7A4, 0xFF01..<0xFFE0: false
        default: true
        }
    }

    /// Whitespace runs become one space and `’` becomes `'`; the ends are kept.
    package static func collapse(_ scalars: inout [UInt32]) {
        var end = 0
        var isSpace = false
        for value in scalars {
            let next = isWhitespace(value)
            if next, isSpace { continue }
            isSpace = next
            scalars[end] = next ? 0x20 : value == 0x2019 ? 0x27 : value
            end += 1
        }
        scalars.removeSubrange(end...)
    }

    package static func isWhitespace(_ value: UInt32) -> Bool {
        if value < 0x80 {
            return value == 0x20 || (0x09...0x0D).contains(value) || (0x1C...0x1F).contains(value)
        }
        return Unicode.Scalar(value)?.properties.isWhitespace ?? false
    }

    /// Letters, numbers and `_`. Combining marks are none, as in the templates' reference.
    package static func isWord(_ value: UInt32) -> Bool {
        if value < 0x80 { return isASCIIWord(value) }
        guard let scalar = Unicode.Scalar(value) else { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber,
            .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    private static func isASCIIWord(_ value: UInt32) -> Bool {
        let lower = value | 0x20
        return (0x61...0x7A).contains(lower) || (0x30...0x39).contains(value) || value == 0x5F
    }

    /// A letter of a script that puts spaces between words: two of them side by side are one word.
    package static func isSpacedLetter(_ value: UInt32) -> Bool {
        if value < 0x80 { return (0x61...0x7A).contains(value | 0x20) }
        guard value < 0x530 || (0x1E00..<0x2000).contains(value) else { return false }
        return isWord(value)
    }

    /// Ideographs, kana and hangul: spaces between two of them carry no meaning where a language says so.
    package static func isUnspaced(_ value: UInt32) -> Bool {
        (0x4E00...0x9FFF).contains(value) || (0x3400...0x4DBF).contains(value)
            || (0x3040...0x30FF).contains(value) || (0xAC00...0xD7AF).contains(value)
    }

    // MARK: Case

    /// The one scalar that stands for `value` and its other cases.
    package static func folded(_ value: UInt32) -> UInt32 {
        if value < 0x80 { return (0x41...0x5A).contains(value) ? value | 0x20 : value }
        if value < tableEnd { return table[Int(value)] }
        return hasCase(value) ? mapped(value) : value
    }

    private static let tableEnd: UInt32 = 0x590
    private static let table: [UInt32] = (0..<tableEnd).map(mapped)

    /// Blocks beyond the table where letters have case.
    private static func hasCase(_ value: UInt32) -> Bool {
        switch value {
        case 0x10A0..<0x1100, 0x13A0..<0x1400, 0x1C80..<0x1CC0, 0x1E00..<0x2000, 0x2100..<0x2190,
            0x24B6..<0x24EA, 0x2C00..<0x2E00, 0xA640..<0xA800, 0xAB30..<0xABC0, 0xFB00..<0xFB10,
            0xFF21..<0xFF5B, 0x1_0400..<0x1_F000:
            true
        default: false
        }
    }

    private static func mapped(_ value: UInt32) -> UInt32 {
        if let same = equals[value] { return same }
        guard let scalar = Unicode.Scalar(value) else { return value }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        guard lower.count == 1, let first = lower.first else { return value }
        return equals[first.value] ?? first.value
    }

    /// What compares equal beyond simple lower case (Unicode simple case folding's extra pairs).
    private static let equals: [UInt32: UInt32] = [
        0x130: 0x69, 0x131: 0x69, 0x17F: 0x73, 0x212A: 0x6B, 0x212B: 0xE5, 0xB5: 0x3BC, 0x3C2: 0x3C3,
        0x3D0: 0x3B2,
        0x3D1: 0x3B8, 0x3D5: 0x3C6, 0x3D6: 0x3C0, 0x3F0: 0x3BA, 0x3F1: 0x3C1, 0x3F5: 0x3B5, 0x1E9B: 0x1E61,
        0x1FBE: 0x3B9, 0x345: 0x3B9,
    ]
}
