/// Which characters words of a network are made of.
enum SpokenLetter {
    /// A letter, an apostrophe or a hyphen.
    static func isOne(_ scalar: UInt32) -> Bool { scalar == 0x27 || scalar == 0x2D || isLetter(scalar) }

    static func isLetter(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 { return (0x61...0x7A).contains(scalar) }
        return Unicode.Scalar(scalar)?.properties.isAlphabetic ?? false
    }

    static func isDigit(_ scalar: UInt32) -> Bool { (0x30...0x39).contains(scalar) }

    /// Whether there is something to say, which no hyphen begins or ends.
    static func isWord(_ letters: [UInt32]) -> Bool {
        letters.first != 0x2D && letters.last != 0x2D && letters.contains { isLetter($0) || isDigit($0) }
    }

    static func text(_ letters: [UInt32]) -> String {
        var text = String.UnicodeScalarView()
        for value in letters { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
        return String(text)
    }
}
