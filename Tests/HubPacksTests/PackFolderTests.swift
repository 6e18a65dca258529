import Foundation
import HubLanguage
import HubPacks
import Testing

/// Folders with packs, compiled files, compressed files.
struct PackFolderTests {
    private static let json = """
        {"language": "xx", "intents": {"On": {"data": [{"sentences": ["on {name} {n}"], "response": "ok"}]}},
         "lists": {"n": {"range": {"from": 0, "to": 9}}}}
        """

    /// A folder of its own with these files, gone afterwards.
    private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "packs-\(UUID().uuidString)")
        defer { do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) } }
        for (name, text) in files {
            let url = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try body(folder.path)
    }

    private func understands(_ source: LanguageSource, _ sentence: String) throws -> Bool {
        let language = try LanguageLoader.load(WordBlock(try LanguageCompiler.compile(source)))
        let home = HomeVocabulary(
            [.init(list: "name", said: "lamp", context: ["domain": .text("light")])], for: language)
        var understander = Understander(language, home: home)
        return understander.understand(sentence, context: ["area": .text("hall")]) != nil
    }

    @Test func `packs in JSON are found with their numbers`() throws {
        let files = ["data/xx.json": Self.json, "data/xx.numbers.json": #"{"n": {"3": ["three"]}}"#]
        try withFolder(files) { folder in
            let packs = try PackFolder(folder)
            #expect(try packs.languages() == ["xx"])
            #expect(try understands(try packs.source("xx"), "on lamp three"))
            #expect(throws: PackError.self) { try packs.source("yy") }
            #expect(throws: PackError.self) { try packs.source("../xx") }
        }
    }

    @Test func `a checkout is read as its schema says`() throws {
        let files = [
            "intents.yaml": """
            On:
              slot_combinations:
                name_only:
                  name_domain_groups: {usual: [light]}
                here:
                  context_area: true
            """,
            "sentences/xx/_common.yaml": "language: xx\nskip_words: [now]",
            "sentences/xx/On/name_only.yaml": """
            language: xx
            data:
              - sentences: ["<put> {name}"]
                name_domains: usual
                response: default
              - sentences: ["spoken {name}"]
                speech_to_phrase: true
                response: default
            """,
            "sentences/xx/On/here.yaml": """
            language: xx
            data:
              - sentences: ["all {kind}"]
                inferred_domain: light
                response: default
                speech_to_phrase: true
            """,
            "rules/xx/a.yaml": "expansion_rules: {put: put on}",
            "lists/kinds.yaml": "lists: {kind: {values: [x]}}",
            "lists/xx/kinds.yaml": "lists: {kind: {values: [lights]}}",
            "responses/xx/On.yaml": "responses: {intents: {On: {default: Yes}}}",
        ]
        try withFolder(files) { folder in
            let source = try PackFolder(folder).source("xx")
            #expect(try understands(source, "put on lamp now"))
            #expect(try !understands(source, "spoken lamp"), "a block for speech gives way to a full one")
            #expect(try understands(source, "all lights"), "and stays where it is alone")
            #expect(try !understands(source, "all x"), "a language's own list goes before the shared one")
            #expect(source.responses["On"]?["default"] == "true")
        }
    }

    @Test func `own sentences go before the pack's`() throws {
        let own = "intents:\n  Mine:\n    data:\n      - sentences: [\"on lamp 5\"]"
        try withFolder(["xx.json": Self.json, "own.yaml": own]) { folder in
            var source = try PackFolder(folder).source("xx")
            try PackFolder.add("\(folder)/own.yaml", to: &source)
            #expect(source.intents.last?.blocks.first?.isPreferred == true)
        }
    }

    @Test func `a compiled language is mapped from its file, and nothing else is`() throws {
        try withFolder(["xx.json": Self.json]) { folder in
            let path = "\(folder)/xx\(CompiledFile.suffix)"
            let words = try LanguageCompiler.compile(try PackFolder(folder).source("xx"))
            try CompiledFile.write(words, to: path)
            var understander = Understander(
                try CompiledFile.load(path), home: HomeVocabulary([], for: try CompiledFile.load(path)))
            #expect(understander.understand("on lamp 3") == nil)
            #expect(try CompiledFile.load(path).templateCount == 1)
            #expect(throws: PackError.self) { try CompiledFile.load("\(folder)/xx.json") }
            #expect(throws: PackError.self) { try CompiledFile.load("\(folder)/missing") }
        }
    }

    @Test func `compressed bytes are unpacked, within a limit`() throws {
        // "hello hello hello\n", packed by gzip.
        let packed: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x90, 0x5C,
            0x00, 0x3B,
            0x7C, 0x8A, 0xDF, 0x12, 0, 0, 0,
        ]
        let text = try Gunzip.unpack(packed, byteCountMax: 100)
        #expect(String(decoding: text, as: UTF8.self) == "hello hello hello\n")
        #expect(throws: GunzipError.tooLong(byteCountMax: 10)) { try Gunzip.unpack(packed, byteCountMax: 10) }
        #expect(throws: GunzipError.damaged) {
            try Gunzip.unpack(Array(packed.dropLast(9)), byteCountMax: 100)
        }
        #expect(throws: GunzipError.notCompressed) { try Gunzip.unpack([1, 2, 3], byteCountMax: 100) }
    }
}
