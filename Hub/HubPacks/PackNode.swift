package import HubLanguage
import Yams

/// A value of a pack, from JSON or YAML alike, with the place where it stands.
package struct PackNode: Sendable {
    package indirect enum Content: Sendable {
        case null
        case truth(Bool)
        case integer(Int)
        case number(Double)
        case text(String)
        case list([PackNode])
        /// In the order of the file.
        case map([(key: String, value: PackNode)])
    }

    package let content: Content
    package let place: SourcePlace

    package init(_ content: Content, at place: SourcePlace) { (self.content, self.place) = (content, place) }

    /// The value under `key` of a map; nothing if there is none, or null.
    package subscript(_ key: String) -> PackNode? {
        guard case .map(let pairs) = content, let value = pairs.last(where: { $0.key == key })?.value else {
            return nil
        }
        if case .null = value.content { return nil }
        return value
    }

    package var text: String? { if case .text(let text) = content { text } else { nil } }
    package var integer: Int? { if case .integer(let number) = content { number } else { nil } }
    package var truth: Bool? { if case .truth(let truth) = content { truth } else { nil } }

    /// A number, whole or not.
    package var double: Double? {
        switch content {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .null, .truth, .text, .list, .map: nil
        }
    }

    // MARK: What must be there

    /// The pairs of a map; none for null.
    ///
    /// - Throws: ``LanguageError`` if it is something else, which `what` names.
    package func pairs(_ what: String) throws(LanguageError) -> [(key: String, value: PackNode)] {
        switch content {
        case .map(let pairs): return pairs
        case .null: return []
        case .truth, .integer, .number, .text, .list: throw error("\(what) must be a map of names")
        }
    }

    /// The items of a list; none for null.
    package func items(_ what: String) throws(LanguageError) -> [PackNode] {
        switch content {
        case .list(let items): return items
        case .null: return []
        case .truth, .integer, .number, .text, .map: throw error("\(what) must be a list")
        }
    }

    /// A text; a number or truth as it is written.
    package func string(_ what: String) throws(LanguageError) -> String {
        switch content {
        case .text(let text): return text
        case .integer(let number): return String(number)
        case .number(let number): return String(number)
        case .truth(let truth): return String(truth)
        case .null, .list, .map: throw error("\(what) must be a text")
        }
    }

    /// A value for a slot.
    package func slotValue(_ what: String) throws(LanguageError) -> SlotValue {
        switch content {
        case .text(let text): return .text(text)
        case .integer(let number): return .integer(number)
        case .number(let number): return .number(number)
        case .truth(let truth): return .truth(truth)
        case .list(let items):
            var values: [SlotValue] = []
            for item in items { values.append(try item.slotValue(what)) }
            return .list(values)
        case .null, .map: throw error("\(what) must be a text, a number or a list of them")
        }
    }

    package func error(_ message: String) -> LanguageError { LanguageError(place, message) }
}

extension PackNode {
    /// Levels of a file.
    static let depthMax = 32

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
