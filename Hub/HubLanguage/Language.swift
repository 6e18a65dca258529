/// A compiled language, ready to understand: its tables in memory, its automaton where the block of words lies.
package struct Language: Sendable {
    /// "en", "pt-BR"
    package let name: String
    let ignoresSpaces: Bool
    let automaton: Graph
    let valueTries: Graph
    let numberTrie: Graph
    let skipTrie: Graph
    let automatonRoot: UInt32
    let numberRoot: UInt32
    let skipRoot: UInt32
    let lists: [List]
    let values: [Value]
    let uses: [Use]
    let blocks: [Block]
    let templates: [Template]
    let templateSets: SetTable
    let valueSets: SetTable
    let numberSets: SetTable
    let texts: TextPool
    /// Response templates: intent, then key.
    package let responses: [String: [String: String]]
    package let errorResponses: [String: String]
    /// Keys that contexts are compared by, in the order of ``ContextRule``'s numbers.
    let contextKeys: [String]
    /// Words of the block, for its size.
    package let wordCount: Int

    enum ListKind {
        case values(root: UInt32)
        case range(RangeList)
        case wildcard
        case home
    }

    struct List {
        let name: String
        let kind: ListKind
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
        let isName: Bool
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
        /// Equal for equal intents, ascending with their names.
        let intentRank: Int
    }

    struct Template {
        let block: Int
        let kind: TemplateKind
        let text: Int
        let file: Int
        let line: Int
    }

    /// Names of the lists that the home fills.
    package var homeLists: [String] {
        lists.filter { if case .home = $0.kind { true } else { false } }.map(\.name)
    }

    /// Templates of the language.
    package var templateCount: Int { templates.count }
}
