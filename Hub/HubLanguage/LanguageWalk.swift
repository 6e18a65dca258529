/// A compiled language and a home's names, to be walked through step by step by whoever makes another machine of the
/// same sentences. Read-only; a record is a place in an automaton or trie, 0 the dead end.
package struct LanguageWalk: Sendable {
    /// Which of the tries a record belongs to.
    package enum Trie: UInt8, Sendable, CaseIterable { case values, home, numbers, skipWords }

    /// What a list holds.
    package enum Contents: Sendable {
        /// Texts, from the trie's record on.
        case texts(Trie, record: UInt32)
        case numbers(RangeList)
        /// Anything, or nothing at all: no closed set of words.
        case open
    }

    /// A list that may stand at a place.
    package struct Label: Sendable {
        /// The number of the list.
        package let list: Int
        /// Where the sentence goes on inside the same word; 0 for nowhere.
        package let touching: UInt32
        /// Where it goes on at the edge of a word.
        package let gap: UInt32
    }

    /// What rules may ask for: for each key the number of its value, or ``absent``.
    package typealias Context = [Int32]
    /// A context says nothing under this key.
    package static let absent: Int32 = -2
    /// A value that no rule asks for.
    package static let otherValue: Int32 = -1

    private let language: Language
    private let home: HomeVocabulary

    /// - Precondition: `home` was made for `language`.
    package init(_ language: Language, home: HomeVocabulary) { (self.language, self.home) = (language, home) }

    /// The language's code.
    package var name: String { language.name }
    /// Whether its words have no spaces between them.
    package var ignoresSpaces: Bool { language.ignoresSpaces }
    /// Where sentences begin.
    package var root: UInt32 { language.automaton.root }

    // MARK: Sentences

    /// Characters, folded, and where they lead.
    package func arcs(of record: UInt32) -> [(scalar: UInt32, target: UInt32)] {
        Self.arcs(of: record, in: language.automaton)
    }

    /// Where a space leads; 0 for nowhere.
    package func afterSpace(_ record: UInt32) -> UInt32 {
        if language.automaton.base[Int(record)] & GraphRecord.skipsSpaces != 0 { return record }
        return language.automaton.target(of: 0x20, from: record)
    }

    /// Lists that may stand here.
    package func labels(of record: UInt32) -> [Label] {
        let graph = language.automaton
        let header = graph.base[Int(record)]
        let start = Int(record) + (header & GraphRecord.hasEnding == 0 ? 1 : 2)
        return (0..<GraphRecord.labelCount(header)).map { number in
            let index = start + 3 * number
            return Label(
                list: language.uses[Int(graph.base[index])].list, touching: graph.base[index + 1],
                gap: graph.base[index + 2])
        }
    }

    /// Templates that end here.
    package func templates(endingAt record: UInt32) -> [Int] {
        Self.ending(of: record, in: language.automaton, language.templateSets)
    }

    // MARK: Lists

    /// What list number `list` holds.
    package func contents(of list: Int) -> Contents {
        if home.roots[list] != 0 { return .texts(.home, record: home.roots[list]) }
        switch language.lists[list] {
        case .values(let root): return .texts(.values, record: root)
        case .range(let range): return range.allowsWords ? .numbers(range) : .open
        case .wildcard, .home: return .open
        }
    }

    /// The root of the trie of number words, or of skip words.
    package func root(of trie: Trie) -> UInt32 {
        switch trie {
        case .numbers: language.numberTrie.root
        case .skipWords: language.skipTrie.root
        case .values, .home: 0
        }
    }

    /// Characters of a trie and where they lead.
    package func arcs(of record: UInt32, in trie: Trie) -> [(scalar: UInt32, target: UInt32)] {
        Self.arcs(of: record, in: graph(trie))
    }

    /// What ends at a record of a trie: numbers of values; of numbers, their tenths.
    package func values(endingAt record: UInt32, in trie: Trie) -> [Int] {
        switch trie {
        case .values: Self.ending(of: record, in: language.valueTries, language.valueSets)
        case .home: Self.ending(of: record, in: home.tries, home.sets)
        case .numbers:
            Self.ending(of: record, in: language.numberTrie, language.numberSets).map {
                Int(Int32(truncatingIfNeeded: $0))
            }
        case .skipWords: language.skipTrie.base[Int(record)] & GraphRecord.hasEnding == 0 ? [] : [0]
        }
    }

    // MARK: Context

    /// A context that says this; keys that no rule asks for are left out.
    package func context(saying values: [String: SlotValue]) -> Context {
        language.parts.contextKeys.map { key in
            values[key].map { language.contextNumber(of: $0) } ?? Self.absent
        }
    }

    /// `context` with what value number `value` of a trie says besides.
    package func adding(value: Int, of trie: Trie, to context: Context) -> Context {
        var result = context
        for key in result.indices {
            let found =
                switch trie {
                case .values: language.valueContexts.value(of: value, under: Int32(key))
                case .home: home.contexts.value(of: value, under: Int32(key))
                case .numbers, .skipWords: nil as Int32?
                }
            if let found { result[key] = found }
        }
        return result
    }

    /// Whether the block of template `number` takes a path with this context. A key that the path does not have and
    /// that the block takes any value of counts as told by the caller: the room the sentence is said in.
    package func accepts(template number: Int, _ context: Context) -> Bool {
        let block = language.blocks[language.templates[number].block]
        for index in Int(block.start)..<Int(block.end) {
            let rule = language.rules[index]
            let value = context[Int(rule.key)]
            let isAny = rule.start == rule.end
            var holds = value != Self.absent && isAny
            for place in Int(rule.start)..<Int(rule.end) where language.allowed[place] == value {
                holds = true
            }
            if index < Int(block.requiresStart) {
                if holds { return false }
            } else if !holds, !(isAny && value == Self.absent) {
                return false
            }
        }
        return true
    }

    /// The intent of template `number`.
    package func intent(of number: Int) -> String {
        language.parts.blocks[language.templates[number].block].intent
    }

    /// What the block of template `number` implies for `slot`: one value or any of several.
    package func impliedValues(of number: Int, slot: String) -> [SlotValue] {
        let slots = language.parts.blocks[language.templates[number].block].slots
        guard let value = slots.first(where: { $0.name == slot })?.value else { return [] }
        if case .list(let values) = value { return values }
        return [value]
    }

    /// Templates of the language.
    package var templateCount: Int { language.templateCount }

    /// Every value that the names of the home have under `key`.
    package func homeValues(under key: String) -> Set<SlotValue> {
        guard let number = language.parts.contextKeys.firstIndex(of: key) else { return [] }
        return Set(home.values.flatMap { $0.context.filter { $0.key == number }.map(\.value) })
    }

    // MARK: Records

    private func graph(_ trie: Trie) -> Graph {
        switch trie {
        case .values: language.valueTries
        case .home: home.tries
        case .numbers: language.numberTrie
        case .skipWords: language.skipTrie
        }
    }

    private static func arcs(of record: UInt32, in graph: Graph) -> [(scalar: UInt32, target: UInt32)] {
        let header = graph.base[Int(record)]
        let start = Int(record) + GraphRecord.arcOffset(header)
        return (0..<GraphRecord.arcCount(header)).map {
            (graph.base[start + 2 * $0], graph.base[start + 2 * $0 + 1])
        }
    }

    private static func ending(of record: UInt32, in graph: Graph, _ sets: FlatSets) -> [Int] {
        guard graph.base[Int(record)] & GraphRecord.hasEnding != 0 else { return [] }
        return sets.range(of: graph.base[Int(record) + 1]).map { Int(sets.number($0)) }
    }
}
