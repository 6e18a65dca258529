/// Cuts a text where a speaker breathes, so that a synthesiser can start before it has worked out all of it.
package enum SentenceCutter {
    /// Longer sentences are cut at a comma or a space: an engine's delay grows with the length. About 12 s of speech.
    package static let sentenceCharacterCountMax = 200

    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "st", "no", "vs", "etc", "e.g", "i.e", "a.m", "p.m",
    ]

    /// The sentences in order, without surrounding space. Text that has nothing to say gives none.
    package static func sentences(of text: String) -> [String] {
        var sentences: [String] = []
        var current = ""
        var characters = text.makeIterator()
        var next = characters.next()
        while let character = next {
            next = characters.next()
            current.append(character.isWhitespace ? " " : character)
            let isEnd = character.isNewline || endsSentence(current, before: next)
            if isEnd || current.count >= sentenceCharacterCountMax {
                let rest = isEnd ? "" : cutLong(&current)
                add(current, to: &sentences)
                current = rest
            }
        }
        add(current, to: &sentences)
        return sentences
    }

    private static func endsSentence(_ text: String, before next: Character?) -> Bool {
        guard let last = text.last, ".!?;".contains(last), next?.isWhitespace ?? true else { return false }
        guard last == "." else { return true }
        let word = text.dropLast().split(separator: " ").last ?? ""
        // "Dr. Who" and "J. Smith" go on; "in room 3." does not.
        let isInitial = word.count == 1 && word.allSatisfy(\.isUppercase)
        return !isInitial && !abbreviations.contains(word.lowercased())
    }

    /// Cuts after the last comma, or else the last space, of the second half; returns what was cut off.
    private static func cutLong(_ text: inout String) -> String {
        let half = text.index(text.startIndex, offsetBy: text.count / 2)
        let place = text[half...].lastIndex(of: ",") ?? text[half...].lastIndex(of: " ")
        guard let place else { return "" }
        let rest = String(text[text.index(after: place)...])
        text = String(text[...place])
        return rest
    }

    private static func add(_ sentence: String, to sentences: inout [String]) {
        let trimmed = sentence.drop { $0 == " " }
        let words = String(trimmed.reversed().drop { $0 == " " }.reversed())
        if words.contains(where: { $0.isLetter || $0.isNumber }) { sentences.append(words) }
    }
}
