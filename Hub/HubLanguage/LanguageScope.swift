/// The lists and rules of a language by name, and of a block where it has its own.
struct LanguageScope {
    /// Lists that the home fills, in every language.
    static let homeLists = ["area", "floor", "name"]

    /// A block whose own lists and rules go first, with a key of its own for their names.
    struct Block {
        let source: BlockSource
        let key: String
    }

    private let source: LanguageSource
    /// The block that the next names are looked up for.
    var block: Block?
    private var numbers: [String: Int] = [:]
    /// Every list under the number that the automaton knows.
    private(set) var lists: [(name: String, contents: ListContents)] = []
    private var trees: [String: TemplateTree] = [:]

    /// - Parameter others: further lists that the home fills.
    init(_ source: LanguageSource, others: [String]) {
        self.source = source
        for name in source.lists.keys.sorted() { _ = add(name, source.lists[name]?.contents ?? .home) }
        for name in Self.homeLists + others where numbers[name] == nil { _ = add(name, .home) }
    }

    private mutating func add(_ name: String, _ contents: ListContents) -> Int {
        numbers[name] = lists.count
        lists.append((name, contents))
        return lists.count - 1
    }

    /// - Throws: ``LanguageError`` for a list that is not there.
    mutating func listNumber(
        _ use: TemplateTree.ListUse, at place: SourcePlace
    ) throws(LanguageError) -> Int {
        if let block, let own = block.source.lists[use.list] {
            let name = "\(block.key)\(use.list)"
            return numbers[name] ?? add(name, own.contents)
        }
        if let number = numbers[use.list] { return number }
        guard let range = use.range else {
            throw LanguageError(
                place, "no list is called {\(use.list)}; add it under 'lists:' or correct the name")
        }
        return add(use.list, .range(RangeList(first: range.first, last: range.last, step: range.step)))
    }

    /// - Throws: ``LanguageError`` for a rule that is not there or cannot be read.
    mutating func rule(_ name: String, at place: SourcePlace) throws(LanguageError) -> TemplateTree {
        let own = block?.source.rules[name]
        let id = own == nil ? name : (block?.key ?? "") + name
        if let tree = trees[id] { return tree }
        guard let text = own ?? source.rules[name] else {
            throw LanguageError(
                place, "no rule is called <\(name)>; add it under 'expansion_rules:' or correct the name")
        }
        let tree = try TemplateReader.read(text.text, at: text.place)
        trees[id] = tree
        return tree
    }

    /// Whether `list` takes anything, seen from `block`.
    func isWildcard(_ list: String, in block: BlockSource) -> Bool {
        let contents = block.lists[list]?.contents ?? source.lists[list]?.contents
        if case .wildcard? = contents { return true } else { return false }
    }

    func isWildcard(_ list: Int) -> Bool {
        if case .wildcard = lists[list].contents { true } else { false }
    }
}
