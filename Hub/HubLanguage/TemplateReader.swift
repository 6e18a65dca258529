/// Reads one ``TemplateTree`` from the text of a template.
///
/// The language: `( )` group, `|` alternatives, `[ ]` optional, `;` any order, `{ }` list, `< >` rule, `\` takes the
/// next character as it is. Whitespace is text.
package struct TemplateReader {
    /// Characters in one template.
    package static let lengthMax = 4_000
    /// Brackets within brackets.
    package static let depthMax = 32
    /// Parts of one any-order group: n parts cost 2^n copies of each.
    package static let anyOrderCountMax = 6

    private let characters: [Unicode.Scalar]
    private let place: SourcePlace
    private var position = 0

    /// Reads `text`, which stands at `place`.
    ///
    /// - Throws: ``LanguageError`` at the column of the first problem.
    package static func read(_ text: String, at place: SourcePlace) throws(LanguageError) -> TemplateTree {
        var reader = TemplateReader(characters: trimmed(Array(text.unicodeScalars)), place: place)
        guard reader.characters.count <= lengthMax else {
            throw reader.error("longer than \(lengthMax) characters; split it into several templates")
        }
        let tree = try reader.group(depth: 0)
        if let left = reader.peek {
            throw reader.error(
                "'\(left)' closes nothing; remove it, or write \\\(left) for the character itself")
        }
        if case .sequence(let parts) = tree, parts.isEmpty {
            throw reader.error("an empty template; write a sentence")
        }
        return tree
    }

    /// Whether `text` needs a reader: without these characters it is plain words.
    package static func isTemplate(_ text: String) -> Bool {
        text.unicodeScalars.contains { "(){}<>[]|@".unicodeScalars.contains($0) }
    }

    private init(characters: [Unicode.Scalar], place: SourcePlace) {
        (self.characters, self.place) = (characters, place)
    }

    private static func trimmed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return [] }
        return Array(scalars[first...last])
    }

    private var peek: Unicode.Scalar? { position < characters.count ? characters[position] : nil }

    private func error(_ message: String, at offset: Int? = nil) -> LanguageError {
        LanguageError(place.moved(by: offset ?? position), message)
    }

    /// Everything up to the bracket that closes the group, or the end.
    private mutating func group(depth: Int) throws(LanguageError) -> TemplateTree {
        guard depth <= Self.depthMax else {
            throw error("brackets more than \(Self.depthMax) deep; move an inner part to a rule")
        }
        var parts: [[TemplateTree]] = [[]]
        var separator: Unicode.Scalar?
        while let next = peek, !")]".unicodeScalars.contains(next) {
            if next == "|" || next == ";" {
                if let separator, separator != next {
                    throw error("'\(separator)' and '\(next)' in one group; put brackets around one of them")
                }
                separator = next
                parts.append([])
                position += 1
            } else {
                parts[parts.count - 1].append(try part(startingWith: next, depth: depth))
            }
        }
        switch separator {
        case "|": return .choice(parts.map(Self.sequence))
        case ";": return try anyOrder(parts)
        default: return .sequence(parts[0])
        }
    }

    private static func sequence(_ parts: [TemplateTree]) -> TemplateTree {
        parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// Each part stands between spaces, whatever its neighbours are.
    private func anyOrder(_ parts: [[TemplateTree]]) throws(LanguageError) -> TemplateTree {
        guard parts.count <= Self.anyOrderCountMax else {
            throw error("more than \(Self.anyOrderCountMax) parts in any order; split the template")
        }
        return .anyOrder(parts.map { .sequence([.text([0x20])] + $0 + [.text([0x20])]) })
    }

    private mutating func part(
        startingWith next: Unicode.Scalar, depth: Int
    ) throws(LanguageError) -> TemplateTree {
        switch next {
        case "(", "[":
            let start = position
            position += 1
            let inner = try group(depth: depth + 1)
            let closing: Unicode.Scalar = next == "(" ? ")" : "]"
            guard let end = peek else {
                throw error("'\(next)' is never closed; add '\(closing)'", at: start)
            }
            guard end == closing else { throw error("'\(end)' closes '\(next)'; write '\(closing)'") }
            position += 1
            return next == "(" ? inner : Self.optional(inner)
        case "{": return .list(try listUse())
        case "<":
            let column = position
            return .rule(name: try name(until: ">", of: "rule"), column: column)
        case "}", ">": throw error("'\(next)' closes nothing; remove it, or write \\\(next)")
        default: return text()
        }
    }

    private static func optional(_ inner: TemplateTree) -> TemplateTree {
        if case .choice(let branches) = inner { return .choice(branches + [.sequence([])]) }
        return .choice([inner, .sequence([])])
    }

    private mutating func text() -> TemplateTree {
        var scalars = String.UnicodeScalarView()
        while let next = peek, !"()[]{}<>|;".unicodeScalars.contains(next) {
            position += 1
            if next == "\\", let literal = peek {
                position += 1
                scalars.append(literal)
            } else {
                scalars.append(next)
            }
        }
        return .text(Spelling.prepared(String(scalars)))
    }

    /// What stands between the bracket at `position` and `end`.
    private mutating func name(
        until end: Unicode.Scalar, of kind: String
    ) throws(LanguageError) -> String {
        let start = position
        var scalars = String.UnicodeScalarView()
        position += 1
        while let next = peek, next != end {
            guard !"()[]{}<>|;".unicodeScalars.contains(next) else {
                throw error("'\(next)' inside the name of a \(kind); close it with '\(end)' first")
            }
            scalars.append(next)
            position += 1
        }
        guard peek == end else {
            throw error("'\(characters[start])' is never closed; add '\(end)'", at: start)
        }
        position += 1
        let name = String(Self.viewTrimmed(scalars))
        guard !name.isEmpty else { throw error("a \(kind) without a name; write one", at: start) }
        return name
    }

    private static func viewTrimmed(_ view: String.UnicodeScalarView) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: trimmed(Array(view)))
        return result
    }

    private mutating func listUse() throws(LanguageError) -> TemplateTree.ListUse {
        let start = position
        let text = try name(until: "}", of: "list")
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        var list = parts[0]
        var slot = parts.count > 1 ? parts[1] : parts[0]
        let isCapture = slot.hasPrefix("@")
        if isCapture { slot.removeFirst() }
        if list.hasPrefix("@") { list.removeFirst() }
        guard !list.isEmpty, !slot.isEmpty else {
            throw error("'{\(text)}' names no list or no slot; write {list} or {list:slot}", at: start)
        }
        guard list.utf8.first.map({ (48...57).contains($0) || $0 == 45 }) == true, list.contains("..") else {
            return .init(list: list, slot: slot, isCapture: isCapture, column: start)
        }
        guard let range = Self.range(list) else {
            throw error("'\(list)' is no range; write {FROM..TO:slot} or {FROM..TO,STEP:slot}", at: start)
        }
        guard parts.count > 1 else { throw error("a range needs a slot; write {\(list):slot}", at: start) }
        return .init(list: list, slot: slot, isCapture: isCapture, range: range, column: start)
    }

    private static func range(_ text: String) -> TemplateTree.InlineRange? {
        let parts = text.split(separator: ",", maxSplits: 1).map(String.init)
        let step = parts.count > 1 ? Int(parts[1]) : 1
        var ends = parts[0].split(separator: ".", omittingEmptySubsequences: true).map(String.init)
        guard ends.count == 2, let step, step > 0, let last = Int(ends.removeLast()),
            let first = Int(ends[0]),
            first.magnitude <= RangeList.spanMax, last.magnitude <= RangeList.spanMax, first <= last,
            last - first <= RangeList.spanMax
        else { return nil }
        return .init(first: first, last: last, step: step)
    }
}
