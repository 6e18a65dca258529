import Foundation
import HubAnswers
import HubDialogue
import HubLanguage
import HubPacks
import Testing

/// Loqa's own sentences: each test sentence is understood as its file says.
struct OwnSentencesTests {
    static let folder = URL(filePath: #filePath).appending(path: "../../../Hub/sentences").standardized.path

    static func language(_ code: String) throws -> Language {
        var source = LanguageSource(language: code)
        try OwnSentences(folder: folder, language: code).add(to: &source)
        return try LanguageLoader.load(WordBlock(try LanguageCompiler.compile(source)))
    }

    static func home(_ tests: PackNode) throws -> DialogueHome {
        func names(_ key: String) throws -> [String] {
            try tests[key]?.items(key).map { try $0.string("a name") } ?? []
        }
        return DialogueHome(
            floors: try names("floors").map { .init(id: $0, names: [$0]) },
            areas: try names("areas").map { .init(id: $0, names: [$0]) },
            entities: try tests["names"]?.items("names").map { node in
                let name = try node["name"]?.string("a name") ?? ""
                return .init(id: name, names: [name], domain: node["domain"]?.text ?? "")
            } ?? [])
    }

    @Test(arguments: ["en", "de", "fr", "es", "nl"])
    func `every test sentence of a language has its intent and slots`(code: String) throws {
        let tests = try OwnSentences.node("\(Self.folder)/tests/\(code).yaml")
        let language = try Self.language(code)
        let home = try Self.home(tests)
        let reader = LanguageReader(Understander(language, home: home.vocabulary(for: language)))
        var tested: Set<String> = []
        for test in try tests["tests"]?.items("tests") ?? [] {
            let intent = try #require(test["intent"]?.text)
            tested.insert(intent)
            var expected: [String: AnswerValue] = [:]
            for (name, value) in try test["slots"]?.pairs("slots") ?? [] {
                expected[name] = AnswerValue(try value.slotValue("a slot"))
            }
            for sentence in try test["sentences"]?.items("sentences") ?? [] {
                let text = try sentence.string("a sentence")
                let reading = reader.readings(
                    of: text, area: nil, awaiting: test["awaiting"]?.text.flatMap(Awaited.init), count: 1
                ).first
                #expect(reading?.intent == intent, "\(code): \(text)")
                let slots = Dictionary(
                    (reading?.slots ?? []).map { ($0.name, $0.value) },
                    uniquingKeysWith: { first, _ in first })
                #expect(
                    slots.filter { $0.key != "wrong" && $0.key != "loqa_wrong" } == expected,
                    "\(code): \(text)")
            }
        }
        let own =
            DialogueIntent.allCases.map(\.rawValue) + [
                "LoqaHelp", "LoqaListRooms", "LoqaPrivacy", "LoqaHandoff", "LoqaStop",
            ]
        #expect(own.filter { !tested.contains($0) }.isEmpty)
    }

    @Test(arguments: ["en", "de", "fr", "es", "nl"])
    func `every phrase can be said`(code: String) throws {
        let phrases = try OwnSentences(folder: Self.folder, language: code).phrasebook()
        for phrase in Phrase.allCases {
            let said = phrases.say(phrase, phrase.variables.map { ($0, "qux") })
            #expect(!said.isEmpty, "\(code) \(phrase)")
            #expect(
                phrase.variables.contains("text") == said.contains("qux") || phrase.variables.count > 1
                    || said.contains("qux"))
        }
        #expect(!phrases.conjunctions.isEmpty && !phrases.joiners.isEmpty && !phrases.fillers.isEmpty)
    }
}
