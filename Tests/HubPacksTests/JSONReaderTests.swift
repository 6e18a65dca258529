import HubLanguage
import HubPacks
import LoqaTestKit
import Testing

struct JSONReaderTests {
    private func read(_ text: String) throws(LanguageError) -> PackNode {
        try JSONReader.read(Array(text.utf8), file: "f.json")
    }

    @Test func `values keep their kinds, order and places`() throws {
        let node = try read("{\"b\": [1, -2.5, true, null],\n \"a\": \"x\\n\\u00e9\\ud83d\\ude00\"}")
        #expect(try node.pairs("it").map(\.key) == ["b", "a"])
        let items = try #require(node["b"]).items("it")
        #expect(items[0].integer == 1 && items[1].double == -2.5 && items[2].truth == true)
        #expect(node["a"]?.text == "x\né😀")
        #expect(node["a"]?.place == SourcePlace(file: "f.json", line: 2, column: 8))
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\" 1}", "{\"a\": 1,}", "nul", "\"x", "1 2", "\"\\x\"", "\"\\ud800\"",
        "\"\u{1}\"", "-",
        "{1: 2}", "1e999", String(repeating: "[", count: 100_000),
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(throws: LanguageError.self) { try read(text) }
    }

    @Test(arguments: UInt64(0)..<50)
    func `bytes of any kind are read or refused`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]\",:0.e-\\u \u{FF}tn".utf8)
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                alphabet.randomElement(using: &random)!
            }
            do throws(LanguageError) {
                _ = try JSONReader.read(bytes, file: "f")
            } catch {
                #expect(error.place.line >= 1)
            }
        }
    }
}
