import HubLanguage
import LoqaTestKit
import Testing

/// Matching, rule by rule.
struct UnderstanderTests {
    private typealias Small = SmallLanguage

    @Test func `a space is demanded between words, free at the edges and never doubled`() throws {
        let matched = try Small.matches(
            "turn [the] light on", ["turn light on", "turn  the light ON!", "turnlight on"])
        #expect(matched == ["turn light on", "turn  the light ON!"])
        #expect(
            try Small.matches("light[s] on", ["lights on", "light on", "light s on"]) == [
                "lights on", "light on",
            ])
        #expect(try Small.matches("a(b|c)d", ["abd", "acd", "a b d"]) == ["abd", "acd"])
    }

    @Test func `parts in any order stand in any order, with spaces between`() throws {
        let sentences = ["go left now", "left go now", "now left go", "go left", "golef tnow"]
        #expect(
            try Small.matches("(go;left;now)", sentences) == ["go left now", "left go now", "now left go"])
    }

    @Test func `rules stand for their text`() throws {
        #expect(
            try Small.matches("<turn> on [<the>] {name}", ["switch on my fan", "turn on fan", "put on fan"])
                == ["switch on my fan", "turn on fan"])
    }

    @Test func `a name gives its value, a value's template any of its texts`() throws {
        var understander = try Small.understander(["turn on {name}", "make it {colour:tint}"])
        let sofa = understander.understand("turn on couch light")
        #expect(sofa?.slot("name")?.value == .text("sofa light"))
        #expect(sofa?.slot("name")?.text == "couch light")
        let grey = understander.understand("make it GRAY")
        #expect(grey?.slot("tint")?.value == .integer(7))
        #expect(grey?.slot("tint")?.text == "GRAY")
        #expect(understander.understand("make it dark blue")?.slot("tint")?.value == .text("dark blue"))
    }

    @Test func `after a list a space is free, but a short word is not glued to it`() throws {
        #expect(
            try Small.matches("{percent} % now", ["50 % now", "50% now", "101 % now"]) == [
                "50 % now", "50% now",
            ])
        #expect(try Small.matches("{name} on", ["lamp on", "lampon"]) == ["lamp on"])
        #expect(try Small.matches("{area} lights", ["kitchen lights", "kitchenlights"]).count == 2)
        #expect(try Small.matches("{area}s", ["kitchens", "kitchen s"]) == ["kitchens", "kitchen s"])
    }

    @Test func `numbers are digits or words, within their range`() throws {
        var understander = try Small.understander(
            ["dim {percent}", "warm {degrees}", "white {hundreds}", "down {down}", "heat -{percent}"])
        func value(_ sentence: String, _ slot: String) -> SlotValue? {
            understander.understand(sentence)?.slot(slot)?.value
        }
        #expect(value("dim 42", "percent") == .integer(42))
        #expect(value("dim twenty one", "percent") == .integer(21))
        #expect(value("dim twenty-one", "percent") == .integer(21))
        #expect(value("dim 101", "percent") == nil)
        #expect(value("dim 1.5", "percent") == nil)
        #expect(value("dim 99999999999999999999999", "percent") == nil)
        #expect(value("warm 20,5", "degrees") == .number(20.5))
        #expect(value("warm 30.5", "degrees") == .number(30.5))
        #expect(value("warm 20.50", "degrees") == .number(20.5))
        #expect(value("warm 20.4", "degrees") == nil)
        #expect(value("warm 20.55", "degrees") == nil)
        #expect(value("white 300", "hundreds") == .integer(300))
        #expect(value("white 250", "hundreds") == nil)
        #expect(value("dim ٥", "percent") == nil)
    }

    @Test func `a multiplier counts each time, whatever was said before`() throws {
        var understander = try Small.understander(["up {percent}", "down {down}"])
        #expect(understander.understand("up twenty")?.slot("percent")?.value == .integer(20))
        #expect(understander.understand("down twenty")?.slot("down")?.value == .integer(-20))
        #expect(understander.understand("down 20")?.slot("down")?.value == .integer(-20))
    }

    @Test func `a wildcard takes at least one word and as little as the rest allows`() throws {
        var understander = try Small.understander(
            ["play {anything} by {other}", "add {anything} [to] list", "timer {anything} {percent} seconds"])
        let song = understander.understand("Play Hello World by The Band")
        #expect(song?.slot("anything")?.value == .text("Hello World"))
        #expect(song?.slot("other")?.value == .text("The Band"))
        #expect(understander.understand("play by someone") == nil)
        #expect(understander.understand("play x by") == nil)
        #expect(understander.understand("add milk to list")?.slot("anything")?.value == .text("milk"))
        #expect(understander.understand("add milklist") == nil)
        let timer = understander.understand("timer pizza 30 seconds")
        #expect(timer?.slot("percent")?.value == .integer(30))
        #expect(timer?.slot("anything")?.value == .text("pizza"))
    }

    @Test func `two wildcards side by side never match`() throws {
        #expect(try Small.matches("play {anything} {other}", ["play a b c"]) == [])
        #expect(try Small.matches("play {anything}{other}", ["play a b c"]) == [])
    }

    @Test func `skip words may be left out, unless the template or a wildcard wants them`() throws {
        #expect(
            try Small.matches(
                "lights on", ["please lights on", "lights can you on please", "pleaselights on"]
            ).count == 2)
        #expect(try Small.matches("say please", ["say please", "please say please"]) == ["say please"])
        var understander = try Small.understander(["write {anything}", "{anything} it is"])
        #expect(
            understander.understand("please write please call")?.slot("anything")?.value
                == .text("please call"))
        #expect(
            understander.understand("please call it is please")?.slot("anything")?.value
                == .text("please call"))
    }

    @Test(arguments: ["please", "please please", "can you please", "", " "])
    func `a sentence of nothing but skip words is no command`(sentence: String) throws {
        #expect(try Small.matches("{anything} it is", [sentence]) == [])
        #expect(try Small.matches("lights on", [sentence]) == [])
    }

    @Test func `a range beyond all integers is no range`() {
        for range in ["-9223372036854775808..1", "-9223372036854775808..9223372036854775807", "1..9000000"] {
            #expect(throws: LanguageError.self) { try Small.matches("warm {\(range):degrees}", ["warm 1"]) }
        }
    }

    @Test func `hyphens of the text may stand for spaces`() throws {
        #expect(try Small.matches("turn on {name}", ["turn-on tall_lamp", "turn on tall-lamp"]).count == 2)
        #expect(try Small.matches("e-mail", ["e-mail", "e mail"]) == ["e-mail"])
    }

    @Test func `captures go to the response, slots do not hold them`() throws {
        var understander = try Small.understander(["paint it {colour:@shade}"])
        let result = understander.understand("paint it red")
        #expect(result?.slots == [])
        #expect(result?.captures.map(\.name) == ["shade"])
    }

    @Test func `spaces between ideographs mean nothing where the language says so`() throws {
        var source = Small.source([("A", "打开客厅灯")])
        source.ignoresSpaces = true
        var understander = try Small.understander(source)
        #expect(understander.understand("打开 客厅 灯。") != nil)
        #expect(understander.understand("打开a客厅灯") == nil)
    }

    @Test func `a sentence beyond the limit is not understood, and what is hard is given up in time`() throws
    {
        var understander = try Small.understander(["{anything} a {other} b {percent} c"])
        #expect(understander.understand(String(repeating: "a ", count: 1_001)) == nil)
        #expect(understander.understand(String(repeating: "a b ", count: 499)) == nil)
        #expect(understander.understand("") == nil)
        #expect(understander.understand(" ?! ") == nil)
    }

    @Test(arguments: UInt64(0)..<8)
    func `any characters of any plane, up to 100 kB of them, do no harm`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var understander = try Small.understander([
            "{anything} by {other}", "[<turn>] {name} {percent}%", "{colour}",
        ])
        for length in [1, 5, 40, 1_999, 2_001, 25_000] {
            var view = String.UnicodeScalarView()
            for _ in 0..<length {
                let plain = "by lamp 5% -_.’ ".unicodeScalars.randomElement(using: &random)
                let any = Unicode.Scalar(UInt32.random(in: 0...0x10_FFFF, using: &random))
                if let scalar = Bool.random(using: &random) ? plain : any { view.append(scalar) }
            }
            let ranked = understander.ranked(String(view), count: 3)
            #expect(length < 25_000 || ranked.isEmpty, "far too long a sentence")
            #expect(understander.ranked(String(view), count: 3) == ranked)
        }
    }
}
