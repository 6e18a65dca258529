/// All sentences a hub understands, as templates: named rules and, for each intent, its sentences.
///
/// Written as text. A line that starts at the margin opens a rule (`<where>:`) or an intent (`TurnOn:`); each
/// indented line after it is one template, all of them alternatives. `#` starts a comment line.
///
///     <where>:
///         in [the] {room}
///     TurnOn:
///         (turn|switch) on the lights [<where>]
package struct SentenceBook: Sendable {
    /// One text and the name it is called in errors.
    package struct Source: Sendable {
        /// Named in errors: the skill that brings the sentences.
        package var name: String
        /// Intents and rules with their templates, one a line.
        package var text: String
        package init(name: String, text: String) { (self.name, self.text) = (name, text) }
    }

    /// One sentence of an intent.
    package struct Sentence: Sendable {
        /// What it means.
        package var intent: String
        package var template: Template
    }

    /// Rules by name; each is the alternatives of its lines.
    package private(set) var rules: [String: Template] = [:]
    /// Sentences in the order written: the earlier one wins an exact tie.
    package private(set) var sentences: [Sentence] = []
    /// Intents in the order of their first sentence.
    package private(set) var intents: [String] = []

    private enum Section { case rule(String), intent(String) }

    /// Reads all sources as one book: rules of one may be used in another.
    ///
    /// - Throws: ``SentenceBookError`` with source and line of the first problem.
    package init(_ sources: [Source]) throws(SentenceBookError) {
        for source in sources {
            var section: Section?
            for (index, line) in source.text.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            {
                do throws(TemplateError) {
                    section = try read(line, in: section)
                } catch {
                    throw SentenceBookError(source: source.name, line: index + 1, problem: error)
                }
            }
        }
    }

    private mutating func read(_ line: Substring, in section: Section?) throws(TemplateError) -> Section? {
        let text = line.drop(while: \.isWhitespace)
        if text.isEmpty || text.hasPrefix("#") { return section }
        guard line.startIndex == text.startIndex else {
            try add(try TemplateParser.parse(String(text)), to: section)
            return section
        }
        guard text.hasSuffix(":") else { throw TemplateError(problem: .badName(String(text)), column: 1) }
        let name = text.dropLast()
        switch try TemplateParser.parse(String(name)) {
        case .rule(let rule): return .rule(rule)
        case .word: return .intent(String(name))
        case .sequence, .alternatives, .list, .range:
            throw TemplateError(problem: .badName(String(name)), column: 1)
        }
    }

    private mutating func add(_ template: Template, to section: Section?) throws(TemplateError) {
        switch section {
        case .rule(let name):
            if case .alternatives(let others) = rules[name] {
                rules[name] = .alternatives(others + [template])
            } else {
                rules[name] = .alternatives([template])
            }
        case .intent(let name):
            if !intents.contains(name) { intents.append(name) }
            sentences.append(Sentence(intent: name, template: template))
        case nil: throw TemplateError(problem: .badName("a sentence before any intent"), column: 1)
        }
    }
}

/// A template that cannot be read, with its place.
package struct SentenceBookError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name of the ``Source`` that the error is in.
    package var source: String
    /// Counted from 1.
    package var line: Int
    package var problem: TemplateError

    package var description: String { "\(source):\(line): \(problem)" }
}
