/// All texts that a template without lists stands for: names of devices and values of lists may be templates.
enum TemplateForms {
    /// Texts of one value.
    static let countMax = 4_096

    /// - Throws: ``LanguageError`` for a list inside, an unknown rule, or too many texts.
    static func of(
        _ said: String, at place: SourcePlace, in scope: inout LanguageScope
    ) throws(LanguageError) -> [[UInt32]] {
        guard TemplateReader.isTemplate(said) else {
            return [tidied(Spelling.prepared(said))].filter { !$0.isEmpty }
        }
        let tree = try TemplateReader.read(said, at: place)
        let forms = try expand(tree, at: place, depth: 0, in: &scope).map(tidied)
        return Array(Set(forms)).filter { !$0.isEmpty }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Single spaces, none at the ends.
    static func tidied(_ text: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        for value in text where value != 0x20 || (result.last ?? 0x20) != 0x20 { result.append(value) }
        if result.last == 0x20 { result.removeLast() }
        return result
    }

    private static func expand(
        _ tree: TemplateTree, at place: SourcePlace, depth: Int, in scope: inout LanguageScope
    ) throws(LanguageError) -> [[UInt32]] {
        switch tree {
        case .text(let text): return [text]
        case .sequence(let parts):
            var result: [[UInt32]] = [[]]
            for part in parts {
                let forms = try expand(part, at: place, depth: depth, in: &scope)
                guard result.count * forms.count <= countMax else { throw tooMany(place) }
                result = result.flatMap { head in forms.map { head + $0 } }
            }
            return result
        case .choice(let branches):
            var result: [[UInt32]] = []
            for branch in branches { result += try expand(branch, at: place, depth: depth, in: &scope) }
            guard result.count <= countMax else { throw tooMany(place) }
            return result
        case .anyOrder(let parts):
            return try expand(
                .choice(orders(of: parts).map { .sequence($0) }), at: place, depth: depth, in: &scope)
        case .list(let use):
            throw LanguageError(
                place.moved(by: use.column), "list {\(use.list)} inside a value; write its words instead")
        case .rule(let name, let column):
            guard depth < TemplateGraph.ruleDepthMax else {
                throw LanguageError(place.moved(by: column), "rule <\(name)> contains itself or is too deep")
            }
            let body = try scope.rule(name, at: place.moved(by: column))
            return try expand(body, at: place, depth: depth + 1, in: &scope)
        }
    }

    private static func tooMany(_ place: SourcePlace) -> LanguageError {
        LanguageError(place, "stands for more than \(countMax) texts; use fewer choices")
    }

    private static func orders(of parts: [TemplateTree]) -> [[TemplateTree]] {
        guard parts.count > 1 else { return [parts] }
        return parts.indices.flatMap { index in
            var rest = parts
            let first = rest.remove(at: index)
            return orders(of: rest).map { [first] + $0 }
        }
    }
}
