import HubLanguage
import Testing

/// Which result is the best, and what a block demands of the context.
struct ResultOrderTests {
    private typealias Small = SmallLanguage

    private func winner(_ templates: [String], _ sentence: String) throws -> String? {
        var understander = try Small.understander(templates)
        return understander.understand(sentence)?.intent
    }

    @Test func `a named device goes first, and the longer name`() throws {
        #expect(try winner(["turn on the lamp", "turn on the {name}"], "turn on the lamp") == "B")
        #expect(try winner(["turn on [tall] {name}"], "turn on tall lamp") == "A")
        var understander = try Small.understander(["turn on [tall] {name}"])
        #expect(understander.understand("turn on tall lamp")?.slot("name")?.value == .text("tall lamp"))
    }

    @Test func `then fewer wildcards, more literal text, less in wildcards, the intent's name`() throws {
        #expect(try winner(["play {anything}", "play red"], "play red") == "B")
        #expect(try winner(["paint {colour}", "paint red"], "paint red") == "B")
        #expect(try winner(["play {anything}", "play track {anything}"], "play track one") == "B")
        #expect(
            try winner(["play (track|{colour}) {anything}", "play [track] {anything}"], "play red x") == "A")
        #expect(try winner(["same words", "same words"], "same words") == "A")
    }

    @Test func `what came second is told, and a template only once`() throws {
        var understander = try Small.understander(["play {anything}", "play red", "[play] {colour}"])
        let ranked = understander.ranked("play red", count: 5)
        #expect(ranked.map(\.intent) == ["B", "C", "A"])
        #expect(ranked.first?.template == "play red")
        #expect(ranked.first?.place == SourcePlace(file: "test", line: 2, column: 1))
        #expect(understander.ranked("play red", count: 2).map(\.intent) == ["B", "C"])
    }

    @Test func `own sentences go before all others`() throws {
        var source = Small.source([("A", "turn on {name}"), ("B", "turn on lamp")])
        source.intents[1].blocks[0].isPreferred = true
        var understander = try Small.understander(source)
        #expect(understander.understand("turn on lamp")?.intent == "B")
    }

    @Test func `a block takes only names of its domains, and slots from the context`() throws {
        var source = Small.source([("A", "turn on {name}"), ("B", "turn on {name}"), ("C", "lights on")])
        source.intents[0].blocks[0].requires = [
            ContextRule(key: "domain", allowed: [.text("fan"), .text("cover")])
        ]
        source.intents[1].blocks[0].requires = [ContextRule(key: "domain", allowed: [.text("light")])]
        source.intents[2].blocks[0].requires = [ContextRule(key: "area", allowed: [], slot: "area")]
        source.intents[2].blocks[0].slots = ["domain": .text("light")]
        var understander = try Small.understander(source)
        #expect(understander.understand("turn on fan")?.intent == "A")
        #expect(understander.understand("turn on lamp")?.intent == "B")
        #expect(understander.understand("turn on sofa light") == nil, "its domain is not known")
        #expect(understander.understand("lights on") == nil)
        let here = understander.understand("lights on", context: ["area": .text("kitchen")])
        #expect(
            here?.slot("area") == .init(name: "area", value: .text("kitchen"), text: "", source: .context))
        #expect(here?.slot("domain")?.source == .implied)
    }

    @Test func `a block may exclude a context and demand a keyword`() throws {
        var source = Small.source([("A", "[very] good {anything}")])
        source.intents[0].blocks[0].excludes = [ContextRule(key: "area", allowed: [.text("attic")])]
        source.intents[0].blocks[0].keywords = ["Night"]
        var understander = try Small.understander(source)
        #expect(understander.understand("good night") != nil)
        #expect(understander.understand("good morning") == nil)
        #expect(understander.understand("good night", context: ["area": .text("attic")]) == nil)
        #expect(understander.understand("good night", context: ["area": .text("cellar")]) != nil)
    }

    @Test func `lists and rules of a block are its own`() throws {
        var source = Small.source([("A", "paint {colour} <how>"), ("B", "tint {colour}")])
        source.intents[0].blocks[0].lists = [
            "colour": ListSource(
                .values([ListValue("pink", value: .text("p"), place: Small.place())]), at: Small.place())
        ]
        source.intents[0].blocks[0].rules = ["how": TextSource("(quickly|slowly)", at: Small.place())]
        var understander = try Small.understander(source)
        #expect(understander.understand("paint pink slowly")?.slot("colour")?.value == .text("p"))
        #expect(understander.understand("paint red slowly") == nil)
        #expect(understander.understand("tint red") != nil)
    }
}
