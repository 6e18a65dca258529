/// Builds an ``Automaton``: Thompson's construction with rules written in place, then subset construction.
///
/// Templates have no repetition, so the graph has no cycle and subsets stay small.
struct AutomatonBuilder {
    /// States before and after the subset construction, each.
    static let stateCountMax = 500_000

    private enum Arc: Hashable { case word(Int32), label(Automaton.Label) }
    private struct Node {
        var empty: [Int32] = []
        var arcs: [(arc: Arc, target: Int32)] = []
        var accepts: Int32?
    }

    private(set) var symbols: Symbols
    private let rules: [String: Template]
    private let deadLists: Set<Int32>
    private var nodes = [Node()]

    /// - Parameter deadLists: lists without values; a sentence that needs one is left out.
    init(symbols: Symbols, rules: [String: Template], deadLists: Set<Int32>) {
        (self.symbols, self.rules, self.deadLists) = (symbols, rules, deadLists)
    }

    /// Adds a sentence under a number. Lower numbers win ties.
    mutating func add(_ sentence: SentenceBook.Sentence, number: Int32) throws(MatcherError) {
        let end = try newNode()
        nodes[Int(end)].accepts = number
        var inside: [String] = []
        try build(sentence.template, from: 0, to: end, inside: &inside, intent: sentence.intent)
    }

    private mutating func newNode() throws(MatcherError) -> Int32 {
        guard nodes.count < Self.stateCountMax else { throw .tooLarge }
        nodes.append(Node())
        return Int32(nodes.count - 1)
    }

    private mutating func build(
        _ template: Template, from start: Int32, to end: Int32, inside rule: inout [String], intent: String
    ) throws(MatcherError) {
        switch template {
        case .word(let word):
            let number = symbols.number(ofWord: word)
            nodes[Int(start)].arcs.append((.word(number), end))
        case .sequence(let parts):
            guard let last = parts.last else { return nodes[Int(start)].empty.append(end) }
            var place = start
            for part in parts.dropLast() {
                let next = try newNode()
                try build(part, from: place, to: next, inside: &rule, intent: intent)
                place = next
            }
            try build(last, from: place, to: end, inside: &rule, intent: intent)
        case .alternatives(let branches):
            for branch in branches {
                try build(branch, from: start, to: end, inside: &rule, intent: intent)
            }
        case .list(let name, let slot):
            guard let list = symbols.lists[name] else { throw .unknownList(name, intent: intent) }
            if deadLists.contains(list) { return }
            let label = Automaton.Label.list(list: list, slot: symbols.number(ofSlot: slot))
            nodes[Int(start)].arcs.append((.label(label), end))
        case .range(let bounds, let slot):
            let label = Automaton.Label.range(
                low: Int32(bounds.lowerBound), high: Int32(bounds.upperBound),
                slot: symbols.number(ofSlot: slot))
            nodes[Int(start)].arcs.append((.label(label), end))
        case .rule(let name):
            guard let body = rules[name] else { throw .unknownRule(name, intent: intent) }
            guard !rule.contains(name) else { throw .recursion(name) }
            rule.append(name)
            try build(body, from: start, to: end, inside: &rule, intent: intent)
            rule.removeLast()
        }
    }

    /// The automaton of all sentences added, without states from which no sentence can be completed.
    func finish() throws(MatcherError) -> Automaton {
        var numbers: [[Int32]: Int32] = [:]
        var subsets = [closure(of: [0])]
        numbers[subsets[0]] = 0
        var states: [Automaton.State] = []
        while states.count < subsets.count {
            guard subsets.count < Self.stateCountMax else { throw .tooLarge }
            var targets: [Arc: Set<Int32>] = [:]
            var state = Automaton.State()
            for node in subsets[states.count] {
                if let sentence = nodes[Int(node)].accepts { state.accepts.append(sentence) }
                for (arc, target) in nodes[Int(node)].arcs { targets[arc, default: []].insert(target) }
            }
            for (arc, reached) in targets {
                let subset = closure(of: reached)
                let next = numbers[subset] ?? Int32(subsets.count)
                if next == subsets.count {
                    numbers[subset] = next
                    subsets.append(subset)
                }
                switch arc {
                case .word(let word): state.words[word] = next
                case .label(let label): state.labels.append((label, next))
                }
            }
            state.accepts.sort()
            // A dictionary's order differs between runs; ties and work must not.
            state.labels.sort { Self.order($0.label) < Self.order($1.label) }
            states.append(state)
        }
        return Automaton(states: Self.pruned(states))
    }

    private static func order(_ label: Automaton.Label) -> (Int32, Int32, Int32, Int32) {
        switch label {
        case .list(let list, let slot): (0, list, slot, 0)
        case .range(let low, let high, let slot): (1, low, high, slot)
        }
    }

    private func closure(of start: Set<Int32>) -> [Int32] {
        var seen = start
        var left = Array(start)
        while let node = left.popLast() {
            for next in nodes[Int(node)].empty where seen.insert(next).inserted { left.append(next) }
        }
        return seen.sorted()
    }

    /// Removes arcs into states that lead to no sentence (all their ways need an empty list).
    private static func pruned(_ states: [Automaton.State]) -> [Automaton.State] {
        var alive = states.map { !$0.accepts.isEmpty }
        var changed = true
        while changed {
            changed = false
            for index in states.indices.reversed() where !alive[index] {
                let leadsOn =
                    states[index].words.values.contains { alive[Int($0)] }
                    || states[index].labels.contains { alive[Int($0.target)] }
                if leadsOn { (alive[index], changed) = (true, true) }
            }
        }
        return states.map { state in
            var kept = state
            kept.words = state.words.filter { alive[Int($0.value)] }
            kept.labels = state.labels.filter { alive[Int($0.target)] }
            return kept
        }
    }
}
