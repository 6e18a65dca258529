/// A sentence in one of the forms that templates see, prepared for comparison.
struct SentenceText: Equatable {
    /// Scalars as they were heard or typed, in their own case.
    private(set) var heard: [UInt32] = []
    /// The same, folded: as many.
    private(set) var folded: [UInt32] = []

    init() {}

    /// Punctuation and needless spaces go, NFC, case is folded.
    init(_ sentence: String) {
        heard.reserveCapacity(sentence.utf8.count)
        for scalar in sentence.unicodeScalars { heard.append(scalar.value) }
        Punctuation.strip(&heard)
        Spelling.collapse(&heard)
        Spelling.compose(&heard)
        if heard.last == 0x20 { heard.removeLast() }
        if heard.first == 0x20 { heard.removeFirst() }
        folded = heard
        for index in folded.indices { folded[index] = Spelling.folded(folded[index]) }
    }

    var count: Int { folded.count }

    mutating func remove(_ range: Range<Int>, leavingSpace: Bool) {
        heard.replaceSubrange(range, with: leavingSpace ? [0x20] : [])
        folded.replaceSubrange(range, with: leavingSpace ? [0x20] : [])
    }

    /// Single spaces, none at the ends.
    mutating func tidy() {
        var end = 0
        for index in folded.indices {
            if folded[index] == 0x20, end == 0 || folded[end - 1] == 0x20 { continue }
            (heard[end], folded[end]) = (heard[index], folded[index])
            end += 1
        }
        if end > 0, folded[end - 1] == 0x20 { end -= 1 }
        heard.removeSubrange(end...)
        folded.removeSubrange(end...)
    }

    /// Spaces between two ideographs, kana or hangul go.
    mutating func dropSpacesBetweenUnspaced() {
        guard folded.contains(0x20) else { return }
        var end = 0
        for index in folded.indices {
            let goes =
                folded[index] == 0x20 && end > 0 && index + 1 < folded.count
                && Spelling.isUnspaced(folded[end - 1]) && Spelling.isUnspaced(folded[index + 1])
            if goes { continue }
            (heard[end], folded[end]) = (heard[index], folded[index])
            end += 1
        }
        heard.removeSubrange(end...)
        folded.removeSubrange(end...)
    }

    static func withoutSpacesBetweenUnspaced(_ text: [UInt32]) -> [UInt32] {
        var sentence = SentenceText()
        (sentence.heard, sentence.folded) = (text, text)
        sentence.dropSpacesBetweenUnspaced()
        return sentence.folded
    }
}

/// The forms of one sentence, each with the kinds of templates that may match it.
struct SentenceForms {
    private(set) var forms: [(text: SentenceText, kinds: UInt32)] = []

    init(_ sentence: String, in language: Language) {
        let whole = SentenceText(sentence)
        var plain = whole
        SkipWords.removeAll(from: &plain, in: language)
        // The literal sentence goes first: what was said counts before what may be left out.
        if plain == whole {
            add(whole, [.plain, .anything, .opensWithWildcard, .endsWithWildcard])
        } else {
            var (trimmedEnd, trimmedStart) = (whole, whole)
            SkipWords.removeAtEnd(of: &trimmedEnd, in: language)
            SkipWords.removeAtStart(of: &trimmedStart, in: language)
            add(whole, [.plain, .anything])
            add(plain, [.plain])
            add(trimmedEnd, [.opensWithWildcard])
            add(trimmedStart, [.endsWithWildcard])
            if trimmedEnd == plain { add(whole, [.opensWithWildcard]) }
            if trimmedStart == plain { add(whole, [.endsWithWildcard]) }
        }
        if language.ignoresSpaces {
            for index in forms.indices { forms[index].text.dropSpacesBetweenUnspaced() }
        }
    }

    private mutating func add(_ text: SentenceText, _ kinds: [TemplateKind]) {
        let bits = kinds.reduce(0) { $0 | $1.bit }
        if let index = forms.firstIndex(where: { $0.text == text }) {
            forms[index].kinds |= bits
        } else {
            forms.append((text, bits))
        }
    }
}

/// Leaves out the words of a language that mean nothing: "please", "can you".
enum SkipWords {
    /// Wherever they stand as words of their own.
    static func removeAll(from text: inout SentenceText, in language: Language) {
        var index = 0
        var found = false
        while index < text.count {
            if let end = longest(in: text, from: index, language) {
                text.remove(index..<end, leavingSpace: !language.ignoresSpaces)
                found = true
                if !language.ignoresSpaces { index += 1 }
            } else {
                index += 1
            }
        }
        if found, !language.ignoresSpaces { text.tidy() }
    }

    /// At the start, again and again.
    static func removeAtStart(of text: inout SentenceText, in language: Language) {
        while let end = longest(in: text, from: 0, language) {
            text.remove(0..<end, leavingSpace: false)
            if !language.ignoresSpaces { text.tidy() }
        }
    }

    /// At the end, again and again.
    static func removeAtEnd(of text: inout SentenceText, in language: Language) {
        var index = 0
        while index < text.count {
            if reaches(text.count, in: text, from: index, language) {
                text.remove(index..<text.count, leavingSpace: false)
                if !language.ignoresSpaces { text.tidy() }
                index = 0
            } else {
                index += 1
            }
        }
    }

    /// The end of the longest skip phrase that begins at `start`.
    private static func longest(in text: SentenceText, from start: Int, _ language: Language) -> Int? {
        var result: Int?
        walk(text, from: start, language) { end in
            let isWhole = language.ignoresSpaces || end == text.count || !Spelling.isWord(text.folded[end])
            if isWhole { result = end }
        }
        return result
    }

    private static func reaches(
        _ goal: Int, in text: SentenceText, from start: Int, _ language: Language
    ) -> Bool {
        var result = false
        walk(text, from: start, language) { end in if end == goal { result = true } }
        return result
    }

    @inline(__always)
    private static func walk(
        _ text: SentenceText, from start: Int, _ language: Language, ending: (Int) -> Void
    ) {
        guard start < text.count else { return }  // All of it was left out.
        let trie = language.skipTrie
        var record = trie.target(of: text.folded[start], from: trie.root)
        if record == 0 { return }
        if !language.ignoresSpaces, start > 0, Spelling.isWord(text.folded[start - 1]) { return }
        var index = start + 1
        while record != 0 {
            if trie.base[Int(record)] & GraphRecord.hasEnding != 0 { ending(index) }
            guard index < text.count else { return }
            record = trie.target(of: text.folded[index], from: record)
            index += 1
        }
    }
}
