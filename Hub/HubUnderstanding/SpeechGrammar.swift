/// What can be said, for people and for engines that share rules: the templates themselves.
///
/// A recogniser that writes rules out searches a ``WordAcceptor`` of the same sentences instead.
package struct SpeechGrammar: Sendable, Equatable {
    /// A JSGF 1.0 grammar with one public rule, `<sentence>`. No weights, no recursion, no tags.
    package var jsgf: String
}

/// Whether a grammar begins with the wake phrase.
package enum WakePhraseUse: Sendable, Equatable { case absent, optional, mandatory }

extension SentenceMatcher {
    /// The grammar of the sentences of `intents`.
    ///
    /// Rules, lists and number ranges become rules of the grammar, shared by all sentences. A part that needs
    /// an empty list is left out.
    package func speechGrammar(
        intents: [String], wakePhrases: [String] = [], wake: WakePhraseUse = .absent
    ) -> SpeechGrammar {
        var writer = GrammarWriter(matcher: self)
        var heads: [String] = []
        for intent in intents {
            let templates = book.sentences.filter { $0.intent == intent }.map(\.template)
            if let body = writer.write(.alternatives(templates)) {
                writer.define(intent, body)
                heads.append("<\(intent)>")
            }
        }
        var sentence = heads.isEmpty ? "<VOID>" : "(\(heads.joined(separator: " | ")))"
        let openings = skipWords.openings.map { $0.joined(separator: " ") }
        let endings = skipWords.endings.map { $0.joined(separator: " ") }
        if !openings.isEmpty { sentence = "[\(openings.joined(separator: " | "))] \(sentence)" }
        if !endings.isEmpty { sentence = "\(sentence) [\(endings.joined(separator: " | "))]" }
        let phrases = wakePhrases.map(SpokenWords.words(of:)).filter { !$0.isEmpty }.map {
            $0.joined(separator: " ")
        }
        if !phrases.isEmpty {
            switch wake {
            case .absent: break
            case .optional: sentence = "[\(phrases.joined(separator: " | "))] \(sentence)"
            case .mandatory: sentence = "(\(phrases.joined(separator: " | "))) \(sentence)"
            }
        }
        return SpeechGrammar(jsgf: writer.text(sentence: sentence))
    }
}

/// Writes templates as JSGF.
private struct GrammarWriter {
    private let matcher: SentenceMatcher
    private var definitions: [(name: String, body: String)] = []
    private var defined: Set<String> = []
    /// Rules found to have no sentence.
    private var dead: Set<String> = []

    init(matcher: SentenceMatcher) { self.matcher = matcher }

    mutating func define(_ name: String, _ body: String) {
        if defined.insert(name).inserted { definitions.append((name, body)) }
    }

    /// The JSGF of a template, in brackets where needed; nil if it has no sentence; "" for the empty text.
    mutating func write(_ template: Template) -> String? {
        switch template {
        case .word(let word): return word
        case .sequence(let parts):
            var written: [String] = []
            for part in parts {
                guard let text = write(part) else { return nil }
                if !text.isEmpty { written.append(text) }
            }
            return written.joined(separator: " ")
        case .alternatives(let branches):
            var written: [String] = []
            for branch in branches {
                if let text = write(branch), !written.contains(text) { written.append(text) }
            }
            let full = written.filter { !$0.isEmpty }
            if full.isEmpty { return written.isEmpty ? nil : "" }
            if full.count < written.count { return "[\(full.joined(separator: " | "))]" }
            return full.count == 1 ? full[0] : "(\(full.joined(separator: " | ")))"
        case .list(let name, _): return writeList(name)
        case .range(let bounds, _): return writeRange(bounds)
        case .rule(let name): return writeRule(name)
        }
    }

    private mutating func writeList(_ name: String) -> String? {
        guard let list = matcher.lists[name], !list.values.isEmpty else { return nil }
        if !defined.contains("list_\(name)") {
            define(
                "list_\(name)", list.values.map { $0.words.joined(separator: " ") }.joined(separator: " | "))
        }
        return "<list_\(name)>"
    }

    private mutating func writeRange(_ bounds: ClosedRange<Int>) -> String {
        let name = "number_\(bounds.lowerBound)_\(bounds.upperBound)"
        guard !defined.contains(name) else { return "<\(name)>" }
        var subranges: [ClosedRange<Int>] = []
        let alternatives = EnglishNumbers.grammar(of: bounds) { subrange in
            subranges.append(subrange)
            return "<number_\(subrange.lowerBound)_\(subrange.upperBound)>"
        }
        define(name, alternatives.joined(separator: " | "))
        for subrange in subranges { _ = writeRange(subrange) }
        return "<\(name)>"
    }

    private mutating func writeRule(_ name: String) -> String? {
        if dead.contains(name) { return nil }
        if !defined.contains("rule_\(name)") {
            guard let body = matcher.book.rules[name], let text = write(body) else {
                dead.insert(name)
                return nil
            }
            define("rule_\(name)", text)
        }
        return "<rule_\(name)>"
    }

    /// The whole grammar.
    func text(sentence: String) -> String {
        var jsgf = "#JSGF V1.0;\ngrammar loqa;\npublic <sentence> = \(sentence);\n"
        for (name, body) in definitions { jsgf += "<\(name)> = \(body);\n" }
        return jsgf
    }
}
