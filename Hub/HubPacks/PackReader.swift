package import HubLanguage

/// Reads a pack in the shape of `home-assistant-intents`: one map with `language`, `settings`, `skip_words`,
/// `intents`, `lists`, `expansion_rules` and `responses`. Custom sentences have the same shape.
package struct PackReader {
    /// Reads `pack`.
    ///
    /// - Throws: ``LanguageError`` at the first thing that is not as it should be.
    package static func source(_ pack: PackNode) throws(LanguageError) -> LanguageSource {
        guard let language = pack["language"] else {
            throw pack.error("'language' is missing; write 'language: en' or another code")
        }
        var source = LanguageSource(language: try language.string("'language'"))
        try add(pack, to: &source)
        return source
    }

    /// Adds what `pack` holds to `source`; lists and rules of the same name are replaced.
    ///
    /// - Parameter isOwn: its templates go before those of other packs.
    package static func add(
        _ pack: PackNode, to source: inout LanguageSource, isOwn: Bool = false
    ) throws(LanguageError) {
        if let spaces = pack["settings"]?["ignore_whitespace"]?.truth { source.ignoresSpaces = spaces }
        if let words = pack["skip_words"] {
            for word in try words.items("'skip_words'") {
                source.skipWords.append(try word.string("a skip word"))
            }
        }
        if let lists = pack["lists"] { try addLists(lists, to: &source.lists) }
        if let rules = pack["expansion_rules"] { try addRules(rules, to: &source.rules) }
        if let intents = pack["intents"] {
            for (name, intent) in try intents.pairs("'intents'") {
                var blocks: [BlockSource] = []
                for block in try intent["data"]?.items("'data'") ?? [] {
                    blocks.append(try self.block(block))
                    if isOwn { blocks[blocks.count - 1].isPreferred = true }
                }
                source.intents.append(IntentSource(name: name, blocks: blocks))
            }
        }
        if let responses = pack["responses"] { try addResponses(responses, to: &source) }
    }

    static func addResponses(_ node: PackNode, to source: inout LanguageSource) throws(LanguageError) {
        if let intents = node["intents"] {
            for (intent, keys) in try intents.pairs("'responses.intents'") {
                for (key, text) in try keys.pairs("the responses of \(intent)") {
                    source.responses[intent, default: [:]][key] = try text.string("a response")
                }
            }
        }
        if let errors = node["errors"] {
            for (key, text) in try errors.pairs("'responses.errors'") {
                source.errorResponses[key] = try text.string("a response")
            }
        }
    }

    static func addRules(
        _ node: PackNode, to rules: inout [String: TextSource]
    ) throws(LanguageError) {
        for (name, rule) in try node.pairs("'expansion_rules'") {
            rules[name] = TextSource(try rule.string("rule <\(name)>"), at: rule.place)
        }
    }

    static func addLists(
        _ node: PackNode, to lists: inout [String: ListSource]
    ) throws(LanguageError) {
        for (name, list) in try node.pairs("'lists'") {
            lists[name] = ListSource(try ListReader.contents(of: list, called: name), at: list.place)
        }
    }

    // MARK: Blocks

    static func templates(_ node: PackNode) throws(LanguageError) -> [TextSource] {
        guard let sentences = node["sentences"] else {
            throw node.error("a block without 'sentences'; write 'sentences:' and a list of templates")
        }
        var templates: [TextSource] = []
        for sentence in try sentences.items("'sentences'") {
            templates.append(TextSource(try sentence.string("a template"), at: sentence.place))
        }
        return templates
    }

    private static func block(_ node: PackNode) throws(LanguageError) -> BlockSource {
        var block = BlockSource(templates: try templates(node))
        try fill(&block, from: node)
        if let combination = node["metadata"]?["slot_combination"] {
            block.combination = try combination.string("'slot_combination'")
        }
        return block
    }

    /// What blocks of both layouts may have.
    static func fill(_ block: inout BlockSource, from node: PackNode) throws(LanguageError) {
        if let response = node["response"] { block.response = try response.string("'response'") }
        if let slots = node["slots"] {
            for (name, value) in try slots.pairs("'slots'") {
                block.slots[name] = try value.slotValue("slot \(name)")
            }
        }
        if let rules = node["requires_context"] { block.requires = try contextRules(rules) }
        if let rules = node["excludes_context"] { block.excludes = try contextRules(rules) }
        if let keywords = node["required_keywords"] {
            for word in try keywords.items("'required_keywords'") {
                block.keywords.append(try word.string("a keyword"))
            }
        }
        if let own = node["metadata"]?["hass_custom_sentence"]?.truth { block.isPreferred = own }
        if let rules = node["expansion_rules"] { try addRules(rules, to: &block.rules) }
        if let lists = node["lists"] { try addLists(lists, to: &block.lists) }
    }

    private static func contextRules(_ node: PackNode) throws(LanguageError) -> [ContextRule] {
        var rules: [ContextRule] = []
        for (key, value) in try node.pairs("a context") {
            guard case .map = value.content else {
                rules.append(ContextRule(key: key, allowed: try allowed(value)))
                continue
            }
            let slot: String? =
                switch value["slot"]?.content {
                case .text(let name): name
                case .truth(true): key
                case .truth(false), .null, .integer, .number, .list, .map, nil: nil
                }
            rules.append(ContextRule(key: key, allowed: try value["value"].map(allowed) ?? [], slot: slot))
        }
        return rules
    }

    /// One value, any of a list, or anything (null).
    private static func allowed(_ node: PackNode) throws(LanguageError) -> [SlotValue] {
        if case .null = node.content { return [] }
        let value = try node.slotValue("a context's value")
        if case .list(let values) = value { return values }
        return [value]
    }
}

