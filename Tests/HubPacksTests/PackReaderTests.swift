import HubLanguage
import HubPacks
import Testing

/// Packs in their shapes, and what is told when one is wrong.
struct PackReaderTests {
    private static let pack = """
        language: en
        settings: {ignore_whitespace: false}
        skip_words: [please]
        intents:
          TurnOn:
            data:
              - sentences: ["<turn> on {name}", "light {name} {level}"]
                requires_context: {domain: [light, fan], area: {slot: true}}
                slots: {domain: light}
                response: done
                metadata: {slot_combination: name_only}
        lists:
          level:
            range: {from: 0, to: 10, step: 5, multiplier: -1, fractions: halves}
          mode:
            values:
              - heat
              - in: "(cool|chill)"
                out: 3
                context: {kind: cold}
          what: {wildcard: true}
        expansion_rules:
          turn: "(turn|switch)"
        responses:
          intents: {TurnOn: {done: "Done"}}
          errors: {no_intent: "Pardon?"}
        """

    @Test func `a pack in YAML is read whole`() throws {
        let source = try PackReader.source(try PackNode.yaml(Self.pack, file: "p.yaml"))
        let block = try #require(source.intents.first?.blocks.first)
        #expect(block.templates.map(\.text) == ["<turn> on {name}", "light {name} {level}"])
        #expect(block.templates[1].place == SourcePlace(file: "p.yaml", line: 7, column: 42))
        #expect((block.response, block.combination) == ("done", "name_only"))
        #expect(block.requires.map(\.key) == ["domain", "area"])
        #expect(block.requires.map(\.slot) == [nil, "area"])
        #expect(block.requires[0].allowed == [.text("light"), .text("fan")])
        #expect(block.slots == ["domain": .text("light")])
        guard case .range(let range)? = source.lists["level"]?.contents else {
            Issue.record("no range")
            return
        }
        #expect(range == RangeList(first: 0, last: 10, step: 5, fraction: .halves, multiplier: -1))
        guard case .values(let values)? = source.lists["mode"]?.contents else {
            Issue.record("no values")
            return
        }
        #expect(values.map(\.value) == [.text("heat"), .integer(3)])
        #expect(values[1].context == ["kind": .text("cold")])
        #expect(source.responses == ["TurnOn": ["done": "Done"]])
        #expect(source.errorResponses == ["no_intent": "Pardon?"])
    }

    @Test(arguments: [
        ("skip_words: []", 1, 1, "'language' is missing"),
        ("language: en\nintents:\n  A:\n    data:\n      - response: x", 5, 9, "without 'sentences'"),
        ("language: en\nlists:\n  a: {}", 3, 6, "has no 'values'"),
        ("language: en\nlists:\n  a:\n    range: {from: 5, to: 1}", 4, 12, "must rise"),
        ("language: en\nlists:\n  a:\n    range: {from: 5}", 4, 12, "'from' and 'to'"),
        ("language: en\nlists:\n  a:\n    range: {from: 0, to: 9, fractions: x}", 4, 40, "fractions 'x'"),
        ("language: en\nskip_words: 5", 2, 13, "must be a list"),
        ("language: [en", 2, 1, "not valid YAML"),
        ("language: en\nlanguage: de", 1, 1, "twice"),
    ])
    func `what is wrong is told with line and column`(text: String, line: Int, column: Int, message: String) {
        do throws(LanguageError) {
            _ = try PackReader.source(try PackNode.yaml(text, file: "p.yaml"))
            Issue.record("it was read")
        } catch {
            #expect(error.place.line == line && error.place.column == column, "\(error)")
            #expect(error.message.contains(message), "\(error)")
        }
    }

    @Test func `numbers of all lists are taken together`() throws {
        let json = #"{"a": {"1": ["one"], "20.5": ["twenty and a half"]}, "b": {"1": ["one", "a"]}}"#
        let words = try NumberReader.words(try JSONReader.read(Array(json.utf8), file: "n"))
        #expect(words.map(\.tenths) == [10, 205])
        #expect(words.first?.words == ["one", "a"])
    }
}
