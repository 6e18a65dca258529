import LoqaWire

/// PROTOCOL.md taken apart: its tables by the heading above them, its rules, its examples.
struct ProtocolDocument {
    /// The cells of each row, by the name of the table's column.
    typealias Row = [String: String]

    private(set) var tables: [String: [Row]] = [:]
    /// The field tables by the name of the kind; a table with an incomplete row is missing.
    private(set) var fields: [String: [FieldRow]] = [:]
    /// Rule numbers in order.
    private(set) var rules: [String] = []
    /// Lines of the worked example: the kind's name and the bytes.
    private(set) var examples: [(kind: String, bytes: [UInt8])] = []

    init(_ text: String) {
        var heading = ""
        var columns: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            // Cheap tests first: the damaged document is read hundreds of times.
            if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            } else if line.hasPrefix("- **") {
                rules.append(String(line.dropFirst(4).prefix { $0 != "*" }))
            } else if line.contains("  0"),
                let example = line.firstMatch(of: /^([a-zA-Z]+) +([0-9a-f]{4} [0-9a-f ]+)$/)?.output
            {
                examples.append((String(example.1), [UInt8](hex: String(example.2))))
            }
            guard line.hasPrefix("|") else {
                columns = []
                continue
            }
            let cells = line.split(separator: "|").map { String($0.dropFirst().dropLast()) }
            if columns.isEmpty {
                columns = cells
            } else if !line.hasPrefix("|---") {
                tables[heading, default: []].append(
                    Dictionary(zip(columns, cells), uniquingKeysWith: { first, _ in first }))
            }
        }
        for (heading, rows) in tables where heading.first?.isLowercase ?? false {
            let complete = rows.compactMap(FieldRow.init)
            if complete.count == rows.count { fields[heading] = complete }
        }
    }

    /// Whether `rule` has the letter of one of this document's sections.
    func isOurs(_ rule: String) -> Bool { rules.contains { $0.first == rule.first } }
}

/// One row of a field table.
struct FieldRow {
    var name: String
    var type: String
    /// What the bytes may hold: the number itself, or the length of a text.
    var range: ClosedRange<Int>?
    /// The names of an enum's numbers.
    var choices: [Int: String] = [:]
    /// Whether another field of the frame narrows the range.
    var isNarrowed: Bool

    /// Nil if the row is not complete.
    init?(_ row: ProtocolDocument.Row) {
        guard let name = row["field"], let type = row["type"], let text = row["range"], row["required"] != nil
        else { return nil }
        (self.name, self.type) = (name, type)
        isNarrowed = text.contains(", from ")
        if let bounds = text.firstMatch(of: /^(-?[0-9]+)\.\.\.([0-9]+)/)?.output,
            let low = Int(bounds.1), let high = Int(bounds.2)
        {
            range = low...high
        } else if let only = text.firstMatch(of: /^[0-9]+/)?.output, let number = Int(only) {
            range = number...number
        } else {
            for match in text.matches(of: /([a-zA-Z]+) ([0-9]+)/) {
                choices[Int(match.output.2) ?? -1] = String(match.output.1)
            }
        }
    }

    /// Bytes of the number, or of a text's length.
    var byteCount: Int? {
        ["u8": 1, "bool": 1, "text": 1, "u16": 2, "i16": 2, "u32": 4, "u64": 8, "i64": 8][type]
    }

    /// Bytes of a field that is bytes and no number.
    var fixedByteCount: Int? { ["bytes16": 16, "bytes32": 32][type] }

    /// Every number that the type can carry.
    var carried: ClosedRange<Int>? {
        switch type {
        case "u8", "bool", "text": 0...255
        case "u16": 0...65_535
        case "i16": -32_768...32_767
        case "u32": 0...Int(UInt32.max)
        case "u64": 0...Int.max
        case "i64": Int.min...Int.max
        default: nil
        }
    }

    func number(at offset: Int, of bytes: [UInt8]) -> Int? {
        guard let byteCount, offset + byteCount <= bytes.count else { return nil }
        // An i64 wraps itself.
        let number = bytes[offset..<offset + byteCount].reduce(0) { $0 << 8 | Int($1) }
        return type == "i16" ? Int(Int16(truncatingIfNeeded: number)) : number
    }

    /// `bytes` with this field holding `number` instead; a text becomes one of that length.
    func replaced(by number: Int, at offset: Int, of bytes: [UInt8]) -> [UInt8] {
        guard let byteCount, let old = self.number(at: offset, of: bytes) else { return bytes }
        var field = (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        var end = offset + byteCount
        if type == "text" {
            field += Array(repeating: 0x78, count: number)
            end += old
        }
        guard end <= bytes.count else { return bytes }
        return bytes[..<offset] + field + bytes[end...]
    }
}
