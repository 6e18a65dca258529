/// The smallest machine that accepts exactly the sentences of a grammar, word by word: what a recogniser searches.
///
/// A grammar file names its rules again and again, and recognisers that write each use out in full drown in copies; this
/// machine has every common beginning and every common end once. Made by Thompson's construction, subset construction
/// and, as no sentence repeats itself, one pass that merges equal states from the end (Revuz, "Minimisation of acyclic
/// deterministic automata in linear time", 1992). A pure value.
package struct WordAcceptor: Sendable, Equatable {
    /// One word and the state it leads to.
    package struct Arc: Sendable, Hashable {
        /// Index into ``WordAcceptor/words``.
        package var word: Int32
        package var target: Int32
    }

    package struct State: Sendable, Hashable {
        /// A sentence may end here.
        package var isEnd = false
        /// By word, each once.
        package var arcs: [Arc] = []
    }

    /// The start is state 0.
    package let states: [State]
    /// Every word of the grammar, sorted, each once.
    package let words: [String]

    package var arcCount: Int { states.reduce(0) { $0 + $1.arcs.count } }

    /// Whether these words are a sentence.
    package func accepts(_ sentence: [String]) -> Bool {
        var state = 0
        for word in sentence {
            guard let arc = states[state].arcs.first(where: { words[Int($0.word)] == word }) else {
                return false
            }
            state = Int(arc.target)
        }
        return states[state].isEnd
    }

    /// The machine in the text form that CMU Sphinx reads (`FSG_BEGIN`): each way on from a state is equally likely.
    package var sphinxText: String {
        let end = states.count
        var text = "FSG_BEGIN home\nNUM_STATES \(end + 1)\nSTART_STATE 0\nFINAL_STATE \(end)\n"
        for (number, state) in states.enumerated() {
            let share = 1 / Double(max(1, state.arcs.count + (state.isEnd ? 1 : 0)))
            for arc in state.arcs {
                text += "TRANSITION \(number) \(arc.target) \(share) \(words[Int(arc.word)])\n"
            }
            if state.isEnd { text += "TRANSITION \(number) \(end) \(share)\n" }
        }
        return text + "FSG_END\n"
    }
}

extension SentenceMatcher {
    /// The acceptor of the sentences of `intents`: what ``speechGrammar(intents:wakePhrases:wake:)`` describes.
    ///
    /// - Parameter sparse: long lists, by name, that only these intents are to hear. A recogniser takes time for every word
    ///   it might hear at every place; a name that the home lacks is worth it after "turn on", and nowhere else.
    package func acceptor(
        intents: [String], wakePhrases: [String] = [], wake: WakePhraseUse = .absent,
        sparse: [String: Set<String>] = [:]
    ) -> WordAcceptor {
        var builder = AcceptorBuilder(rules: book.rules, lists: lists, sparse: sparse)
        let wanted = Set(intents)
        let sentences = book.sentences.filter { wanted.contains($0.intent) }
        let phrases = wakePhrases.map { Self.template(SpokenWords.words(of: $0)) }
        let opening: [Template] =
            switch wake {
            case .absent: []
            case .optional: [.alternatives(phrases + [.nothing])]
            case .mandatory: [.alternatives(phrases)]
            }
        let skipped = [skipWords.openings, skipWords.endings].map { phrases in
            Template.alternatives(phrases.map(Self.template) + [.nothing])
        }
        return builder.acceptor(of: sentences, after: .sequence(opening + [skipped[0]]), before: skipped[1])
    }

    private static func template(_ words: [String]) -> Template { .sequence(words.map(Template.word)) }
}

/// Builds a ``WordAcceptor``.
private struct AcceptorBuilder {
    private struct Node {
        var empty: [Int32] = []
        var arcs: [(word: Int32, target: Int32)] = []
    }

    private let rules: [String: Template]
    private let lists: [String: SlotList]
    private var nodes: [Node] = []
    private var numbers: [String: Int32] = [:]
    private var words: [String] = []
    private let sparse: [String: Set<String>]
    /// The intent whose sentence is being written.
    private var intent = ""

    init(rules: [String: Template], lists: [String: SlotList], sparse: [String: Set<String>]) {
        (self.rules, self.lists, self.sparse) = (rules, lists, sparse)
    }

    mutating func acceptor(
        of sentences: [SentenceBook.Sentence], after opening: Template, before ending: Template
    ) -> WordAcceptor {
        let start = newNode()
        let opened = build(opening, from: start) ?? start
        let said = join(
            sentences.map { sentence in
                {
                    $0.intent = sentence.intent
                    return $0.build(sentence.template, from: opened)
                }
            })
        let end = said.flatMap { build(ending, from: $0) } ?? newNode()
        return sorted(minimal(subsets(from: start, to: end)))
    }

    // MARK: Thompson's construction

    private mutating func newNode() -> Int32 {
        nodes.append(Node())
        return Int32(nodes.count - 1)
    }

