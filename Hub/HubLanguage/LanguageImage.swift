/// The layout of a compiled language: one run of little-endian 32-bit words, fit to be mapped from a file.
///
///     magic, version, words in all, checksum (two words)
///     start and count of: tables, text index, text bytes, and four graphs
///     (templates, list values, number words, skip words)
package enum LanguageImage {
    /// "LqLg"
    static let magic: UInt32 = 0x674C_714C
    /// Rises with every change of the layout or of what compiling means.
    package static let version: UInt32 = 1
    /// Words of one language: 64 MiB.
    package static let wordCountMax = 16 << 20
    static let sectionCount = 7
    static let headerCount = 5 + 2 * sectionCount

    static func assemble(tables: TableWriter, graphs: [[UInt32]]) -> [UInt32] {
        var textWords: [UInt32] = []
        textWords.reserveCapacity(tables.textBytes.count / 4 + 1)
        for start in stride(from: 0, to: tables.textBytes.count, by: 4) {
            var word: UInt32 = 0
            for (shift, byte) in tables.textBytes[start..<min(start + 4, tables.textBytes.count)].enumerated()
            {
                word |= UInt32(byte) << UInt32(8 * shift)
            }
            textWords.append(word)
        }
        let index = tables.texts.flatMap { [UInt32($0.offset), UInt32($0.count)] }
        var words = [UInt32](repeating: 0, count: headerCount)
        for (number, section) in ([tables.words, index, textWords] + graphs).enumerated() {
            words[5 + 2 * number] = UInt32(words.count)
            words[6 + 2 * number] = UInt32(section.count)
            words += section
        }
        (words[0], words[1], words[2]) = (magic, version, UInt32(words.count))
        return sealed(words)
    }

    /// `words` with the checksum they should have.
    package static func sealed(_ words: [UInt32]) -> [UInt32] {
        var words = words
        let sum = words.withUnsafeBufferPointer { checksum($0) }
        (words[3], words[4]) = (UInt32(truncatingIfNeeded: sum), UInt32(truncatingIfNeeded: sum >> 32))
        return words
    }

    /// FNV-1a over the words after the checksum, four lanes side by side.
    static func checksum(_ words: UnsafeBufferPointer<UInt32>) -> UInt64 {
        var lanes: (UInt64, UInt64, UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 1, 2, 3)
        let prime: UInt64 = 0x100_0000_01b3
        var index = 5
        while index + 4 <= words.count {
            lanes.0 = (lanes.0 ^ UInt64(words[index])) &* prime
            lanes.1 = (lanes.1 ^ UInt64(words[index + 1])) &* prime
            lanes.2 = (lanes.2 ^ UInt64(words[index + 2])) &* prime
            lanes.3 = (lanes.3 ^ UInt64(words[index + 3])) &* prime
            index += 4
        }
        while index < words.count {
            lanes.0 = (lanes.0 ^ UInt64(words[index])) &* prime
            index += 1
        }
        var sum = lanes.0
        for lane in [lanes.1, lanes.2, lanes.3] { sum = (sum ^ lane) &* prime }
        return sum
    }

    /// Start and count of each section, within the block.
    ///
    /// - Throws: ``ImageError`` if the words are no language, of another version, or not what was written.
    static func sections(of block: WordBlock) throws(ImageError) -> [(start: Int, count: Int)] {
        guard block.count >= headerCount, block[0] == magic else { throw .notACompiledLanguage }
        guard block[1] == version else { throw .otherVersion(block[1]) }
        guard Int(block[2]) == block.count else { throw .damaged("its length is not what it says") }
        let sum = checksum(UnsafeBufferPointer(start: block.base, count: block.count))
        guard block[3] == UInt32(truncatingIfNeeded: sum), block[4] == UInt32(truncatingIfNeeded: sum >> 32)
        else {
            throw .damaged("its checksum is wrong")
        }
        var sections: [(start: Int, count: Int)] = []
        for number in 0..<sectionCount {
            let (start, count) = (Int(block[5 + 2 * number]), Int(block[6 + 2 * number]))
            guard start >= headerCount, start + count <= block.count else {
                throw .damaged("a part lies outside")
            }
            sections.append((start, count))
        }
        return sections
    }
}
