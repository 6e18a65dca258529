import HubLanguage
import Testing

struct TemplateReaderTests {
    private func read(_ text: String) throws(LanguageError) -> TemplateTree {
        try TemplateReader.read(text, at: SourcePlace(file: "pack.yaml", line: 7, column: 10))
    }

    private func text(_ string: String) -> TemplateTree { .text(Spelling.prepared(string)) }

    @Test func `each part of the syntax becomes its own branch of the tree`() throws {
        #expect(try read("turn  on") == .sequence([text("turn on")]))
        #expect(try read("(a|b c)") == .sequence([.choice([text("a"), text("b c")])]))
        #expect(
            try read("a[b]") == .sequence([text("a"), .choice([.sequence([text("b")]), .sequence([])])]))
        #expect(try read("[a|b]") == .sequence([.choice([text("a"), text("b"), .sequence([])])]))
        #expect(
            try read("a;b") == .anyOrder(["a", "b"].map { .sequence([text(" "), text($0), text(" ")]) }))
        #expect(try read("<turn> \\{") == .sequence([.rule(name: "turn", column: 0), text(" {")]))
        #expect(try read("Ärger’s") == .sequence([text("ärger's")]))
    }

    @Test func `a list has a slot, a capture or a range`() throws {
        func use(_ text: String) throws -> TemplateTree.ListUse? {
            guard case .sequence(let parts) = try read(text), case .list(let use)? = parts.first else {
                return nil
            }
            return use
        }
        #expect(try use("{name}") == .init(list: "name", slot: "name"))
        #expect(try use("{name:what}") == .init(list: "name", slot: "what"))
        #expect(try use("{name:@what}") == .init(list: "name", slot: "what", isCapture: true))
        #expect(
            try use("{-5..50,5:level}")
                == .init(list: "-5..50,5", slot: "level", range: .init(first: -5, last: 50, step: 5)))
    }

    @Test(arguments: [
        ("turn (on", 15), ("turn on)", 17), ("(a]", 12), ("[a", 10), ("{room", 10), ("a }", 12), ("{}", 10),
        ("<a (b>", 13), ("{5..1:n}", 10), ("{1..5}", 10), ("(a|b;c)", 14), ("", 10), ("a;b;c;d;e;f;g", 23),
    ])
    func `what is wrong is told with file, line and column`(template: String, column: Int) {
        do throws(LanguageError) {
            _ = try read(template)
            Issue.record("\(template) was read")
        } catch {
            #expect(error.place == SourcePlace(file: "pack.yaml", line: 7, column: column))
            #expect(error.description.hasPrefix("pack.yaml:7:\(column): "))
        }
    }

    @Test func `nesting and length are bounded`() {
        #expect(throws: LanguageError.self) { try read(String(repeating: "(", count: 100_000)) }
        let deep = String(repeating: "(", count: 33) + "a" + String(repeating: ")", count: 33)
        #expect(throws: LanguageError.self) { try read(deep) }
        #expect(throws: LanguageError.self) { try read(String(repeating: "a", count: 4_001)) }
    }
}
