/// Understands sentences of one language in one home: runs them through the language's automaton and keeps the best
/// results.
///
/// The automaton is deterministic; the search forks only at lists, numbers and wildcards. All memory is kept from
/// sentence to sentence. Not for use by several threads at once.
package struct Understander: ~Copyable {
    /// Characters of a sentence; a longer one is not understood.
    package static let sentenceLengthMax = 2_000
    /// Steps for one form of a sentence; beyond it what was found so far counts. Everyday sentences take hundreds.
    package static let stepCountMax = 400_000
    /// Letters that may follow a list's value without the space that the template has.
    static let compoundHeadLengthMin = 4

    package let language: Language
    package private(set) var home: HomeVocabulary

    /// Folded scalars of the form that is searched.
    let text: UnsafeMutablePointer<UInt32>
    var textCount = 0
    var form = 0
    var kinds: UInt32 = 0
    var stepCount = 0
    var stack: [Branch] = []
    var captures: [Capture] = []
    var listHits = ListHits()
    /// What the caller knows, by the numbers of keys and values.
    var callerContext: [FlatContexts.Pair] = []
    var results: [Candidate] = []
    var resultCountMax = 1
    /// Words of the sentence without skip words, made when a block asks for keywords.
    var sentenceWords: Set<[UInt32]>?

    /// One path of the search.
    struct Branch: BitwiseCopyable {
        var record: UInt32
        var position: Int32
        /// Last capture; -1 for none.
        var capture: Int32
        var literalCount: Int32
        /// Characters of the slot `name`, -1 for none or a wildcard.
        var nameCount: Int32
        var wildcardCount: Int32
        var wildcardLength: Int32
    }

    /// What a list gave, linked to what came before.
    struct Capture: BitwiseCopyable {
        let previous: Int32
        let use: UInt32
        let start: Int32
        let end: Int32
        let content: ListHits.Content
    }

    /// A complete path that may become a result.
    struct Candidate {
        let template: Int
        let branch: Branch
        let form: Int
        /// The path's captures, first one first.
        let captures: [Capture]
    }

    package init(_ language: Language, home: HomeVocabulary) {
        (self.language, self.home) = (language, home)
        text = .allocate(capacity: Self.sentenceLengthMax)
    }

    deinit { text.deallocate() }

    /// Another home, or the same one changed: made for the same language.
    package mutating func use(_ home: HomeVocabulary) {
        precondition(home.roots.count == language.lists.count)
        self.home = home
    }

    /// The best result for `sentence`, or nothing.
    ///
    /// - Parameter context: what the caller knows: `area` for the room it stands in.
    package mutating func understand(
        _ sentence: String, context: [String: SlotValue] = [:]
    ) -> Understanding? {
        ranked(sentence, context: context, count: 1).first
    }

    /// At most `count` results of different templates, best first.
    package mutating func ranked(
        _ sentence: String, context: [String: SlotValue] = [:], count: Int
    ) -> [Understanding] {
        guard count > 0, sentence.utf8.count <= 4 * Self.sentenceLengthMax else { return [] }
        let forms = SentenceForms(sentence, in: language)
        guard forms.forms[0].text.count <= Self.sentenceLengthMax else { return [] }
        resultCountMax = count
        results.removeAll(keepingCapacity: true)
        sentenceWords = nil
        callerContext.removeAll(keepingCapacity: true)
        if !context.isEmpty {
            for (key, name) in language.parts.contextKeys.enumerated() {
                guard let value = context[name] else { continue }
                callerContext.append(.init(key: Int32(key), value: language.contextNumber(of: value)))
            }
        }
        for number in forms.forms.indices {
            let folded = forms.forms[number].text.folded
            (form, kinds, textCount) = (number, forms.forms[number].kinds, folded.count)
            for index in folded.indices { text[index] = folded[index] }
            search()
        }
        return results.map { understanding($0, forms.forms[$0.form].text, context) }
    }

    // MARK: Search

    private mutating func search() {
        guard textCount > 0 else { return }
        stepCount = 0
        captures.removeAll(keepingCapacity: true)
        listHits.begin(UnsafeBufferPointer(start: text, count: textCount), lists: language.lists.count)
        stack.removeAll(keepingCapacity: true)
        stack.append(
            Branch(
                record: language.automaton.root, position: 0, capture: -1, literalCount: 0, nameCount: -1,
                wildcardCount: 0, wildcardLength: 0))
        while let branch = stack.popLast() {
            follow(branch)
            if stepCount > Self.stepCountMax { return }
        }
    }

    /// Follows literal characters as far as they go and puts what forks off on the stack.
    private mutating func follow(_ start: Branch) {
        var branch = start
        let graph = language.automaton
        while true {
            stepCount += 1
            let header = graph.base[Int(branch.record)]
            let position = Int(branch.position)
            if position == textCount {
                if header & GraphRecord.hasEnding != 0 {
                    end(branch, ending: graph.base[Int(branch.record) + 1])
                }
                return
            }
            let scalar = text[position]
            let skips = header & GraphRecord.skipsSpaces != 0
            // Where a space is skipped the same lists are tried after it.
            if GraphRecord.labelCount(header) > 0, !(skips && scalar == 0x20) { fork(branch, header) }
            let next = graph.target(of: scalar, from: branch.record)
            if Self.isBreak(scalar) { breakWord(branch, skips: skips) }
            if next != 0 {
                branch.record = next
                if scalar != 0x20 { branch.literalCount += 1 }
            } else if !(skips && scalar == 0x20) {
                return
            }
            branch.position += 1
        }
    }

    @inline(__always)
    static func isBreak(_ scalar: UInt32) -> Bool { scalar == 0x2D || scalar == 0x5F }

    /// A hyphen or underscore of the text may stand for a space.
    private mutating func breakWord(_ branch: Branch, skips: Bool) {
        let next = skips ? branch.record : language.automaton.target(of: 0x20, from: branch.record)
        guard next != 0 else { return }
        var other = branch
        other.record = next
        other.position += 1
        stack.append(other)
    }

    private mutating func fork(_ branch: Branch, _ header: UInt32) {
        let graph = language.automaton
        var index = Int(branch.record) + (header & GraphRecord.hasEnding == 0 ? 1 : 2)
        for _ in 0..<GraphRecord.labelCount(header) {
            let use = graph.base[index]
            let (touching, gap) = (graph.base[index + 1], graph.base[index + 2])
            index += 3
            let (list, isName) = (language.uses[Int(use)].list, language.uses[Int(use)].isName)
            if case .wildcard = language.lists[list], home.roots[list] == 0 {
                forkWildcard(branch, use: use, touching: touching, gap: gap)
                continue
            }
            let found = listHits.hits(
                of: list, at: Int(branch.position), in: UnsafeBufferPointer(start: text, count: textCount),
                language: language, home: home)
            // The first hit shall be followed first.
            var number = found.upperBound
            while number > found.lowerBound {
                number -= 1
                let hit = listHits.hits[number]
                let target = isGlued(at: Int(hit.end)) ? touching : gap
                if target == 0 { continue }
                var next = branch
                next.record = target
                next.position = hit.end
                next.literalCount += hit.literalCount
                if isName { next.nameCount = hit.end - hit.start }
                next.capture = capture(use, hit.start, hit.end, hit.content, after: branch.capture)
                stack.append(next)
            }
        }
    }

    private mutating func capture(
        _ use: UInt32, _ start: Int32, _ end: Int32, _ content: ListHits.Content, after previous: Int32
    ) -> Int32 {
        captures.append(Capture(previous: previous, use: use, start: start, end: end, content: content))
        return Int32(captures.count - 1)
    }

    /// Whether the text goes on with a few letters of the same word ("lightson"), which are none of the template's
    /// next word. Many letters are the head of a compound ("Wohnzimmerheizung"), and that is one.
    private func isGlued(at position: Int) -> Bool {
        guard position > 0, position < textCount, Spelling.isSpacedLetter(text[position - 1]) else {
            return false
        }
        var end = position
        while end < textCount, end - position < Self.compoundHeadLengthMin, Spelling.isSpacedLetter(text[end])
        {
            end += 1
        }
        return end > position && end - position < Self.compoundHeadLengthMin
    }

    // MARK: Wildcards

    /// Every place where what follows the wildcard could begin.
    private mutating func forkWildcard(_ branch: Branch, use: UInt32, touching: UInt32, gap: UInt32) {
        let start = Int(branch.position) + (text[Int(branch.position)] == 0x20 ? 1 : 0)
        guard start < textCount else { return }
        stepCount += textCount - start
        let skipsSpaces = language.automaton.base[Int(gap)] & GraphRecord.skipsSpaces != 0
        var position = start + 1
        while position < textCount {
            defer { position += 1 }
            if touching != 0, canContinue(touching, with: text[position]) {
                push(branch, use: use, touching, start: start, end: position, next: position)
            }
            guard gap != 0, text[position - 1] != 0x20 else { continue }
            let next = skipsSpaces && text[position] == 0x20 ? position + 1 : position
            if next < textCount, canContinue(gap, with: text[next]), isWordEdge(position) {
                push(branch, use: use, gap, start: start, end: position, next: next)
            }
        }
        if gap != 0, language.automaton.base[Int(gap)] & GraphRecord.hasEnding != 0 {
            push(branch, use: use, gap, start: start, end: textCount, next: textCount)
        }
    }

    private func canContinue(_ record: UInt32, with scalar: UInt32) -> Bool {
        let header = language.automaton.base[Int(record)]
        return GraphRecord.labelCount(header) > 0 || Self.isBreak(scalar)
            || language.automaton.target(of: scalar, from: record) != 0
    }

    private func isWordEdge(_ position: Int) -> Bool {
        if text[position] == 0x20 { return true }
        return Spelling.isWord(text[position - 1]) != Spelling.isWord(text[position])
    }

    private mutating func push(
        _ branch: Branch, use: UInt32, _ record: UInt32, start: Int, end: Int, next: Int
    ) {
        var other = branch
        other.record = record
        other.position = Int32(next)
        other.wildcardCount += 1
        other.wildcardLength += Int32(end - start - (text[end - 1] == 0x20 ? 1 : 0))
        if language.uses[Int(use)].isName { other.nameCount = -1 }
        other.capture = capture(use, Int32(start), Int32(end), .words, after: branch.capture)
        stack.append(other)
    }
}
