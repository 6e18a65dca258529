import HubAnswers
import Testing

/// Whatever a template says, reading and rendering it stay bounded and end in an answer or an error.
struct AnswerBoundsTests {
    private func problem(_ source: String) -> AnswerError.Problem? {
        do throws(AnswerError) {
            _ = try AnswerTemplate(source).render(AnswerContext([]))
            return nil
        } catch {
            return error.problem
        }
    }

    private func isLimit(_ source: String) -> Bool {
        if case .limit = problem(source) { true } else { false }
    }

    @Test(arguments: [
        ("(", ")"), ("[", "]"), ("{1:", "}"), ("not ", ""), ("-", ""), ("+", ""), ("f(", ")"), ("a[", "]"),
        ("1 if 1 else ", ""),
    ])
    func `nesting is bounded`(opening: String, closing: String) {
        let count = 5_000
        let deep = String(repeating: opening, count: count) + "1" + String(repeating: closing, count: count)
        let isRefused = isLimit("{{ \(deep) }}")
        #expect(isRefused, "\(opening)")
    }

    @Test(arguments: [
        " + 1", " ~ 1", " and 1", " or 1", " * 1", " ** 1", "|string", ".a", "[0]", " is defined",
    ])
    func `operators in one tag are bounded`(link: String) {
        let isRefused = isLimit("{{ 1\(String(repeating: link, count: 5_000)) }}")
        #expect(isRefused, "\(link)")
    }

    @Test func `blocks, targets and macros within each other are bounded`() {
        let areRefused = isLimit(
            String(repeating: "{% if 1 %}", count: 5_000) + String(repeating: "{% endif %}", count: 5_000))
        #expect(areRefused)
        let brackets = (
            open: String(repeating: "(", count: 5_000), close: String(repeating: ")", count: 5_000)
        )
        let isRefused = isLimit("{% set \(brackets.open)x\(brackets.close) = 1 %}")
        #expect(isRefused)
        #expect(isLimit("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"))
    }

    @Test(arguments: [
        "{{ 'a' * 1000000000 }}", "{{ [1] * 1000000000 }}", "{{ range(1000000000) }}",
        "{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x, ns.x] %}{% endfor %}"
            + "{{ ns.x }}",
        "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
        "{% for a in range(8000) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}",
        "{{ ('a' * 16000) | replace('', 'b' * 16000) }}", "{{ '{:99999}'.format(1) * 1000 }}",
    ])
    func `size and time are bounded`(source: String) { #expect(isLimit(source)) }

    @Test func `a source that is too long is refused`() {
        let long = String(repeating: "a", count: AnswerLimits.sourceLengthMax)
        let isRefused = isLimit(long + "a")
        #expect(isRefused)
        #expect(throws: Never.self) { try AnswerTemplate(long) }
    }

    @Test(arguments: [
        "{{ 9223372036854775807 + 1 }}", "{{ 2 ** 63 }}", "{{ 1 // 0 }}", "{{ 1 % 0 }}", "{{ 1.0 / 0 }}",
        "{{ 9999999999999999999 }}", "{{ [1][::0] }}", "{{ 0 ** -1 }}", "{{ (-8) ** 0.5 }}",
    ])
    func `arithmetic that has no result is an error`(source: String) { #expect(problem(source) != nil) }

    @Test func `a value that contains itself ends`() {
        #expect(problem("{% set l = [] %}{% set _ = l.append(l) %}{{ l }}") == nil)
        #expect(problem("{% set ns = namespace() %}{% set ns.n = ns %}{{ ns.n.n.n is defined }}") == nil)
    }
}
