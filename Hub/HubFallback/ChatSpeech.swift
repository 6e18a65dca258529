/// Makes what a model wrote fit to be spoken.
package enum ChatSpeech {
    /// Characters that are spoken: about half a minute.
    package static let lengthMax = 500

    /// `text` without its thoughts, marks and pictures, and not longer than ``lengthMax``: cut after a sentence if there
    /// is one in its second half, else after a word.
    package static func spoken(_ text: String) -> String {
        var words: [Substring] = []
        for line in withoutThoughts(text).split(whereSeparator: \.isNewline) {
            for word in line.split(whereSeparator: \.isWhitespace) {
                let clean = word.filter { !"*_`#>|~".contains($0) && !isPicture($0) }
                if clean.contains(where: { $0 != "-" && $0 != "–" }) { words.append(clean[...]) }
            }
        }
        let whole = words.joined(separator: " ")
        guard whole.count > lengthMax else { return whole }
        let start = whole.prefix(lengthMax)
        if let end = start.lastIndex(where: { ".?!。？！".contains($0) }),
            start.distance(from: start.startIndex, to: end) >= lengthMax / 2
        {
            return String(start[...end])
        }
        return start.lastIndex(of: " ").map { String(start[..<$0]) } ?? String(start)
    }

    /// Without what some models write between `<think>` and `</think>` before they answer.
    private static func withoutThoughts(_ text: String) -> Substring {
        let (open, close) = ("<think>", "</think>")
        guard let start = text.firstIndex(where: { !$0.isWhitespace }), text[start...].hasPrefix(open)
        else { return text[...] }
        var rest = text[start...].dropFirst(open.count)
        while !rest.isEmpty {
            if rest.hasPrefix(close) { return rest.dropFirst(close.count) }
            rest.removeFirst()
        }
        return ""
    }

    private static func isPicture(_ character: Character) -> Bool {
        character.unicodeScalars.contains { scalar in
            scalar.properties.isEmojiPresentation || scalar.value == 0xFE0F
        }
    }
}
