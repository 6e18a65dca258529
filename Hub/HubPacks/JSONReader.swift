package import HubLanguage

/// Reads JSON (RFC 8259) into ``PackNode``s that know their line and column.
package struct JSONReader {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line: Int
    private var lineStart = 0

    /// Reads the one value of `bytes`.
    ///
    /// - Parameter line: the number of the first line.
    /// - Throws: ``LanguageError`` at the first byte that is wrong.
    package static func read(_ bytes: [UInt8], file: String, line: Int = 1) throws(LanguageError) -> PackNode
    {
        var reader = JSONReader(bytes: bytes, file: file, line: line)
        let node = try reader.value(depth: 0)
        reader.skipSpaces()
        guard reader.peek == nil else {
            throw reader.error("more text after the end of the value; remove it")
        }
        return node
    }

    private init(bytes: [UInt8], file: String, line: Int) {
        (self.bytes, self.file, self.line) = (bytes, file, line)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    private var place: SourcePlace { SourcePlace(file: file, line: line, column: position - lineStart + 1) }
    private func error(_ message: String) -> LanguageError {
        LanguageError(place, "not valid JSON: \(message)")
    }

    private mutating func skipSpaces() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
            if byte == 0x0A { (line, lineStart) = (line + 1, position) }
        }
    }

    private mutating func value(depth: Int) throws(LanguageError) -> PackNode {
        skipSpaces()
        let place = place
        guard depth < PackNode.depthMax else { throw error("more than \(PackNode.depthMax) levels deep") }
        switch peek {
        case UInt8(ascii: "{"): return PackNode(.map(try map(depth: depth)), at: place)
        case UInt8(ascii: "["): return PackNode(.list(try list(depth: depth)), at: place)
        case UInt8(ascii: "\""): return PackNode(.text(try text()), at: place.moved(by: 1))
        case UInt8(ascii: "t"): return PackNode(try word("true", .truth(true)), at: place)
        case UInt8(ascii: "f"): return PackNode(try word("false", .truth(false)), at: place)
        case UInt8(ascii: "n"): return PackNode(try word("null", .null), at: place)
        case nil: throw error("the end comes too early")
        default: return PackNode(try number(), at: place)
        }
    }

    private mutating func word(_ word: String, _ content: PackNode.Content) throws(LanguageError)
        -> PackNode.Content
    {
        guard bytes[position...].starts(with: word.utf8) else { throw error("a word that is none of JSON's") }
        position += word.utf8.count
        return content
    }

    private mutating func number() throws(LanguageError) -> PackNode.Content {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let number = Int(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else {
            position = start
            throw error("a value is missing here")
        }
        return .number(number)
    }

    private mutating func list(depth: Int) throws(LanguageError) -> [PackNode] {
        var items: [PackNode] = []
        position += 1
        skipSpaces()
        if take("]") { return items }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpaces()
            if take("]") { return items }
            guard take(",") else { throw error("a list goes on with ',' or ends with ']'") }
        }
    }

    private mutating func map(depth: Int) throws(LanguageError) -> [(key: String, value: PackNode)] {
        var pairs: [(key: String, value: PackNode)] = []
        position += 1
        skipSpaces()
        if take("}") { return pairs }
        while true {
            skipSpaces()
            guard peek == UInt8(ascii: "\"") else { throw error("a name in quotes must come here") }
            let key = try text()
            skipSpaces()
            guard take(":") else { throw error("':' must follow the name") }
            pairs.append((key, try value(depth: depth + 1)))
            skipSpaces()
            if take("}") { return pairs }
            guard take(",") else { throw error("a map goes on with ',' or ends with '}'") }
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func text() throws(LanguageError) -> String {
        position += 1
        var utf8: [UInt8] = []
        while let byte = peek {
            position += 1
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: utf8, as: UTF8.self) else {
                    throw error("a text is not UTF-8")
                }
                return text
            }
            guard byte >= 0x20 else { throw error("a control character in a text; write \\n or \\u00XX") }
            if byte == UInt8(ascii: "\\") { utf8 += try escape() } else { utf8.append(byte) }
        }
        throw error("a text never ends; add '\"'")
    }

    private mutating func escape() throws(LanguageError) -> [UInt8] {
        guard let byte = peek else { throw error("the end comes too early") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            let first = try unit()
            guard UTF16.isLeadSurrogate(first) else {
                return Array(String(decoding: [first], as: UTF16.self).utf8)
            }
            guard take("\\"), take("u") else { throw error("half of a character; both \\u must be there") }
            return Array(String(decoding: [first, try unit()], as: UTF16.self).utf8)
        default: throw error("an escape that JSON does not know")
        }
    }

    private mutating func unit() throws(LanguageError) -> UInt16 {
        guard position + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits must follow \\u") }
        position += 4
        return unit
    }
}
