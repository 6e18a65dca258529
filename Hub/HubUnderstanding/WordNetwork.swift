/// The sentences of a speech grammar as a network of words, small enough to decode in real time.
///
/// Decoders write out every use of a JSGF rule: 86 rules of a four room home become 29,000 states. Here the
/// automaton is minimised first (Revuz 1992: equal endings of an acyclic automaton are merged from the end), and
/// every list and number range stands once for each place it leads to, entered by an empty arc.
///
/// Each state shares its probability equally among its ways on, so that a list of many words weighs as much
/// as one word, and a name of the home more than one of the many names it does not have.
struct WordNetwork {
    struct Arc: Hashable {
        var from: Int
        var to: Int
        /// Empty for an arc that takes no word.
        var word: String
    }

    private(set) var arcs: [Arc] = []
    private(set) var stateCount = 0
    let start: Int
    let end: Int
    private var known: Set<Arc> = []
    private let matcher: SentenceMatcher
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

    init(
        matcher: SentenceMatcher, sentences: Set<Int32>, wakePhrases: [[String]], wake: WakePhraseUse
    ) {
        self.matcher = matcher
        (start, end) = (0, 1)
        stateCount = 2
        let first = addState()
        let last = addState()
        let afterWake = addState()
        if wake != .mandatory || wakePhrases.isEmpty { add(start, afterWake, "") }
        if wake != .absent { for phrase in wakePhrases { addPhrase(phrase, from: start, to: afterWake) } }
        add(afterWake, first, "")
        for phrase in matcher.skipWords.openings { addPhrase(phrase, from: afterWake, to: first) }
        add(last, end, "")
        for phrase in matcher.skipWords.endings { addPhrase(phrase, from: last, to: end) }
        addAutomaton(Minimised(matcher.automaton, accepting: sentences), from: first, to: last)
    }

    private mutating func addState() -> Int {
        stateCount += 1
        return stateCount - 1
    }

    private mutating func add(_ from: Int, _ to: Int, _ word: String) {
        let arc = Arc(from: from, to: to, word: word)
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

    private mutating func addAutomaton(_ automaton: Minimised, from first: Int, to last: Int) {
        guard let root = automaton.root else { return }
        let states = automaton.states.indices.map { $0 == root ? first : addState() }
        var spelling: [Int32: String] = [:]
        for (word, number) in matcher.symbols.words { spelling[number] = word }
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
            let name = matcher.symbols.lists.first { $0.value == list }?.key
            return name.flatMap { matcher.lists[$0]?.values.map(\.words) } ?? []
        case .range(let low, let high, _):
            return (Int(low)...Int(high)).flatMap(EnglishNumbers.spellings(of:))
        }
    }

    /// The network as Sphinx reads it (`FSG_BEGIN` ... `FSG_END`).
    var sphinxText: String {
        var degree = [Int](repeating: 0, count: stateCount)
        for arc in arcs { degree[arc.from] += 1 }
        var text = "FSG_BEGIN loqa\nNUM_STATES \(stateCount)\nSTART_STATE \(start)\nFINAL_STATE \(end)\n"
        for arc in arcs {
            // One part in a million, written without Foundation: "0.083333".
            let share = String(1_000_000 / degree[arc.from])
            let probability =
                degree[arc.from] == 1 ? "1.0" : "0." + String(repeating: "0", count: 6 - share.count) + share
            text +=
                "TRANSITION \(arc.from) \(arc.to) \(probability)\(arc.word.isEmpty ? "" : " \(arc.word)")\n"
        }
        return text + "FSG_END\n"
    }
}

/// An automaton in which no two states have the same endings; slots are forgotten.
struct Minimised {
    enum Symbol: Hashable {
        case word(Int32)
        case label(Automaton.Label)
    }
    struct Arc: Hashable {
        var symbol: Symbol
        var target: Int

        /// What list or range it is, as a number to sort by.
        fileprivate var order: Int {
            switch symbol {
            case .word(let word): Int(word)
            case .label(.list(let list, _)): Int(list)
            case .label(.range(let low, let high, _)): 1_000_000 + Int(low) * 1_000 + Int(high)
            }
        }
    }
    struct State: Hashable {
        var isAccepting: Bool
        /// In a fixed order, so that equal states compare equal and every run numbers them alike.
        var arcs: [Arc]
    }

    private(set) var states: [State] = []
    /// Nil if no sentence is left.
    private(set) var root: Int?

    /// Keeps the sentences of `automaton` with these numbers.
    init(_ automaton: Automaton, accepting sentences: Set<Int32>) {
        var numbers: [State: Int] = [:]
        var done: [Int32: Int?] = [:]
        root = merge(0, automaton, sentences, &numbers, &done)
    }

    /// The merged state of `index`; nil if none of the sentences ends behind it. As deep as a sentence is long.
    private mutating func merge(
        _ index: Int32, _ automaton: Automaton, _ sentences: Set<Int32>, _ numbers: inout [State: Int],
        _ done: inout [Int32: Int?]
    ) -> Int? {
        if let known = done[index] { return known }
        let old = automaton.states[Int(index)]
        var state = State(isAccepting: old.accepts.contains(where: sentences.contains), arcs: [])
        for (word, next) in old.words.sorted(by: { $0.key < $1.key }) {
            if let target = merge(next, automaton, sentences, &numbers, &done) {
                state.arcs.append(Arc(symbol: .word(word), target: target))
            }
        }
        var labels: [Arc] = []
        for (label, next) in old.labels {
            guard let target = merge(next, automaton, sentences, &numbers, &done) else { continue }
            let arc = Arc(symbol: .label(label.withoutSlot), target: target)
            if !labels.contains(arc) { labels.append(arc) }
        }
        state.arcs += labels.sorted { ($0.order, $0.target) < ($1.order, $1.target) }
        let isAlive = state.isAccepting || !state.arcs.isEmpty
        let number = isAlive ? numbers[state] ?? states.count : nil
        if number == states.count {
            states.append(state)
            numbers[state] = states.count - 1
        }
        done[index] = .some(number)
        return number
    }
}

extension Automaton.Label {
    var withoutSlot: Automaton.Label {
        switch self {
        case .list(let list, _): .list(list: list, slot: 0)
        case .range(let low, let high, _): .range(low: low, high: high, slot: 0)
        }
    }
}
