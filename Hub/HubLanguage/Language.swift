/// A compiled language, ready to understand: its tables in memory, its automaton where the block of words lies.
package final class Language: Sendable {
    /// "en", "pt-BR"
    package var name: String { parts.name }
    /// Response templates: intent, then key.
    package var responses: [String: [String: String]] { parts.responses }
    package var errorResponses: [String: String] { parts.errorResponses }
    /// Words of the block, for its size.
    package var wordCount: Int { parts.block.count }
    /// Templates of the language.
    package var templateCount: Int { parts.templates.count }
    /// Names of the lists that the home fills.
    package var homeLists: [String] {
        parts.lists.filter { if case .home = $0.kind { true } else { false } }.map(\.name)
    }

    /// Everything as it was read.
    let parts: Parts
    let ignoresSpaces: Bool
    let automaton: Graph
    let valueTries: Graph
    let numberTrie: Graph
    let skipTrie: Graph
    // The same again for the search, flat.
    let lists: FlatTable<ListKind>
    let uses: FlatTable<FlatUse>
    let blocks: FlatTable<FlatBlock>
    let rules: FlatTable<FlatRule>
    let allowed: FlatTable<Int32>
    let templates: FlatTable<Template>
    let templateSets: FlatSets
    let valueSets: FlatSets
    let numberSets: FlatSets
    let valueContexts: FlatContexts
    private let contextNumbers: [SlotValue: Int32]

    init(_ parts: Parts) {
        self.parts = parts
        (ignoresSpaces, automaton, valueTries) = (parts.ignoresSpaces, parts.automaton, parts.valueTries)
        (numberTrie, skipTrie) = (parts.numberTrie, parts.skipTrie)
        lists = FlatTable(parts.lists.map(\.kind))
        uses = FlatTable(
            parts.uses.map { FlatUse(list: $0.list, isName: $0.slot == "name" && !$0.isCapture) })
        templates = FlatTable(parts.templates)
        (templateSets, valueSets) = (FlatSets(parts.templateSets), FlatSets(parts.valueSets))
        numberSets = FlatSets(parts.numberSets)
        var numbers: [SlotValue: Int32] = [:]
        var (blocks, rules, allowed): ([FlatBlock], [FlatRule], [Int32]) = ([], [], [])
        for block in parts.blocks {
            let start = rules.count
            for rule in block.excludes + block.requires {
                let first = allowed.count
                for value in rule.allowed {
                    let number = numbers[value] ?? Int32(numbers.count)
                    numbers[value] = number
                    allowed.append(number)
                }
                rules.append(FlatRule(key: Int32(rule.key), start: Int32(first), end: Int32(allowed.count)))
            }
            blocks.append(
                FlatBlock(
                    start: Int32(start), requiresStart: Int32(start + block.excludes.count),
                    end: Int32(rules.count), hasKeywords: !block.keywords.isEmpty))
        }
        (self.blocks, self.rules, self.allowed) = (FlatTable(blocks), FlatTable(rules), FlatTable(allowed))
        contextNumbers = numbers
        valueContexts = FlatContexts(parts.values) { numbers[$0] ?? -1 }
    }

    deinit {
        lists.free()
        uses.free()
        blocks.free()
        rules.free()
        allowed.free()
        templates.free()
        templateSets.free()
        valueSets.free()
        numberSets.free()
        valueContexts.free()
    }

    /// The number by which rules know a value of a context; -1 if no rule asks for it.
    func contextNumber(of value: SlotValue) -> Int32 { contextNumbers[value] ?? -1 }
}

extension Language {
    /// A use of a list, for the search.
    struct FlatUse: BitwiseCopyable {
        let list: Int
        /// It fills the slot `name`.
        let isName: Bool
    }

    /// Where a block's rules are: those that exclude, then those that require.
    struct FlatBlock: BitwiseCopyable {
        let start: Int32
        let requiresStart: Int32
        let end: Int32
        let hasKeywords: Bool
    }

    /// Which values a rule allows; none for any.
    struct FlatRule: BitwiseCopyable {
        let key: Int32
        let start: Int32
        let end: Int32
    }

    enum ListKind: BitwiseCopyable {
        case values(root: UInt32)
        case range(RangeList)
        case wildcard
        case home
    }

    /// Which sentence form a template sees and where it stands in the order of results.
    struct Template: BitwiseCopyable {
        let block: Int
        let kind: TemplateKind
        let text: Int
        let file: Int
        let line: Int
        let isPreferred: Bool
        /// Equal for equal intents, ascending with their names.
        let intentRank: Int
    }

    struct List {
        let name: String
        let kind: ListKind

        /// Where a list of values begins.
        var root: UInt32? { if case .values(let root) = kind { root } else { nil } }
    }

    struct Value {
        /// Nothing for the text as it was heard.
        let value: SlotValue?
        let context: [(key: Int, value: SlotValue)]
    }

    struct Use {
        let list: Int
        let slot: String
        let isCapture: Bool
    }

    struct Rule {
        let key: Int
        let allowed: [SlotValue]
        let slot: String?
    }

    struct Block {
        let intent: String
        let response: String
        let combination: String
        let isPreferred: Bool
        let slots: [(name: String, value: SlotValue)]
        let requires: [Rule]
        let excludes: [Rule]
        /// Folded.
        let keywords: [[UInt32]]
    }

    /// A language as it was read.
    struct Parts {
        let name: String
        let ignoresSpaces: Bool
        let block: WordBlock
        let automaton: Graph
        let valueTries: Graph
        let numberTrie: Graph
        let skipTrie: Graph
        let lists: [List]
        let values: [Value]
        let uses: [Use]
        let blocks: [Block]
        let templates: [Template]
        let templateSets: SetTable
        let valueSets: SetTable
        let numberSets: SetTable
        let texts: TextPool
        let responses: [String: [String: String]]
        let errorResponses: [String: String]
        /// Keys that contexts are compared by.
        let contextKeys: [String]
    }
}
