/// Why words are no compiled language.
package enum ImageError: Error, Equatable, CustomStringConvertible {
    case notACompiledLanguage
    case otherVersion(UInt32)
    case damaged(String)

    package var description: String {
        switch self {
        case .notACompiledLanguage: "is no compiled language; compile the pack again"
        case .otherVersion(let version):
            "was compiled by another version (\(version), not \(LanguageImage.version)); compile the pack again"
        case .damaged(let what): "is damaged (\(what)); compile the pack again"
        }
    }
}

/// Reads the tables that ``TableWriter`` wrote, trusting nothing.
struct TableReader {
    private let block: WordBlock
    private var position: Int
    private let end: Int
    private let texts: TextPool

    init(_ block: WordBlock, from start: Int, count: Int, texts: TextPool) {
        (self.block, position, end, self.texts) = (block, start, start + count, texts)
    }

    mutating func word() throws(ImageError) -> UInt32 {
        guard position < end else { throw .damaged("its tables end early") }
        position += 1
        return block[position - 1]
    }

    /// A count of things that take at least `size` words each.
    mutating func count(size: Int = 1) throws(ImageError) -> Int {
        let count = Int(try word())
        guard count * size <= end - position else { throw .damaged("a table is longer than the file") }
        return count
    }

    mutating func index(below limit: Int) throws(ImageError) -> Int {
        let index = Int(try word())
        guard index < limit else { throw .damaged("a number leads nowhere") }
        return index
    }

    mutating func text() throws(ImageError) -> String { texts.text(try textNumber()) }

    mutating func textNumber() throws(ImageError) -> Int { try index(below: texts.count) }

    private mutating func wide() throws(ImageError) -> UInt64 {
        let low = UInt64(try word())
        return low | UInt64(try word()) << 32
    }

    mutating func value(depth: Int = 0) throws(ImageError) -> SlotValue {
        switch try word() {
        case 0: return .text(try text())
        case 1: return .integer(Int(truncatingIfNeeded: Int64(bitPattern: try wide())))
        case 2: return .number(Double(bitPattern: try wide()))
        case 3: return .truth(false)
        case 4: return .truth(true)
        case 5 where depth < 4:
            var values: [SlotValue] = []
            for _ in 0..<(try count()) { values.append(try value(depth: depth + 1)) }
            return .list(values)
        default: throw .damaged("a value of no known kind")
        }
    }

    mutating func integer() throws(ImageError) -> Int {
        guard case .integer(let number) = try value() else { throw .damaged("a number is missing") }
        return number
    }

    mutating func pairs() throws(ImageError) -> [(name: String, value: SlotValue)] {
        var pairs: [(name: String, value: SlotValue)] = []
        for _ in 0..<(try count(size: 2)) {
            let name = try text()
            pairs.append((name, try value()))
        }
        return pairs
    }

    /// Sets of numbers below `limit`.
    mutating func sets(below limit: UInt32) throws(ImageError) -> SetTable {
        var table = SetTable()
        for _ in 0..<(try count()) {
            for _ in 0..<(try count()) {
                let number = try word()
                guard number < limit else { throw .damaged("a set names something that is not there") }
                table.numbers.append(number)
            }
            table.ends.append(UInt32(table.numbers.count))
        }
        return table
    }
}

/// Sets of numbers, one after another.
struct SetTable {
    var numbers: [UInt32] = []
    var ends: [UInt32] = []

    var count: Int { ends.count }

    subscript(_ set: Int) -> ArraySlice<UInt32> {
        numbers[(set == 0 ? 0 : Int(ends[set - 1]))..<Int(ends[set])]
    }
}

/// The texts of a compiled language, made into strings when they are asked for.
struct TextPool {
    private let block: WordBlock
    private let index: Int
    private let bytes: Int
    private let byteCount: Int
    let count: Int

    /// - Parameters: word offsets of the index (offset and length of each text) and of the bytes.
    init(_ block: WordBlock, index: Int, count: Int, bytes: Int, byteCount: Int) throws(ImageError) {
        (self.block, self.index, self.count) = (block, index, count)
        (self.bytes, self.byteCount) = (bytes, byteCount)
        for text in 0..<count {
            guard Int(block[index + 2 * text]) + Int(block[index + 2 * text + 1]) <= byteCount else {
                throw .damaged("a text lies outside the file")
            }
        }
    }

    func text(_ number: Int) -> String {
        precondition(number >= 0 && number < count)
        let start = UnsafeRawPointer(block.base + bytes) + Int(block[index + 2 * number])
        let buffer = UnsafeRawBufferPointer(start: start, count: Int(block[index + 2 * number + 1]))
        return String(decoding: buffer, as: UTF8.self)
    }
}
