/// Writes the tables of a compiled language: words one after another, texts by number, each once.
struct TableWriter {
    private(set) var words: [UInt32] = []
    private(set) var textBytes: [UInt8] = []
    /// Offset and length in bytes of each text.
    private(set) var texts: [(offset: Int, count: Int)] = []
    private var textNumbers: [String: UInt32] = [:]

    mutating func word(_ value: UInt32) { words.append(value) }
    mutating func count(_ value: Int) { words.append(UInt32(clamping: value)) }

    mutating func number(of text: String) -> UInt32 {
        if let number = textNumbers[text] { return number }
        let number = UInt32(texts.count)
        textNumbers[text] = number
        texts.append((textBytes.count, text.utf8.count))
        textBytes += text.utf8
        return number
    }

    mutating func text(_ value: String) { words.append(number(of: value)) }

    mutating func wide(_ bits: UInt64) {
        words.append(UInt32(truncatingIfNeeded: bits))
        words.append(UInt32(truncatingIfNeeded: bits >> 32))
    }

    mutating func value(_ value: SlotValue) {
        switch value {
        case .text(let text):
            word(0)
            self.text(text)
        case .integer(let number):
            word(1)
            wide(UInt64(bitPattern: Int64(number)))
        case .number(let number):
            word(2)
            wide(number.bitPattern)
        case .truth(let truth): word(truth ? 4 : 3)
        case .list(let values):
            word(5)
            count(values.count)
            for item in values { self.value(item) }
        }
    }

    mutating func pairs(_ pairs: [String: SlotValue]) {
        count(pairs.count)
        for (name, value) in pairs.sorted(by: { $0.key < $1.key }) {
            text(name)
            self.value(value)
        }
    }

    mutating func sets(_ sets: [[UInt32]]) {
        count(sets.count)
        for set in sets {
            count(set.count)
            words += set
        }
    }
}

/// Numbers for sets of numbers, equal sets once.
struct SetPool {
    private(set) var sets: [[UInt32]] = []
    private var numbers: [[UInt32]: UInt32] = [:]

    mutating func number(of set: [UInt32]) -> UInt32 {
        if let number = numbers[set] { return number }
        let number = UInt32(sets.count)
        numbers[set] = number
        sets.append(set)
        return number
    }
}
