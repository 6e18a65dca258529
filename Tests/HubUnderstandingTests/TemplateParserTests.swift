import HubUnderstanding
import LoqaTestKit
import Testing

struct TemplateParserTests {
    @Test func `each part of the syntax becomes its own branch of the tree`() throws {
        let nothing = Template.nothing
        #expect(try TemplateParser.parse("turn on") == .sequence([.word("turn"), .word("on")]))
        #expect(
            try TemplateParser.parse("(a|b c)")
                == .alternatives([.word("a"), .sequence([.word("b"), .word("c")])]))
        #expect(try TemplateParser.parse("[a]") == .alternatives([.word("a"), nothing]))
        #expect(
            try TemplateParser.parse("[a|b]")
                == .alternatives([.alternatives([.word("a"), .word("b")]), nothing]))
        #expect(try TemplateParser.parse("{room}") == .list(name: "room", slot: "room"))
        #expect(try TemplateParser.parse("{room:where}") == .list(name: "room", slot: "where"))
        #expect(try TemplateParser.parse("{1..100:percent}") == .range(1...100, slot: "percent"))
        #expect(try TemplateParser.parse("<where>") == .rule("where"))
        #expect(try TemplateParser.parse("light[s]") == .alternatives([.word("lights"), .word("light")]))
        #expect(
            try TemplateParser.parse("Turn 21") == .sequence([.word("turn"), .word("twenty"), .word("one")]))
    }

    @Test(arguments: [
        ("turn (on", 6, TemplateError.Problem.unclosed("(")), ("turn on)", 8, .unexpected(")")),
        ("(a]", 3, .unexpected("]")), ("{room", 1, .unclosed("{")), ("a }", 3, .unexpected("}")),
        ("{}", 1, .badName("")), ("<a b>", 6, .badName("a b")), ("{5..1:n}", 1, .badRange("5..1:n")),
        ("{1..2000:n}", 1, .badRange("1..2000:n")), ("{1..5}", 1, .badRange("1..5")),
        ("a;b", 2, .unsupported(";")),
        ("a @b", 3, .unsupported("@")), ("a\\(", 2, .unsupported("\\")), ("the{room}", 4, .touching),
        ("a[b c]", 2, .touching), ("", 1, .empty), ("()", 3, .empty), ("  ", 3, .empty),
    ])
    func `a mistake is named with its column`(text: String, column: Int, problem: TemplateError.Problem) {
        #expect(throws: TemplateError(problem: problem, column: column)) { try TemplateParser.parse(text) }
    }

    @Test func `too long and too deep are refused`() {
        let long = String(repeating: "a ", count: TemplateParser.lengthMax)
        #expect(throws: TemplateError(problem: .tooLong, column: 1)) { try TemplateParser.parse(long) }
        let deep = String(repeating: "(", count: 900) + "a" + String(repeating: ")", count: 900)
        #expect(throws: TemplateError(problem: .tooDeep, column: TemplateParser.depthMax + 2)) {
            try TemplateParser.parse(deep)
        }
    }

    @Test func `any text gives a template or an error with a column inside it`() {
        var random = SeededGenerator(seed: 5)
        let alphabet = Array("ab  ()[]{}<>|;:@\\1.._é")
        for _ in 0..<5_000 {
            let text = String(
                (0..<Int.random(in: 0...25, using: &random)).map { _ in
                    alphabet.randomElement(using: &random)!
                })
            do {
                _ = try TemplateParser.parse(text)
            } catch {
                #expect((1...text.count + 1).contains(error.column), "\(text)")
            }
        }
    }

    @Test func `a book names source and line of a bad template`() {
        let source = SentenceBook.Source(
            name: "Test", text: "# comment\nTurnOn:\n    turn on\n    turn (on\n")
        let error = #expect(throws: SentenceBookError.self) { try SentenceBook([source]) }
        #expect(error?.description == "Test:4: column 6: '(' is never closed; add its partner")
        for text in ["    turn on", "Turn on", "{list}:", "two words:"] {
            #expect(throws: SentenceBookError.self) { try SentenceBook([.init(name: "x", text: text)]) }
        }
    }
}
