package import HubLanguage

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

    /// Levels of a file.
    static let depthMax = 32

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