    /// Writes a template after a node and returns the node at its end; nil if it has no sentence.
    private mutating func build(_ template: Template, from start: Int32) -> Int32? {
        switch template {
        case .word(let word): return spell([word], from: start)
        case .sequence(let parts):
            var at = start
            for part in parts {
                guard let next = build(part, from: at) else { return nil }
                at = next
            }
            return at
        case .alternatives(let branches):
            return join(branches.map { branch in { $0.build(branch, from: start) } })
        case .rule(let name): return rules[name].flatMap { build($0, from: start) }
        case .list(let name, _):
            if let hearing = sparse[name], !hearing.contains(intent) { return nil }
            let values = lists[name]?.values ?? []
            return join(values.map { value in { $0.spell(value.words, from: start) } })
        case .range(let bounds, _):
            let spellings = bounds.flatMap(EnglishNumbers.spellings(of:))
            return join(spellings.map { spelling in { $0.spell(spelling, from: start) } })
        }
    }

    /// One node after all branches that have a sentence; nil if none has.
    private mutating func join(_ branches: [(inout AcceptorBuilder) -> Int32?]) -> Int32? {
        let ends = branches.compactMap { $0(&self) }
        guard !ends.isEmpty else { return nil }
        let joined = newNode()
        for end in ends { nodes[Int(end)].empty.append(joined) }
        return joined
    }

    private mutating func spell(_ spelling: [String], from start: Int32) -> Int32 {
        var at = start
        for word in spelling {
            let next = newNode()
            nodes[Int(at)].arcs.append((number(of: word), next))
            at = next
        }
        return at
    }

    private mutating func number(of word: String) -> Int32 {
        if let known = numbers[word] { return known }
        words.append(word)
        numbers[word] = Int32(words.count - 1)
        return Int32(words.count - 1)
    }

    // MARK: Subset construction

    /// The nodes that empty arcs lead to, those included: sorted, so that equal sets are equal arrays.
    private func closure(_ seeds: [Int32]) -> [Int32] {
        var found = Set(seeds)
        var open = seeds
        while let node = open.popLast() {
            for next in nodes[Int(node)].empty where found.insert(next).inserted { open.append(next) }
        }
        // Nodes without a word of their own only took part in getting there.
        return found.filter { !nodes[Int($0)].arcs.isEmpty || nodes[Int($0)].empty.isEmpty }.sorted()
    }

    private func subsets(from start: Int32, to end: Int32) -> [WordAcceptor.State] {
        var numbers: [[Int32]: Int32] = [:]
        var states: [WordAcceptor.State] = []
        var open: [[Int32]] = []
        func number(of subset: [Int32]) -> Int32 {
            if let known = numbers[subset] { return known }
            let number = Int32(states.count)
            numbers[subset] = number
            states.append(WordAcceptor.State(isEnd: subset.contains(end)))
            open.append(subset)
            return number
        }
        _ = number(of: closure([start]))
        var next = 0
        while next < open.count {
            var targets: [Int32: [Int32]] = [:]
            for node in open[next] {
                for arc in nodes[Int(node)].arcs { targets[arc.word, default: []].append(arc.target) }
            }
            for (word, seeds) in targets.sorted(by: { $0.key < $1.key }) {
                let target = number(of: closure(seeds))
                states[next].arcs.append(WordAcceptor.Arc(word: word, target: target))
            }
            next += 1
        }
        return states
    }

    // MARK: Merging equal states

    private func minimal(_ states: [WordAcceptor.State]) -> [WordAcceptor.State] {
        var merged: [Int32] = Array(repeating: -1, count: states.count)
        var known: [WordAcceptor.State: Int32] = [:]
        var kept: [WordAcceptor.State] = []
        // Depth first without recursion: a state is merged once everything after it is.
        var stack: [Int32] = [0]
        while let number = stack.last {
            let state = states[Int(number)]
            let open = state.arcs.map(\.target).filter { merged[Int($0)] < 0 }
            guard open.isEmpty, merged[Int(number)] < 0 else {
                if merged[Int(number)] >= 0 { stack.removeLast() } else { stack += open }
                continue
            }
            stack.removeLast()
            var image = state
            for index in image.arcs.indices {
                image.arcs[index].target = merged[Int(state.arcs[index].target)]
            }
            if let twin = known[image] {
                merged[Int(number)] = twin
            } else {
                merged[Int(number)] = Int32(kept.count)
                known[image] = Int32(kept.count)
                kept.append(image)
            }
        }
        // The start was kept last; number from it.
        let last = Int32(kept.count - 1)
        return kept.reversed().map { state in
            WordAcceptor.State(
                isEnd: state.isEnd,
                arcs: state.arcs.map { WordAcceptor.Arc(word: $0.word, target: last - $0.target) })
        }
    }

    /// Words in the order of the alphabet, and each state's arcs in theirs.
    private func sorted(_ states: [WordAcceptor.State]) -> WordAcceptor {
        let order = words.indices.sorted { words[$0] < words[$1] }
        var place = Array(repeating: Int32(0), count: words.count)
        for (new, old) in order.enumerated() { place[old] = Int32(new) }
        let renamed = states.map { state in
            WordAcceptor.State(
                isEnd: state.isEnd,
                arcs: state.arcs.map { WordAcceptor.Arc(word: place[Int($0.word)], target: $0.target) }
                    .sorted { $0.word < $1.word })
        }
        return WordAcceptor(states: renamed, words: order.map { words[$0] })
    }
}
