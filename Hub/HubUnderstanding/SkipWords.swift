/// Words that change nothing: polite openings and endings.
package struct SkipWords: Sendable {
    let openings: [[String]]
    let endings: [[String]]

    /// Phrases dropped at the beginning and at the end of a sentence, as often as they stand there.
    package init(_ openings: [String], _ endings: [String]) {
        self.openings = openings.map(SpokenWords.words(of:)).filter { !$0.isEmpty }
        self.endings = endings.map(SpokenWords.words(of:)).filter { !$0.isEmpty }
    }

    /// `words` as they are and without the skip words at either end, the fullest first; at most 16.
    ///
    /// All of them, because "now" may be needed: "could you tell me what time it is right now".
    func variants(of words: [String]) -> [ArraySlice<String>] {
        var starts = [0]
        while let start = starts.last, starts.count < 4 {
            let rest = words[start...]
            guard let phrase = openings.first(where: { rest.starts(with: $0) }) else { break }
            starts.append(start + phrase.count)
        }
        var ends = [words.count]
        while let end = ends.last, ends.count < 4 {
            let rest = words[..<end]
            guard let phrase = endings.first(where: { rest.suffix($0.count).elementsEqual($0) }) else {
                break
            }
            ends.append(end - phrase.count)
        }
        return starts.flatMap { start in ends.filter { $0 > start }.map { words[start..<$0] } }
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
