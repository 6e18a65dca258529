package import HubLanguage

/// Reads how numbers are said: `{"LIST": {"21.5": ["words", ...]}}`, the words of all lists taken together.
package enum NumberReader {
    /// Numbers of one language.
    package static let numberCountMax = 100_000

    package static func words(_ node: PackNode) throws(LanguageError) -> [NumberWords] {
        var table: [Int: [String]] = [:]
        for (_, numbers) in try node.pairs("the file") {
            for (number, words) in try numbers.pairs("a list's numbers") {
                guard let value = Double(number), let tenths = Int(exactly: (value * 10).rounded()) else {
                    throw words.error("'\(number)' is no number")
                }
                var known = table[tenths] ?? []
                for word in try words.items("the words of \(number)") {
                    let text = try word.string("a number's words")
                    if !known.contains(text) { known.append(text) }
                }
                table[tenths] = known
                guard table.count <= numberCountMax else {
                    throw words.error("more than \(numberCountMax) numbers")
                }
            }
        }
        return table.sorted { $0.key < $1.key }.map { NumberWords(tenths: $0.key, words: $0.value) }
    }
}
