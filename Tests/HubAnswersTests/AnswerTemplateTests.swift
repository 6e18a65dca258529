import HubAnswers
import Testing

/// Small templates of our own against what Jinja2 gives for them.
struct AnswerTemplateTests {
    static let things: [AnswerValue.Entry] = [
        .init("n", .integer(3)), .init("z", .integer(0)), .init("f", .number(2.5)),
        .init("neg", .integer(-7)),
        .init("s", .text("Hello world")), .init("w", .text("ΟΔΌΣ")), .init("e", .text("")),
        .init("l", .list([.integer(3), .integer(1), .integer(2)])),
        .init("t", .list([.text("b"), .text("A"), .text("c")])),
        .init("m", .map([.init("a", .integer(1)), .init("b", .text("two"))])), .init("on", .flag(true)),
        .init("off", .flag(false)), .init("nil", .none),
        .init("p", .list([thing("Lamp", true, 2), thing("fan", false, 1), thing("Door", true, 0)])),
    ]

    private static func thing(_ name: String, _ isOn: Bool, _ number: Int) -> AnswerValue {
        .map([.init("name", .text(name)), .init("on", .flag(isOn)), .init("n", .integer(number))])
    }

    private func render(_ source: String, _ variables: [AnswerValue.Entry] = Self.things) throws -> String {
        try AnswerTemplate(source).render(AnswerContext(variables))
    }

    @Test func `text without tags is the answer, without its last line break`() throws {
        #expect(try render("Done.\n") == "Done.")
        #expect(try render("") == "")
    }

    @Test func `random templates give what Jinja2 gives, and errors where it refuses`() throws {
        for (template, answer) in GoldenTemplates.cases {
            guard let answer else {
                #expect(throws: AnswerError.self, "\(template)") { try render(template) }
                continue
            }
            #expect(try render(template) == answer, "\(template)")
        }
    }

    @Test(arguments: [
        ("a  {%- if on -%}  b  {%- endif -%}  c", "abc"), ("a {{- 1 -}} b", "a1b"), ("a {#- x -#} b", "ab"),
        ("{{ '}}' ~ {'a': {'b': 1}}.a.b }}", "}}1"), ("{{ \"\\u00e9\\n\" | trim }}", "é"),
    ])
    func `a dash takes the white space beside a tag away, and tags end outside brackets`(
        source: String, answer: String
    ) throws {
        #expect(try render(source) == answer)
    }

    @Test func `numbers are rounded as decimal fractions, ties to even`() throws {
        #expect(try render("{{ 2.675 | round(2) }} {{ 2.5 | round }} {{ 3.5 | round }}") == "2.67 2.0 4.0")
        #expect(try render("{{ 0.5 | round }} {{ -0.4 | round }} {{ 21.25 | round(1) }}") == "0.0 -0.0 21.2")
        #expect(try render("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }}") == "3 -4 2 3.5")
        #expect(try render("{{ (1 / 3) | round(3) }} {{ (8 ** (1 / 3)) | round(6) }}") == "0.333 2.0")
    }

    @Test func `state, query, slots and state_attr describe what was matched`() throws {
        let lamp = AnswerEntity(
            entityID: "light.lamp", name: "Lamp", domain: "light", rawState: "on", spokenState: "an",
            attributes: [.init("unit_of_measurement", .text("%")), .init("level", .integer(40))])
        let context = AnswerContext(slots: [.init("area", .text("Küche"))], matched: [lamp], unmatched: [])
        let template = try AnswerTemplate(
            "{{ slots.area }}: {{ state.name }} {{ state.state_with_unit }}, {{ query.total_results }},"
                + " {{ state_attr('light.lamp', 'level') }} {{ state_attr('light.x', 'level') }}"
                + " {{ state.attributes.get('none', 'no') }}")
        #expect(try template.answer(context) == "Küche: Lamp an %, 1, 40 None no")
    }

    @Test func `an error names the template, the line and the column`() throws {
        let cases: [(source: String, line: Int, column: Int)] = [
            ("{{ a +  }}", 1, 9), ("a\n {% if x %}", 2, 5), ("\n\n  {% fi %}", 3, 6), ("{{ 'abc }}", 1, 4),
            ("{{ 1 | nothing }}", 1, 8), ("{{ (1] }}", 1, 6), ("{% set x %}", 1, 4), ("{# ", 1, 1),
            ("{{", 1, 1),
            ("{% for x of y %}", 1, 10), ("é{{ ¤ }}", 1, 5), ("{% endif %}", 1, 4), ("{{ x is blue }}", 1, 9),
        ]
        for (source, line, column) in cases {
            let error = #expect(throws: AnswerError.self, "\(source)") {
                try AnswerTemplate(source, name: "en/Test default")
            }
            #expect(
                error?.place == TemplatePlace(line: line, column: column),
                "\(source): \(error.debugDescription)")
            #expect(error?.description.hasPrefix("en/Test default, line \(line), column \(column): ") == true)
        }
    }

    @Test func `an undefined name is an error where it is used and no error where it is asked for`() throws {
        let error = #expect(throws: AnswerError.self) {
            try render("a\n{{ slots.nothing }}", [.init("slots", .map([]))])
        }
        #expect(error?.problem == .undefined("\"nothing\""))
        #expect(error?.place == TemplatePlace(line: 2, column: 9))
        #expect(try render("{{ 'no' if x is not defined else x }} {{ x | default('y') }}") == "no y")
    }
}
