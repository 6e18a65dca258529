/// Takes away punctuation at the edges of a sentence and of its words.
///
/// Inside a word nothing goes (`21.5`, `today's`), and an initialism (`A.C.`) keeps its dots. The order of the steps
/// is the reference matcher's; each step sees what the step before left.
enum Punctuation {
    static func isMark(_ value: UInt32) -> Bool {
        switch value {
        case 0x2E, 0x2C, 0x3F, 0x21, 0x3B, 0x3A, 0xBF, 0xA1, 0x61F, 0x3002, 0xFF0C, 0xFF1F, 0xFF01, 0xFF1B,
            0xFF1A,
            0x2019:
            true
        default: false
        }
    }

    /// Removes it from `text` in place.
    static func strip(_ text: inout [UInt32]) {
        guard text.contains(where: isMark) else { return }
        text.removeFirst(text.prefix(while: isMark).count)
        if !endsWithInitialism(text) {
            while let last = text.last, isMark(last) { text.removeLast() }
        }
        removeRuns(&text, of: isMark, after: { !isWord($0) }, before: isWord)
        removeRuns(&text, of: { isMark($0) && $0 != 0x2E }, after: isWord, before: { !isWord($0) })
        removeFullStops(&text)
        removeRuns(&text, of: isMark, after: { !isWord($0) }, before: { !isWord($0) })
    }

    private static func isWord(_ value: UInt32) -> Bool { Spelling.isWord(value) }

    /// Two or more of letter and dot at the very end, beginning at the edge of a word.
    private static func endsWithInitialism(_ text: [UInt32]) -> Bool {
        var start = text.count
        while start >= 2, text[start - 1] == 0x2E, isWord(text[start - 2]) { start -= 2 }
        while text.count - start >= 4 {
            if start == 0 || !isWord(text[start - 1]) { return true }
            start += 2
        }
        return false
    }

    /// Removes runs that lie between two characters as `before` and `after` say; a run may go in part.
    private static func removeRuns(
        _ text: inout [UInt32], of isRemoved: (UInt32) -> Bool, after before: (UInt32) -> Bool,
        before after: (UInt32) -> Bool
    ) {
        guard text.contains(where: isRemoved) else { return }
        var kept: [UInt32] = []
        kept.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if index > 0, isRemoved(text[index]), before(text[index - 1]) {
                var end = index + 1
                while end < text.count, isRemoved(text[end]) { end += 1 }
                while end > index, end == text.count || !after(text[end]) { end -= 1 }
                if end > index {
                    index = end
                    continue
                }
            }
            kept.append(text[index])
            index += 1
        }
        text = kept
    }

    /// Full stops before something else than a word character, unless an initialism ends there.
    private static func removeFullStops(_ text: inout [UInt32]) {
        guard text.contains(0x2E) else { return }
        var kept: [UInt32] = []
        kept.reserveCapacity(text.count)
        for (index, value) in text.enumerated() {
            let goes =
                value == 0x2E && index + 1 < text.count && !isWord(text[index + 1])
                && !(index >= 3 && isWord(text[index - 1]) && text[index - 2] == 0x2E
                    && isWord(text[index - 3]))
            if !goes { kept.append(value) }
        }
        text = kept
    }
}
