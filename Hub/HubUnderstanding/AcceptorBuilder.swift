/// Builds a ``WordAcceptor`` from the automaton of a ``SentenceMatcher``.
struct AcceptorBuilder {
    private var arcs: [WordAcceptor.Arc] = []
    private var known: Set<WordAcceptor.Arc> = []
    private var stateCount = 0
    private let matcher: SentenceMatcher
    private let spelling: [Int32: String]
    private let listNames: [Int32: String]
    /// Where the values of a list or range begin, by where they lead.
    private var labelled: [Place: Int] = [:]
    private var tails: [Tail: Int] = [:]

    private struct Place: Hashable {
        var label: Automaton.Label
        var target: Int
    }

    private struct Tail: Hashable {
        var phrases: [[String]]
        var target: Int
    }

    init(matcher: SentenceMatcher) {
        self.matcher = matcher
        spelling = Dictionary(uniqueKeysWithValues: matcher.symbols.words.map { ($0.value, $0.key) })
        listNames = Dictionary(uniqueKeysWithValues: matcher.symbols.lists.map { ($0.value, $0.key) })
    }

    /// [wake phrase] [skip words] sentence [skip words].
    mutating func acceptor(
        of sentences: Set<Int32>, _ wakePhrases: [[String]], _ wake: WakePhraseUse
    ) -> WordAcceptor {
        let start = addState()
        let opened = addState()
        let first = addState()
        let last = addState()
        let end = addState()
        if wake != .mandatory || wakePhrases.isEmpty { add(start, opened, "") }
        if wake != .absent { for phrase in wakePhrases { addPhrase(phrase, from: start, to: opened) } }
        add(opened, first, "")
        for phrase in matcher.skipWords.openings { addPhrase(phrase, from: opened, to: first) }
        add(last, end, "")
        for phrase in matcher.skipWords.endings { addPhrase(phrase, from: last, to: end) }
        addAutomaton(MinimisedAutomaton(matcher.automaton, accepting: sentences), from: first, to: last)
        return WordAcceptor(stateCount: stateCount, end: end, arcs: arcs)
    }

    private mutating func addState() -> Int {
        stateCount += 1
        return stateCount - 1
    }

    private mutating func add(_ from: Int, _ to: Int, _ word: String) {
        let arc = WordAcceptor.Arc(from: from, to: to, word: word)
        if known.insert(arc).inserted { arcs.append(arc) }
    }

    private mutating func addPhrase(_ words: [String], from: Int, to: Int) {
        var place = from
        for (index, word) in words.enumerated() {
            let next = index == words.count - 1 ? to : addState()
            add(place, next, word)
            place = next
        }
    }

    private mutating func addAutomaton(_ automaton: MinimisedAutomaton, from first: Int, to last: Int) {
        guard let root = automaton.root else { return }
        let states = automaton.states.indices.map { $0 == root ? first : addState() }
        for (index, state) in automaton.states.enumerated() {
            for arc in state.arcs {
                let target = states[arc.target]
                switch arc.symbol {
                case .word(let word): add(states[index], target, spelling[word] ?? "")
                case .label(let label): add(states[index], entry(of: label, leadingTo: target), "")
                }
            }
            if state.isAccepting { add(states[index], last, "") }
        }
    }

    /// The state whose ways to `target` say one value of the label.
    private mutating func entry(of label: Automaton.Label, leadingTo target: Int) -> Int {
        let place = Place(label: label, target: target)
        if let state = labelled[place] { return state }
        let state = state(saying: phrases(of: label), target: target)
        labelled[place] = state
        return state
    }

    /// The state whose ways to `target` say one of `phrases`. Equal rests share one state: the "one" to
    /// "nine" behind "twenty", "thirty" and so on stand once.
    private mutating func state(saying phrases: [[String]], target: Int) -> Int {
        let tail = Tail(phrases: phrases, target: target)
        if let state = tails[tail] { return state }
        let state = addState()
        tails[tail] = state
        var rests: [String: [[String]]] = [:]
        var heads: [String] = []
        for phrase in phrases {
            if rests[phrase[0]] == nil { heads.append(phrase[0]) }
            rests[phrase[0], default: []].append(Array(phrase.dropFirst()))
        }
        for head in heads {
            let rest = rests[head] ?? []
            if rest.contains([]) { add(state, target, head) }
            let longer = rest.filter { !$0.isEmpty }
            if !longer.isEmpty { add(state, self.state(saying: longer, target: target), head) }
        }
        return state
    }

    private func phrases(of label: Automaton.Label) -> [[String]] {
        switch label {
        case .list(let list, _):
            return listNames[list].flatMap { matcher.lists[$0]?.values.map(\.words) } ?? []
        case .range(let low, let high, _):
            return (Int(low)...Int(high)).flatMap(EnglishNumbers.spellings(of:))
        }
    }
}
