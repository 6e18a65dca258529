import HubLanguage
import LoqaTestKit
import Testing

/// Compiling and loading: what cannot be compiled is told, what was damaged is refused.
struct LanguageImageTests {
    private func message(_ source: LanguageSource, stateCountMax: Int = 100_000) -> String {
        do throws(LanguageError) {
            _ = try LanguageCompiler.compile(source, stateCountMax: stateCountMax)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func `names that are not there are told with their place`() {
        #expect(
            message(SmallLanguage.source([("A", "a"), ("B", "on {nme}")])).hasPrefix(
                "test:2:4: no list is called {nme}"))
        #expect(
            message(SmallLanguage.source([("A", "on <nme>")])).hasPrefix("test:1:4: no rule is called <nme>"))
    }

    @Test func `rules in circles and templates that multiply are refused`() {
        var source = SmallLanguage.source([("A", "<a>")])
        source.rules["a"] = TextSource("x <b>", at: SmallLanguage.place(5))
        source.rules["b"] = TextSource("[<a>]", at: SmallLanguage.place(6))
        #expect(message(source).contains("contains itself"))
        var bomb = SmallLanguage.source([("A", "<a9>")])
        bomb.rules["a0"] = TextSource("x", at: SmallLanguage.place())
        for level in 1...9 {
            let inner = String(repeating: "<a\(level - 1)> ", count: 10)
            bomb.rules["a\(level)"] = TextSource(inner, at: SmallLanguage.place())
        }
        #expect(message(bomb, stateCountMax: 20_000).contains("too many states"))
        var wide = SmallLanguage.source([("A", "{colour}")])
        let said = String(repeating: "(a|b)", count: 13)
        wide.lists["colour"] = ListSource(
            .values([ListValue(said, value: nil, place: SmallLanguage.place(8))]), at: SmallLanguage.place(8))
        #expect(message(wide).hasPrefix("test:8:1: stands for more than"))
    }

    @Test func `equal sources compile to equal words, and any order of five stays small`() throws {
        let source = SmallLanguage.source([("A", "(a b;c d;e f;g h;i j) [<turn>] {name}")])
        let words = try LanguageCompiler.compile(source)
        #expect(try LanguageCompiler.compile(source) == words)
        #expect(words.count < 5_000)
    }

    @Test func `a damaged image is refused, wherever the damage is`() throws {
        let words = try LanguageCompiler.compile(
            SmallLanguage.source([("A", "turn on {name} [to {percent}]"), ("B", "play {anything}")]))
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            var damaged = words
            damaged[Int.random(in: 0..<words.count, using: &random)] ^=
                1 << UInt32.random(in: 0..<32, using: &random)
            #expect(throws: ImageError.self) { try LanguageLoader.load(WordBlock(damaged)) }
        }
        for count in [0, 1, 18, 19, words.count - 1] {
            #expect(throws: ImageError.self) { try LanguageLoader.load(WordBlock(Array(words[..<count]))) }
        }
    }

    @Test func `damage with a checksum that fits is refused or harmless`() throws {
        let words = try LanguageCompiler.compile(
            SmallLanguage.source([("A", "turn on {name} [to {percent}]"), ("B", "play {anything}")]))
        var random = SeededGenerator(seed: 8)
        for _ in 0..<2_000 {
            var damaged = words
            let index = Int.random(in: 5..<words.count, using: &random)
            damaged[index] =
                Bool.random(using: &random)
                ? UInt32.random(in: 0..<UInt32(words.count), using: &random)
                : UInt32.random(in: 0...(.max), using: &random)
            damaged = LanguageImage.sealed(damaged)
            do throws(ImageError) {
                let language = try LanguageLoader.load(WordBlock(damaged))
                var understander = Understander(
                    language, home: HomeVocabulary(SmallLanguage.names, for: language))
                for sentence in ["turn on lamp to 20", "play it", "turn on"] {
                    _ = understander.understand(sentence, context: ["area": .text("x")])
                }
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
