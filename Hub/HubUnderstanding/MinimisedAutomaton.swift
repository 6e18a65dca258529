/// An automaton in which no two states have the same endings; slots are forgotten.
struct MinimisedAutomaton {
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

    /// The merged state of `index`; nil if no sentence ends behind it. As deep as a sentence is long.
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
