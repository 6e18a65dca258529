/// Why a text is no JSON, and at which byte, from 0.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    package var offset: Int
    package var problem: String
    package var description: String { "no JSON at byte \(offset): \(problem)" }
}

/// Reads one JSON value (RFC 8259) from bytes that a server sent.
package struct JSONParser {
    /// Bytes of one text.
    package static let byteCountMax = 1 << 20
    /// Lists and maps within each other.
    package static let depthMax = 32

    private let bytes: [UInt8]
    private var position = 0

    /// - Throws: ``JSONError`` if `bytes` is no JSON, too long or too deep.
    package static func parse(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONValue {
        guard bytes.count <= byteCountMax else {
            throw JSONError(offset: 0, problem: "more than \(byteCountMax) bytes")
        }
        var parser = JSONParser(bytes: Array(bytes))
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == parser.bytes.count else { throw parser.error("something follows the value") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func error(_ problem: String) -> JSONError { JSONError(offset: position, problem: problem) }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let next = peek, next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.depthMax else { throw error("more than \(Self.depthMax) levels") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try map(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case _: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw error("expected a value") }
        position += word.utf8.count
        return value
    }

    private mutating func list(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var items: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .list(items) }
        repeat { items.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("expected , or ]") }
        return .list(items)
    }

    private mutating func map(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        if take(UInt8(ascii: "}")) { return .map(members) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("expected a name") }
            let name = try text()
            guard take(UInt8(ascii: ":")) else { throw error("expected :") }
            members.append(.init(name, try value(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("expected , or }") }
        return .map(members)
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        while let next = peek, "+-.eE0123456789".utf8.contains(next) { position += 1 }
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        if let whole = Int(digits), !digits.hasPrefix("+") { return .integer(whole) }
        guard let real = Double(digits), real.isFinite, let first = digits.utf8.first,
            first != UInt8(ascii: "."),
            first != UInt8(ascii: "+")
        else {
            position = start
            throw error("expected a value")
        }
        return .number(real)
    }

    private mutating func text() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while let next = peek {
            position += 1
            switch next {
            case UInt8(ascii: "\""):
                guard let text = String(validating: text, as: UTF8.self) else {
                    throw error("a text is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw error("a control character in a text")
            case _: text.append(next)
            }
        }
        throw error("a text is not closed")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let escaped = peek else { throw error("a text is not closed") }
        position += 1
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escaped)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try unit()
            if (0xD800..<0xDC00).contains(code) {
                guard bytes[position...].starts(with: "\\u".utf8) else {
                    throw error("half of a surrogate pair")
                }
                position += 2
                let low = try unit()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
            text += Array(String(scalar).utf8)
        case _: throw error("no such escape")
        }
    }

    private mutating func unit() throws(JSONError) -> UInt32 {
        let digits = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let unit = UInt32(digits, radix: 16)
        else {
            throw error("expected four hexadecimal digits")
        }
        position += 4
        return unit
    }
}
