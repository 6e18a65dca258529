import HubAnswers
import Testing

/// Small templates of our own against what Jinja2 gives for them.
struct AnswerTemplateTests {
    @Test func `text without tags is the answer`() throws {
        #expect(try AnswerTemplate("Done.\n").render(AnswerContext([])) == "Done.")
    }
}
