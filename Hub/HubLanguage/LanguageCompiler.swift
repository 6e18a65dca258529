/// Compiles a ``LanguageSource`` to the words of a ``LanguageImage``.
package struct LanguageCompiler {
    /// Templates of a language.
    package static let templateCountMax = 50_000
    /// States of the templates written out; beyond it one multiplies out of hand. The largest pack takes 340,000.
    package static let stateCountMax = 3_000_000

    private let source: LanguageSource
    private let stateCountMax: Int
    private var scope: LanguageScope
    private var tables = TableWriter()
    private var values: [ListValue] = []
    private var roots: [UInt32] = []
    private var templateSets = SetPool()
    private var valueSets = SetPool()
    private var numberSets = SetPool()

    /// The compiled language.
    ///
    /// - Parameters:
    ///   - homeLists: lists that the home fills, besides name, area and floor.
    ///   - stateCountMax: states of the templates written out.
    /// - Throws: ``LanguageError`` with file, line and column of what is wrong.
    package static func compile(
        _ source: LanguageSource, homeLists: [String] = [], stateCountMax: Int = stateCountMax
    ) throws(LanguageError) -> [UInt32] {
        var compiler = LanguageCompiler(
            source: source, scope: LanguageScope(source, others: homeLists), stateCountMax: stateCountMax)
        return try compiler.run()
    }

    private init(source: LanguageSource, scope: LanguageScope, stateCountMax: Int) {
        (self.source, self.scope, self.stateCountMax) = (source, scope, stateCountMax)
    }

    private struct Template {
        let text: TextSource
        let tree: TemplateTree
        let block: Int
        let kind: TemplateKind
    }

    private mutating func run() throws(LanguageError) -> [UInt32] {
        let blocks = source.intents.flatMap { intent in intent.blocks.map { (intent.name, $0) } }
        let templates = try readTemplates(blocks.map(\.1))
        let graph = try makeGraph(templates, blocks.map(\.1))
        var isWildcard: [Bool] = []
        for use in graph.uses { isWildcard.append(scope.isWildcard(use.list)) }
        let automaton = try SubsetConstruction(graph, isWildcardUse: isWildcard)
        var automatonWriter = GraphRecordWriter()
        let automatonRoot = automatonWriter.write(automaton.states) {
            templateSets.number(of: $0.map { UInt32($0) })
        }
        let valueWriter = try writeLists()
        let (numberWriter, numberRoot) = writeNumbers()
        let (skipWriter, skipRoot) = writeSkipWords()
        tables.text(source.language)
        tables.word(source.ignoresSpaces ? 1 : 0)
        for root in [automatonRoot, numberRoot, skipRoot] { tables.word(root) }
        writeListTable()
        writeUses(graph)
        writeBlocks(blocks)
        writeTemplates(templates)
        writeResponses()
        tables.sets(templateSets.sets)
        tables.sets(valueSets.sets)
        tables.sets(numberSets.sets)
        return LanguageImage.assemble(
            tables: tables,
            graphs: [automatonWriter.words, valueWriter.words, numberWriter.words, skipWriter.words])
    }

    // MARK: Templates

    /// All templates in the order in which equal results are preferred.
    private mutating func readTemplates(_ blocks: [BlockSource]) throws(LanguageError) -> [Template] {
        var result: [Template] = []
        for (number, block) in blocks.enumerated() {
            var inBlock: [(order: Int, template: Template)] = []
            for text in block.templates {
                let tree = try TemplateReader.read(text.text, at: text.place)
                // Those with wildcards go by their words, most first; the others count as none.
                let hasWildcard = tree.listNames.contains { scope.isWildcard($0, in: block) }
                let kind = TemplateKind(tree) { scope.isWildcard($0, in: block) }
                inBlock.append(
                    (
                        hasWildcard ? -tree.textCount : 0,
                        Template(text: text, tree: tree, block: number, kind: kind)
                    ))
            }
            let sorted = inBlock.enumerated().sorted {
                ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
            }
            result += sorted.map(\.element.template)
        }
        guard result.count <= Self.templateCountMax else {
            let place = SourcePlace(file: source.language, line: 0, column: 0)
            throw LanguageError(place, "more than \(Self.templateCountMax) templates; leave some out")
        }
        return result
    }

    private mutating func makeGraph(
        _ templates: [Template], _ blocks: [BlockSource]
    ) throws(LanguageError) -> TemplateGraph {
        var builder = TemplateGraphBuilder(scope: scope, stateCountMax: stateCountMax)
        let scopes = blocks.enumerated().map { LanguageScope.Block(source: $0.element, key: "\($0.offset)/") }
        for (number, template) in templates.enumerated() {
            try builder.add(
                template.tree, number: number, of: scopes[template.block], at: template.text.place)
        }
        scope = builder.scope
        scope.block = nil
        return builder.graph
    }

    // MARK: Lists and words

    private mutating func writeLists() throws(LanguageError) -> GraphRecordWriter {
        var writer = GraphRecordWriter()
        for index in scope.lists.indices {
            guard case .values(let listed) = scope.lists[index].contents else {
                roots.append(0)
                continue
            }
            var trie = TrieBuilder()
            for value in listed {
                for form in try TemplateForms.of(value.said, at: value.place, in: &scope) {
                    trie.insert(spaced(form), value: UInt32(values.count))
                }
                values.append(value)
            }
            roots.append(trie.write(to: &writer) { valueSets.number(of: $0) })
        }
        return writer
    }

    /// As the language has its spaces.
    private func spaced(_ text: [UInt32]) -> [UInt32] {
        source.ignoresSpaces ? SentenceText.withoutSpacesBetweenUnspaced(text) : text
    }

    private mutating func writeNumbers() -> (GraphRecordWriter, UInt32) {
        var trie = TrieBuilder()
        for number in source.numberWords {
            for words in number.words {
                let form = TemplateForms.tidied(Spelling.prepared(words))
                if !form.isEmpty {
                    trie.insert(form, value: UInt32(bitPattern: Int32(clamping: number.tenths)))
                }
            }
        }
        var writer = GraphRecordWriter()
        let root = trie.write(to: &writer) { numberSets.number(of: $0) }
        return (writer, root)
    }

    private func writeSkipWords() -> (GraphRecordWriter, UInt32) {
        var trie = TrieBuilder()
        for words in source.skipWords {
            let form = TemplateForms.tidied(Spelling.prepared(words))
            if !form.isEmpty { trie.insert(form, value: 0) }
        }
        var writer = GraphRecordWriter()
        let root = trie.write(to: &writer) { _ in 0 }
        return (writer, root)
    }

    // MARK: Tables

    private mutating func writeListTable() {
        tables.count(scope.lists.count)
        for (index, list) in scope.lists.enumerated() {
            tables.text(list.name)
            switch list.contents {
            case .values:
                tables.word(0)
                tables.word(roots[index])
            case .range(let range):
                tables.word(1)
                tables.value(.integer(range.first))
                tables.value(.integer(range.last))
                tables.value(.integer(range.step))
                tables.value(.number(range.multiplier))
                tables.word(range.fraction.rawValue)
                tables.word((range.allowsDigits ? 1 : 0) | (range.allowsWords ? 2 : 0))
            case .wildcard: tables.word(2)
            case .home: tables.word(3)
            }
        }
        tables.count(values.count)
        for value in values {
            tables.word(value.value == nil ? 0 : 1)
            if let value = value.value { tables.value(value) }
            tables.pairs(value.context)
        }
    }

    private mutating func writeUses(_ graph: TemplateGraph) {
        tables.count(graph.uses.count)
        for use in graph.uses {
            tables.count(use.list)
            tables.text(use.slot)
            tables.word(use.isCapture ? 1 : 0)
        }
    }

    private mutating func writeBlocks(_ blocks: [(String, BlockSource)]) {
        tables.count(blocks.count)
        for (intent, block) in blocks {
            for text in [intent, block.response, block.combination] { tables.text(text) }
            tables.word(block.isPreferred ? 1 : 0)
            tables.pairs(block.slots)
            for rules in [block.requires, block.excludes] {
                tables.count(rules.count)
                for rule in rules {
                    tables.text(rule.key)
                    tables.value(.list(rule.allowed))
                    tables.word(rule.slot == nil ? 0 : 1)
                    if let slot = rule.slot { tables.text(slot) }
                }
            }
            tables.count(block.keywords.count)
            for keyword in block.keywords { tables.text(keyword) }
        }
    }

    private mutating func writeTemplates(_ templates: [Template]) {
        tables.count(templates.count)
        for template in templates {
            tables.count(template.block)
            tables.word(template.kind.rawValue)
            tables.text(template.text.text)
            tables.text(template.text.place.file)
            tables.count(template.text.place.line)
        }
    }

    private mutating func writeResponses() {
        tables.count(source.responses.count)
        for (intent, responses) in source.responses.sorted(by: { $0.key < $1.key }) {
            tables.text(intent)
            tables.pairs(responses.mapValues { .text($0) })
        }
        tables.pairs(source.errorResponses.mapValues { .text($0) })
    }
}
