/// Reads one ``Template`` from its text.
package struct TemplateParser {
    /// Characters in one template.
    package static let lengthMax = 2_000
    /// Brackets within brackets.
    package static let depthMax = 24

    private let characters: [Character]
    private var position = 0

    /// Reads `text` as a whole.
    ///
    /// - Throws: ``TemplateError`` with the column of the first problem.
    package static func parse(_ text: String) throws(TemplateError) -> Template {
        var parser = TemplateParser(characters: Array(text))
        guard parser.characters.count <= lengthMax else { throw parser.error(.tooLong) }
        let template = try parser.alternatives(depth: 0)
        if let left = parser.peek { throw parser.error(.unexpected(left)) }
        if template == .nothing { throw parser.error(.empty) }
        return template
    }

    private init(characters: [Character]) { self.characters = characters }

    private var peek: Character? { position < characters.count ? characters[position] : nil }

    private func error(_ problem: TemplateError.Problem, at place: Int? = nil) -> TemplateError {
        TemplateError(problem: problem, column: (place ?? position) + 1)
    }

    private mutating func alternatives(depth: Int) throws(TemplateError) -> Template {
        guard depth <= Self.depthMax else { throw error(.tooDeep) }
        var branches = [try sequence(depth: depth)]
        while peek == "|" {
            position += 1
            branches.append(try sequence(depth: depth))
        }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence(depth: Int) throws(TemplateError) -> Template {
        var parts: [Template] = []
        var touchesLast = false
        while let next = peek, !"|)]".contains(next) {
            if next.isWhitespace {
                position += 1
                touchesLast = false
                continue
            }
            let start = position
            let part = try self.part(startingWith: next, depth: depth)
            if touchesLast, let last = parts.popLast() {
                guard let joined = Self.join(last, part) else { throw error(.touching, at: start) }
                parts.append(joined)
            } else if case .sequence(let words) = part {
                parts += words
            } else {
                parts.append(part)
            }
            touchesLast = true
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func part(startingWith first: Character, depth: Int) throws(TemplateError) -> Template {
        switch first {
        case "(": return try group(closedBy: ")", depth: depth)
        case "[": return .alternatives([try group(closedBy: "]", depth: depth), .nothing])
        case "{": return try list()
        case "<": return .rule(try checkedName(try enclosed(by: ">"), column: position))
        case "}", ">": throw error(.unexpected(first))
        case ";", "@", "\\": throw error(.unsupported(first))
        default: return literal()
        }
    }

    private mutating func group(closedBy closer: Character, depth: Int) throws(TemplateError) -> Template {
        let start = position
        position += 1
        let inner = try alternatives(depth: depth + 1)
        guard let end = peek else { throw error(.unclosed(characters[start]), at: start) }
        guard end == closer else { throw error(.unexpected(end)) }
        position += 1
        return inner
    }

    private mutating func list() throws(TemplateError) -> Template {
        let start = position
        let text = try enclosed(by: "}")
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard text.contains("..") else {
            let name = try checkedName(halves[0], column: start)
            return .list(name: name, slot: try checkedName(halves.last ?? name, column: start))
        }
        let bounds = halves[0].split(separator: ".", omittingEmptySubsequences: true).map { Int($0) }
        guard halves.count == 2, bounds.count == 2, let low = bounds[0], let high = bounds[1],
            0 <= low, low <= high, high <= EnglishNumbers.rangeMax
        else { throw error(.badRange(text), at: start) }
        return .range(low...high, slot: try checkedName(halves[1], column: start))
    }

    /// The text up to `closer`, which is passed over.
    private mutating func enclosed(by closer: Character) throws(TemplateError) -> String {
        let start = position
        guard let end = characters[position...].firstIndex(of: closer) else {
            throw error(.unclosed(characters[start]), at: start)
        }
        position = end + 1
        return String(characters[start + 1..<end])
    }

    private func checkedName(_ name: String, column: Int) throws(TemplateError) -> String {
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
        guard isName else { throw error(.badName(name), at: column) }
        return name
    }

    private mutating func literal() -> Template {
        let start = position
        while let next = peek, !next.isWhitespace, !"()[]{}<>|;@\\".contains(next) { position += 1 }
        let words = SpokenWords.words(of: String(characters[start..<position])).map(Template.word)
        return words.count == 1 ? words[0] : .sequence(words)
    }

    /// `light` and `[s]` become `(light|lights)`; nil if either is more than plain single words.
    private static func join(_ left: Template, _ right: Template) -> Template? {
        guard let heads = spellings(of: left), let tails = spellings(of: right) else { return nil }
        let joined = heads.flatMap { head in tails.map { head + $0 } }
        return .alternatives(joined.map { $0.isEmpty ? .nothing : .word($0) })
    }

    private static func spellings(of template: Template) -> [String]? {
        switch template {
        case .word(let word): return [word]
        case .sequence(let parts):
            if parts.isEmpty { return [""] }
            return parts.count == 1 ? spellings(of: parts[0]) : nil
        case .alternatives(let branches):
            var all: [String] = []
            for branch in branches {
                guard let some = spellings(of: branch), all.count < 32 else { return nil }
                all += some
            }
            return all
        case .list, .range, .rule: return nil
        }
    }
}
