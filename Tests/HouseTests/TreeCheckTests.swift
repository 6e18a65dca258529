import Testing

@testable import loqa_check

struct TreeCheckTests {
    @Test func `every rule finds its sample and leaves its harmless twin alone`() throws {
        let results = try SelfTest.run()
        #expect(results.count > 30)
        for result in results { #expect(result.passed, "\(result.name)") }
    }

    @Test func `only code is left when comments and strings are blanked`() {
        let text = #"""
            let a = "try! \(run(try! b("x"))) end" // try!
            /* try! /* nested */ try! */ let c = #"raw " \(no) "#
            """#
        let lines = CodeBlanker.blank(text).split(separator: "\n")
        #expect(lines[0].contains("run(try! b("))
        #expect(lines[0].split(separator: "try!", omittingEmptySubsequences: false).count == 2)
        #expect(!lines[1].contains("try!") && !lines[1].contains("raw") && lines[1].contains("let c ="))
        #expect(lines[0].count == text.split(separator: "\n")[0].count)
    }
}
