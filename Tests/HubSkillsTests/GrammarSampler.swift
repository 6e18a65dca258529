import Testing

/// Reads an exported JSGF grammar and draws sentences from it: an independent witness of its syntax.
struct GrammarSampler {
    indirect enum Expansion {
        case word(String), rule(String), sequence([Expansion]), alternatives([Expansion]), optional(Expansion)
    }
    struct Malformed: Error { var reason: String }

    private(set) var rules: [String: Expansion] = [:]
    private var tokens: [String] = []
    private var position = 0

    init(_ jsgf: String) throws {
        let lines = jsgf.split(separator: "\n")
        guard lines.first == "#JSGF V1.0;", lines.dropFirst().first == "grammar loqa;" else {
            throw Malformed(reason: "header")
        }
        for line in lines.dropFirst(2) {
            let halves = line.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, halves[1].last == ";" else { throw Malformed(reason: String(line)) }
            let name = halves[0].split(separator: " ").last.map(String.init) ?? ""
            tokens = Self.tokens(of: halves[1].dropLast())
            position = 0
            if rules.updateValue(try alternatives(), forKey: name) != nil {
                throw Malformed(reason: "twice \(name)")
            }
            guard position == tokens.count else { throw Malformed(reason: "left over in \(line)") }
        }
    }

    private static func tokens(of text: Substring) -> [String] {
        var spaced = ""
        for character in text { spaced += "()[]|".contains(character) ? " \(character) " : String(character) }
        return spaced.split(separator: " ").map(String.init)
    }

    private mutating func alternatives() throws -> Expansion {
        var branches = [try sequence()]
        while position < tokens.count, tokens[position] == "|" {
            position += 1
            branches.append(try sequence())
        }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws -> Expansion {
        var parts: [Expansion] = []
        while position < tokens.count, !["|", ")", "]"].contains(tokens[position]) {
            let token = tokens[position]
            position += 1
            switch token {
            case "(", "[":
                let inner = try alternatives()
                let closer = token == "(" ? ")" : "]"
                guard position < tokens.count, tokens[position] == closer else {
                    throw Malformed(reason: token)
                }
                position += 1
                parts.append(token == "(" ? inner : .optional(inner))
            case _ where token.hasPrefix("<"): parts.append(.rule(token))
            default:
                guard token.allSatisfy({ $0.isLowercase || $0 == "'" }) else {
                    throw Malformed(reason: token)
                }
                parts.append(.word(token))
            }
        }
        if parts.isEmpty { throw Malformed(reason: "empty") }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// Every word and every rule used.
    func vocabulary() throws -> Set<String> {
        var words: Set<String> = []
        func visit(_ expansion: Expansion) throws {
            switch expansion {
            case .word(let word): words.insert(word)
            case .rule(let name): if rules[name] == nil { throw Malformed(reason: "no rule \(name)") }
            case .sequence(let parts), .alternatives(let parts): for part in parts { try visit(part) }
            case .optional(let part): try visit(part)
            }
        }
        for rule in rules.values { try visit(rule) }
        return words
    }

    func sentence(from rule: String, using random: inout some RandomNumberGenerator) -> [String] {
        guard let expansion = rules[rule] else { return [] }
        return draw(expansion, using: &random)
    }

    private func draw(_ expansion: Expansion, using random: inout some RandomNumberGenerator) -> [String] {
        switch expansion {
        case .word(let word): [word]
        case .rule(let name): sentence(from: name, using: &random)
        case .sequence(let parts): parts.flatMap { draw($0, using: &random) }
        case .alternatives(let parts):
            draw(parts[Int.random(in: 0..<parts.count, using: &random)], using: &random)
        case .optional(let part): Bool.random(using: &random) ? draw(part, using: &random) : []
        }
    }
}
