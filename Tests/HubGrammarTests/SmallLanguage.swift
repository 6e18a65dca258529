import HubGrammar
import HubLanguage

/// A small language of our own, compiled as packs are, and a home for it.
enum SmallLanguage {
    static let place = SourcePlace(file: "test", line: 1, column: 1)

    static func block(
        _ templates: [String], requires domains: [String] = [], implies domain: String? = nil
    ) -> BlockSource {
        var block = BlockSource(templates: templates.map { TextSource($0, at: place) })
        if !domains.isEmpty {
            block.requires = [ContextRule(key: "domain", allowed: domains.map { .text($0) })]
        }
        if let domain { block.slots["domain"] = .text(domain) }
        return block
    }

    static func source(_ intents: [(String, [BlockSource])]) -> LanguageSource {
        var source = LanguageSource(language: "en")
        source.intents = intents.map { IntentSource(name: $0.0, blocks: $0.1) }
        source.rules = ["the": TextSource("[the|my]", at: place)]
        source.skipWords = ["please", "could you"]
        let colours = ["red", "warm white"].map { ListValue($0, value: .text($0), place: place) }
        source.lists = [
            "colour": ListSource(.values(colours), at: place),
            "percent": ListSource(.range(RangeList(first: 0, last: 30)), at: place),
            "anything": ListSource(.wildcard, at: place),
        ]
        let words = [
            0: "zero", 5: "five", 10: "ten", 20: "twenty", 25: "twenty five", 26: "twenty-six", 40: "forty",
        ]
        source.numberWords = words.sorted { $0.key < $1.key }.map {
            NumberWords(tenths: $0.key * 10, words: [$0.value])
        }
        source.numberWords[4] = NumberWords(tenths: 250, words: ["twenty five", "twenty-five"])
        return source
    }

    static let usual: [(String, [BlockSource])] = [
        (
            "TurnOn",
            [
                block(
                    ["turn on <the> {name}", "(switch|turn) <the> {name} on"], requires: ["light", "switch"])
            ]
        ),
        ("Open", [block(["open <the> {name}"], requires: ["cover"])]),
        (
            "Lights",
            [block(["turn on <the> {area} light[s]", "{area}'s lights to {colour}"], implies: "light")]
        ),
        ("Lock", [block(["lock all the doors"], implies: "lock")]),
        ("Dim", [block(["dim <the> {name} to {percent} (percent|%)"], requires: ["light"])]),
        ("Add", [block(["add {anything} to the list"])]),
        ("Time", [block(["what time is it"])]),
    ]

    static func language(_ source: LanguageSource) throws -> Language {
        try LanguageLoader.load(WordBlock(try LanguageCompiler.compile(source)))
    }

    static let names: [HomeVocabulary.Entry] = [
        device("floor lamp", "light"), device("lamp 2", "light"), device("fan", "switch"),
        device("garage door", "cover"), .init(list: "area", said: "kitchen"),
        .init(list: "area", said: "living room"),
    ]

    static func device(_ name: String, _ domain: String) -> HomeVocabulary.Entry {
        .init(list: "name", said: name, context: ["domain": .text(domain)])
    }

    static func network(
        _ intents: [(String, [BlockSource])] = usual, names: [HomeVocabulary.Entry] = names,
        options: NetworkBuilder.Options = .init()
    ) throws -> WordNetwork {
        let language = try language(source(intents))
        return try NetworkBuilder.network(
            of: language, home: HomeVocabulary(names, for: language), options: options)
    }
}

extension WordNetwork {
    func progress(_ sentence: String) -> SentenceProgress {
        progress(of: sentence.split(separator: " ").map(String.init))
    }

    func takes(_ sentence: String) -> Bool {
        if case .complete = progress(sentence) { true } else { false }
    }
}
