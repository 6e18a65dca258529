package import HubLanguage
import Yams

extension PackNode {
    /// Reads YAML.
    ///
    /// - Throws: ``LanguageError`` where the text is no YAML, or too deep.
    package static func yaml(_ text: String, file: String) throws(LanguageError) -> PackNode {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw yamlError(error, file: file)
        }
        guard let node else { return PackNode(.null, at: SourcePlace(file: file, line: 1, column: 1)) }
        return try PackNode.of(node, file: file, depth: 0)
    }

    private static func yamlError(_ error: any Error, file: String) -> LanguageError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let place = SourcePlace(file: file, line: mark.line, column: mark.column)
            return LanguageError(place, "not valid YAML: \(problem); check indentation and quotes")
        case .duplicatedKeysInMapping(let keys, let context):
            let place = SourcePlace(file: file, line: context.mark.line, column: context.mark.column)
            return LanguageError(place, "'\(keys.joined(separator: "', '"))' stands here twice; keep one")
        case .reader, .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded, nil:
            let place = SourcePlace(file: file, line: 1, column: 1)
            return LanguageError(place, "not valid YAML: holds characters that YAML does not allow")
        }
    }

    private static func of(_ node: Node, file: String, depth: Int) throws(LanguageError) -> PackNode {
        let mark = node.mark
        let place = SourcePlace(file: file, line: mark?.line ?? 0, column: mark?.column ?? 0)
        guard depth < depthMax else {
            throw LanguageError(place, "more than \(depthMax) levels deep; flatten it")
        }
        switch node {
        case .scalar(let scalar): return PackNode(of(scalar, node), at: textPlace(place, scalar))
        case .sequence(let items):
            var list: [PackNode] = []
            for item in items { list.append(try of(item, file: file, depth: depth + 1)) }
            return PackNode(.list(list), at: place)
        case .mapping(let mapping):
            var pairs: [(key: String, value: PackNode)] = []
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    throw LanguageError(place, "a name that is no text; write a plain word before ':'")
                }
                pairs.append((name, try of(value, file: file, depth: depth + 1)))
            }
            return PackNode(.map(pairs), at: place)
        case .alias: throw LanguageError(place, "an alias (*) here; write the value itself")
        }
    }

    /// The first character of the text itself: after the quote, or on the line below `|`.
    private static func textPlace(_ place: SourcePlace, _ scalar: Node.Scalar) -> SourcePlace {
        switch scalar.style {
        case .singleQuoted, .doubleQuoted: place.moved(by: 1)
        case .any, .plain, .folded, .literal: place
        }
    }

    /// YAML's core types, of which quoted texts are none.
    private static func of(_ scalar: Node.Scalar, _ node: Node) -> Content {
        guard scalar.style == .plain else { return .text(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .truth(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .truth(false)
        default:
            if let number = Int(scalar.string) { return .integer(number) }
            if scalar.string.contains("."), let number = Double(scalar.string) { return .number(number) }
            return .text(scalar.string)
        }
    }
}
