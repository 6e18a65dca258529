import HubLanguage

/// Walks a language word by word and makes the states of a ``NetworkPool``.
///
/// The automaton of a language is over characters; a word here is what lies between two spaces. Lists become states of
/// their own, and the context that names bring with them (what kind of device it is) is part of the place, so that
/// "open the" goes on with covers only.
struct SentenceWalker {
    /// A place between two words.
    private struct Place: Hashable {
        /// In a list or in the template itself.
        var list: ListPlace?
        /// The template's record; in a list, the record after it.
        var record: UInt32
        var context: Int32
        /// The space before the next word is read already.
        var isOpen: Bool
    }

    /// A place in a list.
    private struct ListPlace: Hashable {
        let trie: LanguageWalk.Trie
        let node: UInt32
        /// The range's list, which numbers must be members of; -1 for other lists.
        let range: Int
        let touching: UInt32
    }

    /// What one place leads to, while its words are collected.
    private struct Collected {
        var isEnd = false
        var ways: [NetworkPool.Way] = []
    }

    private let walk: LanguageWalk
    private let usable: [Bool]
    private(set) var pool: NetworkPool
    private var known: [Place: Int32] = [:]
    private var contexts: [LanguageWalk.Context] = []
    private var contextNumbers: [LanguageWalk.Context: Int32] = [:]
    private var depth = 0

    /// - Parameter usable: for each template whether its sentences are wanted.
    init(_ walk: LanguageWalk, usable: [Bool], stateCountMax: Int) {
        (self.walk, self.usable) = (walk, usable)
        pool = NetworkPool(stateCountMax: stateCountMax)
    }

    /// The state where sentences begin that are said in this context; -1 if there are none.
    mutating func start(context: LanguageWalk.Context) throws(GrammarError) -> Int32 {
        let context = try number(of: context)
        return try state(at: Place(list: nil, record: walk.root, context: context, isOpen: true))
    }

    private mutating func number(of context: LanguageWalk.Context) throws(GrammarError) -> Int32 {
        if let number = contextNumbers[context] { return number }
        guard contexts.count < WordNetwork.Limits.contextCountMax else {
            throw .tooLarge("\(WordNetwork.Limits.contextCountMax) kinds of names")
        }
        contextNumbers[context] = Int32(contexts.count)
        contexts.append(context)
        return Int32(contexts.count - 1)
    }

    private mutating func state(at place: Place) throws(GrammarError) -> Int32 {
        if let state = known[place] { return state }
        // No pack comes near; what does, ends here.
        guard depth < WordNetwork.Limits.depthMax else { return -1 }
        depth += 1
        defer { depth -= 1 }
        var found = Collected()
        if let list = place.list {
            try readList(list, then: place, after: [], into: &found)
        } else {
            if !place.isOpen { found.isEnd = isEnd(place) }
            let opened = place.isOpen ? place.record : walk.afterSpace(place.record)
            if opened != 0 { try readWord(from: opened, place.context, after: [], into: &found) }
        }
        let state = try pool.state(isEnd: found.isEnd, ways: found.ways)
        known[place] = state
        return state
    }

    private func isEnd(_ place: Place) -> Bool {
        walk.templates(endingAt: place.record).contains {
            usable[$0] && walk.accepts(template: $0, contexts[Int(place.context)])
        }
    }

    // MARK: Templates

    /// Follows characters up to the end of the word, and lists inside it.
    private mutating func readWord(
        from record: UInt32, _ context: Int32, after letters: [UInt32], into found: inout Collected
    ) throws(GrammarError) {
        if !letters.isEmpty {
            try end(
                letters, at: Place(list: nil, record: record, context: context, isOpen: false), into: &found)
        }
        guard letters.count < WordNetwork.Limits.wordLengthMax else { return }
        for label in walk.labels(of: record) {
            guard let list = listPlace(label) else { continue }
            let place = Place(list: list, record: label.gap, context: context, isOpen: true)
            if letters.isEmpty {
                let state = try state(at: place)
                if state >= 0 { found.ways.append(.init(word: -1, target: state)) }
            } else {
                try readList(list, then: place, after: letters, into: &found)
            }
        }
        for arc in walk.arcs(of: record) where SpokenLetter.isOne(arc.scalar) {
            try readWord(from: arc.target, context, after: letters + [arc.scalar], into: &found)
        }
    }

    private func listPlace(_ label: LanguageWalk.Label) -> ListPlace? {
        switch walk.contents(of: label.list) {
        case .texts(let trie, let record):
            ListPlace(trie: trie, node: record, range: -1, touching: label.touching)
        case .numbers:
            ListPlace(
                trie: .numbers, node: walk.root(of: .numbers), range: label.list, touching: label.touching)
        case .open: nil
        }
    }

    private mutating func end(
        _ letters: [UInt32], at place: Place, into found: inout Collected
    ) throws(GrammarError) {
        guard SpokenLetter.isWord(letters) else { return }
        let state = try state(at: place)
        if state >= 0 { found.ways.append(.init(word: pool.word(letters), target: state)) }
    }

    // MARK: Lists

    private mutating func readList(
        _ list: ListPlace, then place: Place, after letters: [UInt32], into found: inout Collected
    ) throws(GrammarError) {
        if !letters.isEmpty { try endValues(list, then: place, after: letters, into: &found) }
        guard letters.count < WordNetwork.Limits.wordLengthMax else { return }
        let arcs = walk.arcs(of: list.node, in: list.trie)
        let hasSpace = arcs.contains { $0.scalar == 0x20 }
        for arc in arcs {
            let next = ListPlace(
                trie: list.trie, node: arc.target, range: list.range, touching: list.touching)
            if arc.scalar == 0x20 {
                var place = place
                place.list = next
                if !letters.isEmpty { try end(letters, at: place, into: &found) }
            } else if list.trie == .numbers, arc.scalar == 0x2D, hasSpace {
                // "twenty-one" is said as "twenty one", which stands beside it.
            } else if SpokenLetter.isOne(arc.scalar)
                || (list.trie == .home && SpokenLetter.isDigit(arc.scalar))
            {
                try readList(next, then: place, after: letters + [arc.scalar], into: &found)
            }
        }
    }

    private mutating func endValues(
        _ list: ListPlace, then place: Place, after letters: [UInt32], into found: inout Collected
    ) throws(GrammarError) {
        var ends: Set<Int32> = []
        for value in walk.values(endingAt: list.node, in: list.trie) {
            if list.range >= 0 {
                guard case .numbers(let range) = walk.contents(of: list.range), range.contains(tenths: value)
                else {
                    continue
                }
                ends.insert(place.context)
            } else {
                let context = walk.adding(value: value, of: list.trie, to: contexts[Int(place.context)])
                ends.insert(try number(of: context))
            }
        }
        for context in ends.sorted() {
            try end(
                letters, at: Place(list: nil, record: place.record, context: context, isOpen: false),
                into: &found)
            // "kitchen's" goes on without a letter, "lamps" with a few.
            for arc in walk.arcs(of: place.record) where arc.scalar == 0x27 {
                try readWord(from: arc.target, context, after: letters + [arc.scalar], into: &found)
            }
            // "5k" is not what anybody says.
            guard list.touching != 0, list.trie != .numbers else { continue }
            for arc in walk.arcs(of: list.touching) where SpokenLetter.isLetter(arc.scalar) {
                try readWord(from: arc.target, context, after: letters + [arc.scalar], into: &found)
            }
        }
    }
}