/// Reads one list of a pack: `values`, `range` or `wildcard: true`.
enum ListReader {
    static func contents(of node: PackNode, called name: String) throws(LanguageError) -> ListContents {
        if let values = node["values"] {
            var result: [ListValue] = []
            for value in try values.items("the values of {\(name)}") { result.append(try self.value(value)) }
            return .values(result)
        }
        if let range = node["range"] { return .range(try self.range(range, called: name)) }
        if node["wildcard"]?.truth == true { return .wildcard }
        throw node.error("list {\(name)} has no 'values', 'range' or 'wildcard: true'; write one of them")
    }

    private static func value(_ node: PackNode) throws(LanguageError) -> ListValue {
        guard case .map = node.content else {
            let text = try node.string("a value")
            return ListValue(text, value: .text(text), place: node.place)
        }
        guard let said = node["in"] else {
            throw node.error("a value without 'in'; write 'in:' and what is said")
        }
        let text = try said.string("'in'")
        var context: [String: SlotValue] = [:]
        for (key, value) in try node["context"]?.pairs("'context'") ?? [] {
            context[key] = try value.slotValue("context \(key)")
        }
        let out = try node["out"]?.slotValue("'out'")
        // A template without an 'out' gives what was heard, plain words give themselves.
        let value = out ?? (TemplateReader.isTemplate(text) ? nil : .text(text))
        return ListValue(text, value: value, context: context, place: said.place)
    }

    private static func range(_ node: PackNode, called name: String) throws(LanguageError) -> RangeList {
        guard let first = node["from"]?.integer, let last = node["to"]?.integer else {
            throw node.error("range {\(name)} needs whole numbers 'from' and 'to'")
        }
        let step = node["step"]?.integer ?? 1
        guard first <= last, step > 0, first.magnitude <= RangeList.spanMax,
            last.magnitude <= RangeList.spanMax
        else {
            throw node.error(
                "range {\(name)} must rise, by steps of at least 1, within \(RangeList.spanMax) of zero")
        }
        let fraction: RangeFraction
        switch node["fractions"]?.text {
        case nil: fraction = .none
        case "halves": fraction = .halves
        case "tenths": fraction = .tenths
        case .some(let other):
            throw (node["fractions"] ?? node).error(
                "fractions '\(other)' of {\(name)}; write halves or tenths")
        }
        return RangeList(
            first: first, last: last, step: step, fraction: fraction,
            multiplier: node["multiplier"]?.double ?? 1,
            allowsDigits: node["digits"]?.truth ?? true, allowsWords: node["words"]?.truth ?? true)
    }
}
