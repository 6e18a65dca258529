import HubLanguage

/// Reads one language from a checkout of the intents repository.
struct RepositoryReader {
    private let root: String
    private let language: String
    private var result: LanguageSource

    init(_ root: String, _ language: String) {
        (self.root, self.language) = (root, language)
        result = LanguageSource(language: language)
    }

    /// - Throws: ``PackError`` or ``LanguageError``.
    consuming func source() throws -> LanguageSource {
        guard try PackFolder.names(in: "\(root)/sentences").contains(language) else {
            throw PackError.file("\(root): has no sentences for '\(language)'; see which languages there are")
        }
        if let common = try yaml("sentences/\(language)/_common.yaml") {
            try PackReader.add(common, to: &result)
        }
        for path in try files("rules/\(language)") {
            if let rules = try yaml(path)?["expansion_rules"] {
                try PackReader.addRules(rules, to: &result.rules)
            }
        }
        for path in try files("lists") + files("lists/\(language)") {
            if let lists = try yaml(path)?["lists"] { try PackReader.addLists(lists, to: &result.lists) }
        }
        guard let schema = try yaml("intents.yaml") else {
            throw PackError.file("\(root): has no intents.yaml")
        }
        for (name, intent) in try schema.pairs("intents.yaml") { try add(name, intent) }
        return result
    }

    private func files(_ folder: String) throws -> [String] {
        try PackFolder.names(in: "\(root)/\(folder)").filter { $0.hasSuffix(".yaml") }.map {
            "\(folder)/\($0)"
        }
    }

    private func yaml(_ path: String) throws -> PackNode? {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        guard try PackFolder.names(in: "\(root)/\(folder)").contains(name) else { return nil }
        let bytes = try PackFolder.bytes("\(root)/\(path)")
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PackError.file("\(root)/\(path): is not UTF-8; save it as UTF-8")
        }
        return try PackNode.yaml(text, file: path)
    }

    private mutating func add(_ name: String, _ intent: PackNode) throws {
        if let responses = try yaml("responses/\(language)/\(name).yaml")?["responses"] {
            try PackReader.addResponses(responses, to: &result)
        }
        var blocks: [BlockSource] = []
        for (combination, schema) in try intent["slot_combinations"]?.pairs("'slot_combinations'") ?? [] {
            guard let file = try yaml("sentences/\(language)/\(name)/\(combination).yaml") else { continue }
            let data = try file["data"]?.items("'data'") ?? []
            // Blocks for speech alone stand beside the full ones, or instead of them.
            let full = data.filter { $0["speech_to_phrase"]?.truth != true }
            for node in full.isEmpty ? data : full {
                blocks.append(try block(node, combination: combination, schema: schema))
            }
        }
        if !blocks.isEmpty { result.intents.append(IntentSource(name: name, blocks: blocks)) }
    }

    private func block(
        _ node: PackNode, combination: String, schema: PackNode
    ) throws(LanguageError) -> BlockSource {
        var block = BlockSource(templates: try PackReader.templates(node))
        try PackReader.fill(&block, from: node)
        block.combination = combination
        if let domains = node["name_domains"] {
            block.requires.removeAll { $0.key == "domain" }
            block.requires.append(ContextRule(key: "domain", allowed: try self.domains(domains, schema)))
        } else if let domain = node["inferred_domain"] {
            block.slots["domain"] = try domain.slotValue("'inferred_domain'")
        }
        if schema["context_area"]?.truth == true {
            block.requires.removeAll { $0.key == "area" }
            block.requires.append(ContextRule(key: "area", allowed: [], slot: "area"))
        }
        return block
    }

    /// Domains by name, or a group of the combination's.
    private func domains(_ node: PackNode, _ schema: PackNode) throws(LanguageError) -> [SlotValue] {
        var list = node
        if let group = node.text {
            guard let named = schema["name_domain_groups"]?[group] else {
                throw node.error("the combination has no group '\(group)' under 'name_domain_groups'")
            }
            list = named
        }
        var values: [SlotValue] = []
        for item in try list.items("'name_domains'") { values.append(try item.slotValue("a domain")) }
        return values
    }
}
