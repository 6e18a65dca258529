import HubUnderstanding
import LoqaTestKit
import Testing

struct SentenceMatcherTests {
    private static let text = """
        <where>:
            in [the] {room}
            in [the] {unknown_room:room}
        On:
            turn on [the] {device} [<where>]
            turn on [the] {unknown:device} [<where>]
            turn on [the] {room} lights
        Set:
            set [the] {device} to {0..100:percent} [percent]
        Call:
            call {empty}
        Say:
            say {unknown:first} and {unknown:second}
        Twice:
            ring {device:thing} or {device:thing}
        """

    private static func matcher(_ text: String = text) throws -> SentenceMatcher {
        let lists: [String: SlotList] = [
            "room": SlotList([
                .init("kitchen"), .init("living room"), .init("lounge", meaning: .text("living room")),
            ]),
            "device": SlotList([
                .init("lamp"), .init("floor lamp"), .init("lamp 2"), .init("lamp"), .init("!"),
            ]),
            "unknown": SlotList([.init("oven"), .init("washing machine")], isWildcard: true),
            "unknown_room": SlotList([.init("attic")], isWildcard: true),
            "empty": SlotList([]),
        ]
        let book = try SentenceBook([.init(name: "test", text: text)])
        return try SentenceMatcher(
            book: book, lists: lists, skipWords: SkipWords(["please", "could you"], ["please"]))
    }

    private func read(_ text: String) throws -> String? {
        guard let match = try Self.matcher().match(SpokenWords.words(of: text)) else { return nil }
        let slots = match.slots.map { slot in
            switch slot.value {
            case .text(let text): "\(slot.name)=\(text)"
            case .number(let number): "\(slot.name)=\(number)"
            case .unknown(let words): "\(slot.name)=?\(words)"
            }
        }
        return ([match.intent] + slots).joined(separator: " ")
    }

    @Test(arguments: [
        ("turn on the lamp", "On device=lamp"), ("turn on floor lamp", "On device=floor lamp"),
        ("Please, turn on the lamp please!", "On device=lamp"),
        ("turn on the lamp 2 in the lounge", "On device=lamp two room=living room"),
        ("turn on the living room lights", "On room=living room"),
        ("set lamp to 21 percent", "Set device=lamp percent=21"),
        ("set lamp 2 to a hundred", "Set device=lamp two percent=100"),
        // Unknown names: as few and as short as possible, never where a known one stands.
        ("turn on the flux capacitor", "On device=?flux capacitor"),
        ("turn on the oven in the kitchen", "On device=?oven room=kitchen"),
        ("turn on the lamp in the wine cellar", "On device=lamp room=?wine cellar"),
        ("turn on the oven in the old barn", "On device=?oven room=?old barn"),
        ("say this and that", "Say first=?this second=?that"),
        ("say a and b and c", "Say first=?a and b second=?c"),
        // The last of two values for one slot counts.
        ("ring lamp or floor lamp", "Twice thing=floor lamp"),
    ])
    func `the best reading is found`(text: String, expected: String) throws {
        #expect(try read(text) == expected)
    }

    @Test(arguments: [
        "", "please", "turn", "turn on", "on the lamp", "set the lamp to 101", "set the lamp to",
        "call someone",
        "turn on one two three four five six seven",
    ])
    func `what no sentence says is not understood`(text: String) throws {
        #expect(try read(text) == nil)
    }

    @Test func `a text of many words is not understood and takes no time`() throws {
        let matcher = try Self.matcher()
        let long = [String](repeating: "and", count: 39)
        #expect(matcher.match(["say"] + long) == nil)
        #expect(matcher.match(["say"] + long + long) == nil)
    }

    @Test(arguments: [
        ("turn on the", Completeness.partial), ("turn on the floor", .partial),
        ("turn on the lamp", .complete(canContinue: true)),
        ("turn on the lamp in the kitchen", .complete(canContinue: false)),
        ("set the lamp to twenty", .complete(canContinue: true)),
        ("set the lamp to five", .complete(canContinue: true)),
        ("turn on the oven", .complete(canContinue: true)),
        ("turn on the sauna", .unknown), ("turn on the washing", .partial), ("call", .unknown),
        ("hello", .unknown),
    ])
    func `completeness follows the speech grammar`(text: String, expected: Completeness) throws {
        #expect(try Self.matcher().completeness(of: SpokenWords.words(of: text)) == expected)
    }

    @Test func `rules and lists that are missing, and rules that use themselves, are named`() {
        #expect(throws: MatcherError.unknownRule("no", intent: "A")) { try Self.matcher("A:\n  go <no>") }
        #expect(throws: MatcherError.unknownList("no", intent: "A")) { try Self.matcher("A:\n  go {no}") }
        #expect(throws: MatcherError.recursion("r")) { try Self.matcher("<r>:\n  a <r>\nA:\n  <r>") }
    }

    @Test func `the grammar holds the templates, without what has no words`() throws {
        let grammar = try Self.matcher().speechGrammar(
            intents: ["Set", "Call"], wakePhrases: ["hey you"], wake: .optional)
        let lines = grammar.jsgf.split(separator: "\n").map(String.init)
        #expect(lines[2] == "public <sentence> = [hey you] [please | could you] (<Set>) [please];")
        #expect(lines.contains("<list_device> = lamp | floor lamp | lamp two;"))
        #expect(lines.contains("<Set> = set [the] <list_device> to <number_0_100> [percent];"))
        #expect(!grammar.jsgf.contains("Call"))
    }

    @Test func `the acceptor takes the sentences and nothing else`() throws {
        let matcher = try Self.matcher()
        let acceptor = matcher.acceptor(intents: ["Set", "Call"], wakePhrases: ["hey you"], wake: .mandatory)
        #expect(
            acceptor.accepts(["hey", "you", "please", "set", "the", "floor", "lamp", "to", "twenty", "one"]))
        for text in ["set lamp to five", "hey you set lamp to", "hey you", "hey you set lamp to five five"] {
            #expect(!acceptor.accepts(SpokenWords.words(of: text)), "\(text)")
        }
        #expect(acceptor.words.contains("hundred") && !acceptor.words.contains("call"))
        #expect(matcher.acceptor(intents: ["Set"]) == matcher.acceptor(intents: ["Set"]))
    }

    @Test func `nothing to say gives an acceptor without a way through`() throws {
        let matcher = try Self.matcher()
        #expect(!matcher.acceptor(intents: ["Call"]).accepts(["please"]))
        #expect(matcher.speechGrammar(intents: ["Call"]).jsgf.contains("<VOID>"))
    }

    @Test func `random words never trap and slots hold words of the text`() throws {
        let matcher = try Self.matcher()
        var random = SeededGenerator(seed: 8)
        let words = [
            "turn", "on", "the", "lamp", "floor", "in", "kitchen", "set", "to", "five", "say", "and", "oven",
            "x",
        ]
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                words.randomElement(using: &random)!
            }
            _ = matcher.completeness(of: text)
            guard let match = matcher.match(text) else { continue }
            for slot in match.slots { #expect(text.joined(separator: " ").contains(slot.spoken)) }
        }
    }
}
