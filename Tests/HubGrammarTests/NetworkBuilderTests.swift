import HubGrammar
import HubLanguage
import Testing

struct NetworkBuilderTests {
    @Test(arguments: [
        "turn on the floor lamp", "turn on fan", "switch my fan on", "open the garage door",
        "turn on the kitchen lights",
        "turn on kitchen light", "living room's lights to warm white", "what time is it",
        "dim the floor lamp to twenty five percent", "dim the lamp 2 to five percent",
        "please turn on the fan", "could you turn on the fan please",
    ])
    func `what a home can be told is in its grammar`(sentence: String) throws {
        #expect(try SmallLanguage.network().takes(sentence))
    }

    @Test(arguments: [
        "open the floor lamp", "dim the fan to five percent", "turn on the garage door", "lock all the doors",
        "dim the floor lamp to forty percent", "add milk to the list", "turn on the lights",
        "turn on the bath lights",
        "turn on the", "the fan", "please", "dim the floor lamp to five %", "please please what time is it",
    ])
    func `what a home cannot use is not`(sentence: String) throws {
        #expect(try !SmallLanguage.network().takes(sentence))
    }

    @Test(arguments: UInt64(1)...5)
    func `every sentence of the grammar is understood`(seed: UInt64) throws {
        let language = try SmallLanguage.language(SmallLanguage.source(SmallLanguage.usual))
        let home = HomeVocabulary(SmallLanguage.names, for: language)
        let network = try NetworkBuilder.network(of: language, home: home)
        var understander = Understander(language, home: home)
        let sentences = network.sentences(count: 100, seed: seed)
        #expect(sentences.count > 50)
        for sentence in sentences {
            #expect(understander.understand(sentence) != nil, "\(sentence)")
            #expect(network.takes(sentence), "\(sentence)")
        }
    }

    @Test func `the ways on from each state share one probability`() throws {
        let network = try SmallLanguage.network()
        var sums: [Int32: Double] = [:]
        for arc in network.arcs { sums[arc.from, default: 0] += arc.probability }
        #expect(sums.values.allSatisfy { abs($0 - 1) < 1e-9 })
        #expect(sums.count == network.stateCount - 1)
    }

    @Test func `equal ends stand once`() throws {
        let one = try SmallLanguage.network([("A", [SmallLanguage.block(["red lamp goes off now"])])])
        let two = try SmallLanguage.network([("A", [SmallLanguage.block(["(red|blue) lamp goes off now"])])])
        #expect(two.stateCount == one.stateCount)
        #expect(two.arcs.count == one.arcs.count + 1)
    }

    @Test func `a thousand names cost their words and little more`() throws {
        let many = (0..<1_000).map {
            SmallLanguage.device("lamp number\(String($0, radix: 36).filter(\.isLetter))x", "light")
        }
        let few = try SmallLanguage.network()
        let network = try SmallLanguage.network(names: SmallLanguage.names + many)
        #expect(network.arcs.count < few.arcs.count + 6 * 1_000)
    }

    @Test func `the text form names every state and word`() throws {
        let network = try SmallLanguage.network(
            [("A", [SmallLanguage.block(["yes"])])],
            options: {
                var options = NetworkBuilder.Options(); options.skipProbability = 0; return options
            }())
        #expect(
            network.sphinxText.hasPrefix("FSG_BEGIN home\nNUM_STATES \(network.stateCount)\nSTART_STATE 0\n"))
        #expect(network.sphinxText.contains(" 1.0 yes\n"))
        #expect(network.sphinxText.hasSuffix("FSG_END\n"))
        #expect(network.words.contains("yes"))
    }

    @Test func `only the intents that are asked for are in the grammar`() throws {
        var options = NetworkBuilder.Options()
        options.intents = ["Time"]
        options.wakePhrases = [["hey", "loqa"]]
        let network = try SmallLanguage.network(options: options)
        #expect(network.takes("what time is it"))
        #expect(network.takes("hey loqa what time is it"))
        #expect(!network.takes("turn on the fan"))
    }

    @Test func `a language or a home without a sentence is refused in words`() throws {
        #expect(throws: GrammarError.empty(language: "en")) {
            try SmallLanguage.network([("Add", [SmallLanguage.block(["add {anything}"])])])
        }
        #expect(throws: GrammarError.empty(language: "en")) {
            try SmallLanguage.network([("Open", [SmallLanguage.block(["open {name}"])])], names: [])
        }
        var source = SmallLanguage.source(SmallLanguage.usual)
        source.ignoresSpaces = true
        let language = try SmallLanguage.language(source)
        #expect(throws: GrammarError.unspaced(language: "en")) {
            try NetworkBuilder.network(of: language, home: HomeVocabulary([], for: language))
        }
    }

    @Test func `a sentence of a thousand words ends nothing but itself`() throws {
        let long = Array(repeating: "so", count: 1_000).joined(separator: " ")
        let network = try SmallLanguage.network([("A", [SmallLanguage.block([long, "short"])])])
        #expect(network.takes("short"))
        #expect(!network.takes(long))
    }

    @Test func `more states than a recogniser should search are refused`() throws {
        var options = NetworkBuilder.Options()
        options.stateCountMax = 20
        #expect(throws: GrammarError.tooLarge("20 states")) { try SmallLanguage.network(options: options) }
    }
}
