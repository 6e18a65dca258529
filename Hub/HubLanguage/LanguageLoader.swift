/// Reads a ``Language`` from a block of words, every number checked.
package struct LanguageLoader {
    private let block: WordBlock
    private let sections: [(start: Int, count: Int)]
    private let texts: TextPool
    private var reader: TableReader
    private var contextKeys: [String] = []

    /// - Throws: ``ImageError`` if the words are no compiled language of this version, or damaged.
    package static func load(_ block: WordBlock) throws(ImageError) -> Language {
        var loader = try LanguageLoader(block)
        return try loader.language()
    }

    private init(_ block: WordBlock) throws(ImageError) {
        self.block = block
        sections = try LanguageImage.sections(of: block)
        texts = try TextPool(
            block, index: sections[1].start, count: sections[1].count / 2, bytes: sections[2].start,
            byteCount: sections[2].count * 4)
        reader = TableReader(block, from: sections[0].start, count: sections[0].count, texts: texts)
    }

    private func graph(
        _ number: Int, root: UInt32 = 0, endingCount: Int, useCount: Int = 0
    ) throws(ImageError) -> Graph {
        let section = sections[3 + number]
        let graph = Graph(
            block, start: section.start, count: section.count, root: root, endingCount: endingCount,
            useCount: useCount)
        guard let graph else { throw .damaged("an automaton leads nowhere") }
        return graph
    }

    private mutating func language() throws(ImageError) -> Language {
        let name = try reader.text()
        let ignoresSpaces = try reader.word() != 0
        let (automatonRoot, numberRoot, skipRoot) = (try reader.word(), try reader.word(), try reader.word())
        let lists = try readLists()
        let values = try readValues()
        let uses = try readUses(lists)
        let blocks = try readBlocks()
        let templates = try readTemplates(blocks)
        var responses: [String: [String: String]] = [:]
        for _ in 0..<(try reader.count(size: 2)) {
            let intent = try reader.text()
            responses[intent] = try readTexts()
        }
        let errorResponses = try readTexts()
        let templateSets = try reader.sets(below: UInt32(templates.count))
        let valueSets = try reader.sets(below: UInt32(values.count))
        let numberSets = try reader.sets(below: .max)
        let valueTries = try graph(1, endingCount: valueSets.count)
        guard valueTries.areRecords(lists.compactMap(\.root)) else {
            throw .damaged("a list does not begin where it should")
        }
        return Language(
            Language.Parts(
                name: name, ignoresSpaces: ignoresSpaces, block: block,
                automaton: try graph(
                    0, root: automatonRoot, endingCount: templateSets.count, useCount: uses.count),
                valueTries: valueTries,
                numberTrie: try graph(2, root: numberRoot, endingCount: numberSets.count),
                skipTrie: try graph(3, root: skipRoot, endingCount: 1), lists: lists, values: values,
                uses: uses,
                blocks: blocks, templates: templates, templateSets: templateSets, valueSets: valueSets,
                numberSets: numberSets, texts: texts, responses: responses, errorResponses: errorResponses,
                contextKeys: contextKeys))
    }

    private mutating func key(_ name: String) -> Int {
        if let key = contextKeys.firstIndex(of: name) { return key }
        contextKeys.append(name)
        return contextKeys.count - 1
    }

    private mutating func readTexts() throws(ImageError) -> [String: String] {
        var result: [String: String] = [:]
        for (name, value) in try reader.pairs() { if case .text(let text) = value { result[name] = text } }
        return result
    }

    private mutating func readLists() throws(ImageError) -> [Language.List] {
        var lists: [Language.List] = []
        for _ in 0..<(try reader.count(size: 2)) {
            let name = try reader.text()
            switch try reader.word() {
            case 0: lists.append(.init(name: name, kind: .values(root: try reader.word())))
            case 1: lists.append(.init(name: name, kind: .range(try readRange())))
            case 2: lists.append(.init(name: name, kind: .wildcard))
            case 3: lists.append(.init(name: name, kind: .home))
            default: throw .damaged("a list of no known kind")
            }
        }
        return lists
    }

    private mutating func readRange() throws(ImageError) -> RangeList {
        let (first, last, step) = (try reader.integer(), try reader.integer(), try reader.integer())
        guard case .number(let multiplier) = try reader.value(),
            let fraction = RangeFraction(rawValue: try reader.word()), first <= last,
            first.magnitude <= RangeList.spanMax, last.magnitude <= RangeList.spanMax
        else { throw .damaged("a range is none") }
        let flags = try reader.word()
        return RangeList(
            first: first, last: last, step: step, fraction: fraction, multiplier: multiplier,
            allowsDigits: flags & 1 != 0, allowsWords: flags & 2 != 0)
    }

    private mutating func readValues() throws(ImageError) -> [Language.Value] {
        var values: [Language.Value] = []
        for _ in 0..<(try reader.count(size: 2)) {
            let value = try reader.word() == 0 ? nil : try reader.value()
            var context: [(key: Int, value: SlotValue)] = []
            for (name, value) in try reader.pairs() { context.append((key(name), value)) }
            values.append(.init(value: value, context: context))
        }
        return values
    }

    private mutating func readUses(_ lists: [Language.List]) throws(ImageError) -> [Language.Use] {
        var uses: [Language.Use] = []
        for _ in 0..<(try reader.count(size: 3)) {
            let list = try reader.index(below: lists.count)
            let slot = try reader.text()
            let isCapture = try reader.word() != 0
            uses.append(.init(list: list, slot: slot, isCapture: isCapture))
        }
        return uses
    }

    private mutating func readBlocks() throws(ImageError) -> [Language.Block] {
        var blocks: [Language.Block] = []
        for _ in 0..<(try reader.count(size: 8)) {
            let (intent, response, combination) = (try reader.text(), try reader.text(), try reader.text())
            let isPreferred = try reader.word() != 0
            let slots = try reader.pairs()
            let (requires, excludes) = (try readRules(), try readRules())
            var keywords: [[UInt32]] = []
            for _ in 0..<(try reader.count()) { keywords.append(Spelling.prepared(try reader.text())) }
            blocks.append(
                .init(
                    intent: intent, response: response, combination: combination, isPreferred: isPreferred,
                    slots: slots, requires: requires, excludes: excludes, keywords: keywords))
        }
        return blocks
    }

    private mutating func readRules() throws(ImageError) -> [Language.Rule] {
        var rules: [Language.Rule] = []
        for _ in 0..<(try reader.count(size: 4)) {
            let key = key(try reader.text())
            guard case .list(let allowed) = try reader.value() else {
                throw .damaged("a rule without values")
            }
            let slot = try reader.word() == 0 ? nil : try reader.text()
            rules.append(.init(key: key, allowed: allowed, slot: slot))
        }
        return rules
    }

    private mutating func readTemplates(
        _ blocks: [Language.Block]
    ) throws(ImageError) -> [Language.Template] {
        let names = Array(Set(blocks.map(\.intent))).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let ranks = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
        let rankOfBlock = blocks.map { ranks[$0.intent] ?? 0 }
        var templates: [Language.Template] = []
        let count = try reader.count(size: 5)
        templates.reserveCapacity(count)
        for _ in 0..<count {
            let block = try reader.index(below: blocks.count)
            guard let kind = TemplateKind(rawValue: try reader.word()) else {
                throw .damaged("a template's kind")
            }
            templates.append(
                .init(
                    block: block, kind: kind, text: try reader.textNumber(), file: try reader.textNumber(),
                    line: Int(try reader.word()), isPreferred: blocks[block].isPreferred,
                    intentRank: rankOfBlock[block]))
        }
        return templates
    }
}
