import Glibc

/// The folder of an acoustic model and its pronunciation dictionary, as Debian's `pocketsphinx-en-us` lays it out.
package struct SphinxModel: Sendable {
    /// Where Debian puts the American English model.
    package static let defaultFolder = "/usr/share/pocketsphinx/model/en-us"
    /// A dictionary is never longer; the English one has 3.3 MB.
    private static let dictionaryByteCountMax = 64 << 20

    let acousticFolder: String
    private let dictionaryPath: String
    /// How phones follow each other.
    let phoneModelPath: String

    /// - Throws: `.noModel` if something is missing.
    package init(folder: String = defaultFolder) throws(SphinxError) {
        acousticFolder = "\(folder)/en-us"
        dictionaryPath = "\(folder)/cmudict-en-us.dict"
        phoneModelPath = "\(folder)/en-us-phone.lm.bin"
        for path in ["\(acousticFolder)/mdef", dictionaryPath, phoneModelPath] where access(path, R_OK) != 0 {
            throw .noModel(folder)
        }
    }

    /// Looks words up, all in one pass over the file: each with its pronunciations, in ARPAbet, the usual one first.
    ///
    /// A word that the dictionary lacks is missing from the result. Takes some 10 ms.
    package func pronunciations(of words: Set<String>) throws(SphinxError) -> [String: [String]] {
        guard let file = fopen(dictionaryPath, "re") else { throw .noModel(dictionaryPath) }
        defer { fclose(file) }
        let wanted = Set(words.map { Array($0.utf8) })
        // Most lines are none of the words, which a few of their bytes tell.
        var hints = [Bool](repeating: false, count: Self.hintCount)
        for word in wanted where !word.isEmpty { word.withUnsafeBytes { hints[Self.hint($0)] = true } }
        var found: [String: [String]] = [:]
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        var total = 0
        while total < Self.dictionaryByteCountMax, case let length = getline(&line, &capacity, file),
            length > 0
        {
            total += length
            guard let line else { break }
            let bytes = UnsafeRawBufferPointer(start: line, count: length)
            guard let space = memchr(line, 0x20, length) else { continue }
            var nameCount = UnsafeRawPointer(line).distance(to: space)
            let phoneStart = nameCount + 1
            // "word(2)" is another way to say "word".
            if let bracket = memchr(line, 0x28, nameCount) {
                nameCount = UnsafeRawPointer(line).distance(to: bracket)
            }
            let name = UnsafeRawBufferPointer(rebasing: bytes[..<nameCount])
            guard nameCount > 0, hints[Self.hint(name)], wanted.contains(Array(name)) else { continue }
            let phones = String(decoding: bytes[phoneStart...].prefix { $0 != 0x0A }, as: UTF8.self)
            found[String(decoding: name, as: UTF8.self), default: []].append(phones)
        }
        return found
    }

    private static let hintCount = 4_096

    /// A number below ``hintCount`` that differs for most words. Not for an empty one.
    private static func hint(_ name: UnsafeRawBufferPointer) -> Int {
        let (first, middle, last) = (Int(name[0]), Int(name[name.count / 2]), Int(name[name.count - 1]))
        return (first &* 961 &+ middle &* 31 &+ last &* 7 &+ name.count) & (hintCount - 1)
    }

    /// The text of a dictionary of these words only. Loading it takes a third of the memory and a fifth of the time.
    static func dictionary(_ pronunciations: [String: [String]]) -> String {
        var text = ""
        for (word, variants) in pronunciations.sorted(by: { $0.key < $1.key }) {
            for (index, phones) in variants.enumerated() {
                text += index == 0 ? "\(word) \(phones)\n" : "\(word)(\(index + 1)) \(phones)\n"
            }
        }
        return text
    }
}
