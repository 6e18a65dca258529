/// Words that change nothing: polite openings and endings.
package struct SkipWords: Sendable {
    let openings: [[String]]
    let endings: [[String]]

    /// Phrases dropped at the beginning and at the end of a sentence, as often as they stand there.
    package init(_ openings: [String], _ endings: [String]) {
        self.openings = openings.map(SpokenWords.words(of:)).filter { !$0.isEmpty }
        self.endings = endings.map(SpokenWords.words(of:)).filter { !$0.isEmpty }
    }

    /// `words` without skip words at either end.
    func strip(_ words: [String]) -> [String] {
        var rest = words[...]
        while let phrase = openings.first(where: { rest.starts(with: $0) }) {
            rest = rest.dropFirst(phrase.count)
        }
        while let phrase = endings.first(where: {
            rest.count >= $0.count && rest.suffix($0.count).elementsEqual($0)
        }) {
            rest = rest.dropLast(phrase.count)
        }
        return Array(rest)
    }
}

/// Takes the wake phrase off the beginning of what was heard, misspelt or cut short too.
package enum WakePhrase {
    /// `words` behind the wake phrase; all of them if none stands there.
    ///
    /// The relay's pre-roll may begin inside the phrase, so its last word alone counts as well.
    package static func strip(_ phrases: [String], from words: [String]) -> [String] {
        for phrase in phrases.map(SpokenWords.words(of:)) where !phrase.isEmpty {
            for length in stride(from: phrase.count, through: 1, by: -1) where words.count >= length {
                let heard = words.prefix(length).joined(separator: " ")
                let wanted = phrase.suffix(length).joined(separator: " ")
                // One letter in four may be wrong: "hay computer", "a computer".
                if NameDistance.edits(heard, wanted) <= wanted.count / 4 {
                    return Array(words.dropFirst(length))
                }
            }
        }
        return words
    }
}
