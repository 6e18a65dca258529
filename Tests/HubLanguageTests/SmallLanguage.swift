import HubLanguage
import Testing

/// A language of a few templates of our own, and a home of a few names.
enum SmallLanguage {
    static func place(_ line: Int = 1) -> SourcePlace { SourcePlace(file: "test", line: line, column: 1) }

    /// Blocks by intent: each template is a block of its own with the intent as its response.
    static func source(_ templates: [(intent: String, template: String)]) -> LanguageSource {
        var source = LanguageSource(language: "xx")
        source.skipWords = ["please", "can you"]
        source.intents = templates.enumerated().map { index, one in
            var block = BlockSource(templates: [TextSource(one.template, at: place(index + 1))])
            block.response = one.intent
            return IntentSource(name: one.intent, blocks: [block])
        }
        source.rules = [
            "turn": TextSource("(turn|switch)", at: place(90)), "the": TextSource("(the|my)", at: place(91)),
        ]
        let colours = ["red", "blue", "dark blue"].map { ListValue($0, value: .text($0), place: place(92)) }
        source.lists = [
            "colour": ListSource(
                .values(colours + [ListValue("gr(e|a)y", value: .integer(7), place: place(93))]),
                at: place(92)),
            "percent": ListSource(.range(RangeList(first: 0, last: 100)), at: place(94)),
            "down": ListSource(.range(RangeList(first: 0, last: 100, multiplier: -1)), at: place(95)),
            "degrees": ListSource(.range(RangeList(first: 5, last: 30, fraction: .halves)), at: place(96)),
            "hundreds": ListSource(.range(RangeList(first: 0, last: 900, step: 100)), at: place(97)),
            "anything": ListSource(.wildcard, at: place(98)), "other": ListSource(.wildcard, at: place(99)),
        ]
        source.numberWords = [
            NumberWords(tenths: 10, words: ["one"]), NumberWords(tenths: 200, words: ["twenty"]),
            NumberWords(tenths: 210, words: ["twenty one", "twenty-one"]),
        ]
        return source
    }

    static let names: [HomeVocabulary.Entry] = [
        .init(list: "name", said: "ceiling light", context: ["domain": .text("light")]),
        .init(list: "name", said: "lamp", context: ["domain": .text("light")]),
        .init(list: "name", said: "tall lamp", context: ["domain": .text("light")]),
        .init(list: "name", said: "fan", context: ["domain": .text("fan")]),
        .init(list: "name", said: "(sofa|couch) light", value: .text("sofa light")),
        .init(list: "area", said: "kitchen"), .init(list: "area", said: "living room"),
    ]

    static func language(_ source: LanguageSource) throws -> Language {
        try LanguageLoader.load(WordBlock(try LanguageCompiler.compile(source)))
    }

    /// Understands with one template, whose intent is `A`.
    static func understander(_ templates: [String]) throws -> Understander {
        try understander(
            source(templates.enumerated().map { (String(UnicodeScalar(65 + UInt8($0.offset))), $0.element) }))
    }

    static func understander(_ source: LanguageSource) throws -> Understander {
        let language = try language(source)
        return Understander(language, home: HomeVocabulary(names, for: language))
    }

    /// Which of `sentences` one template matches.
    static func matches(_ template: String, _ sentences: [String]) throws -> [String] {
        var understander = try understander([template])
        var matched: [String] = []
        for sentence in sentences where understander.understand(sentence) != nil { matched.append(sentence) }
        return matched
    }
}
