/// Reads the fields of one control frame's payload in table order and checks each against its range.
///
/// Never reads past the payload and allocates only the texts it returns (C2 bounds them).
struct PayloadReader {
    private let kind: ControlFrame.Kind
    private let bytes: ArraySlice<UInt8>
    private var offset = 0

    init(_ kind: ControlFrame.Kind, _ bytes: ArraySlice<UInt8>) {
        (self.kind, self.bytes) = (kind, bytes)
    }

    /// The next field as a big-endian number in `range`.
    mutating func number<Number: FixedWidthInteger>(
        _ field: String, in range: ClosedRange<Number> = Number.min...Number.max
    ) throws(WireError) -> Number {
        let start = offset
        var number: Number = 0
        for byte in try take(MemoryLayout<Number>.size, field) {
            number = (number << 8) | Number(truncatingIfNeeded: byte)  // C1: big-endian.
        }
        guard range.contains(number) else {  // C8: a field outside its range is malformed.
            throw .outOfRange(kind, field: field, offset: start, value: Int(clamping: number))
        }
        return number
    }

    /// The next field as one of an enum's numbers.
    mutating func choice<Choice: RawRepresentable>(
        _ field: String, _ type: Choice.Type = Choice.self
    ) throws(WireError) -> Choice where Choice.RawValue: FixedWidthInteger {
        let start = offset
        let raw: Choice.RawValue = try number(field)
        guard let choice = Choice(rawValue: raw) else {
            throw .outOfRange(kind, field: field, offset: start, value: Int(clamping: raw))
        }
        return choice
    }

    /// The next field as no (0) or yes (1).
    mutating func flag(_ field: String) throws(WireError) -> Bool {
        try number(field, in: UInt8(0)...1) == 1
    }

    /// The next field as text whose length in bytes is in `byteCounts`.
    mutating func text(_ field: String, byteCounts: ClosedRange<Int>) throws(WireError) -> String {
        let start = offset
        let byteCount: UInt8 = try number(field)
        guard byteCounts.contains(Int(byteCount)) else {
            throw .outOfRange(kind, field: field, offset: start, value: Int(byteCount))
        }
        let units = try take(Int(byteCount), field)
        // C6: valid UTF-8 without characters that could forge a line of a log.
        guard let text = String(validating: units, as: UTF8.self), text.unicodeScalars.allSatisfy(isPlain)
        else { throw .badText(kind, field: field, offset: start) }
        return text
    }

    /// The next field as exactly `count` bytes.
    mutating func bytes(_ field: String, count: Int) throws(WireError) -> [UInt8] {
        Array(try take(count, field))
    }

    /// All bytes that are left, as the last field; how many there are is in `byteCounts`.
    mutating func rest(_ field: String, byteCounts: ClosedRange<Int>) throws(WireError) -> [UInt8] {
        let count = bytes.count - offset
        guard count >= byteCounts.lowerBound else { throw .tooShort(kind, field: field, offset: offset) }
        guard byteCounts.contains(count) else { throw outOfRange(field, offset: offset, value: count) }
        return Array(try take(count, field))
    }

    /// What a caller found wrong with two fields together; `field` is the one to name.
    func outOfRange(_ field: String, offset: Int, value: Int) -> WireError {
        .outOfRange(kind, field: field, offset: offset, value: value)
    }

    private mutating func take(_ count: Int, _ field: String) throws(WireError) -> ArraySlice<UInt8> {
        let start = bytes.startIndex + offset
        // C7: too short is malformed; what follows the last field is never looked at.
        guard bytes.endIndex - start >= count else {
            throw .tooShort(kind, field: field, offset: offset)
        }
        offset += count
        return bytes[start..<start + count]
    }
}

/// C6: false for control characters, line separators and marks that change the direction of writing.
func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: false
    default: true
    }
}
