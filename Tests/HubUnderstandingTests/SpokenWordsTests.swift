import HubUnderstanding
import LoqaTestKit
import Testing

struct SpokenWordsTests {
    @Test(arguments: [
        ("Turn ON the lights!", "turn on the lights"), ("What's the time?", "what's the time"),
        ("what’s up", "what's up"), ("'quoted'", "quoted"), ("Lamp-2", "lamp two"), ("21", "twenty one"),
        ("40%", "forty percent"), ("21.5°", "twenty one point five degrees"),
        ("-3 degrees", "minus three degrees"),
        ("twenty-one", "twenty one"), ("salt & pepper", "salt and pepper"), ("Büro", "buro"),
        ("Café Straße", "cafe strasse"),
        ("007", "zero zero seven"), ("105", "one hundred five"), ("7:05", "seven zero five"),
        ("10. Then stop.", "ten then stop"), ("9999999", "nine nine nine nine nine nine nine"),
        ("PM2.5", "pm two point five"),
        ("", ""), (" \t\n", ""), ("!?", ""), ("кухня", "кухня"), ("e\u{301}t\u{301}", "et"),
    ])
    func `text becomes plain spoken words`(text: String, words: String) {
        #expect(SpokenWords.words(of: text).joined(separator: " ") == words)
    }

    @Test func `spoken words are spoken the same when read again, whatever the text`() {
        var random = SeededGenerator(seed: 3)
        let alphabet = Array("aZ09 .,'’-%°&éß\u{301}\u{0}🏠ё語")
        for _ in 0..<3_000 {
            let text = String(
                (0..<Int.random(in: 0...30, using: &random)).map { _ in
                    alphabet.randomElement(using: &random)!
                })
            let words = SpokenWords.words(of: text)
            #expect(SpokenWords.words(of: words.joined(separator: " ")) == words, "\(text.debugDescription)")
        }
    }

    @Test func `a text that is too long is cut`() {
        #expect(
            SpokenWords.words(of: String(repeating: "a ", count: 5_000)).count == SpokenWords.wordCountMax)
    }

    @Test func `numbers are spelled and read back`() {
        for number in 0...999 {
            let spellings = EnglishNumbers.spellings(of: number)
            #expect(spellings.contains(EnglishNumbers.words(for: number)))
            #expect(SpokenWords.words(of: "\(number)") == EnglishNumbers.words(for: number))
        }
        #expect(
            EnglishNumbers.words(for: 999_999).joined(separator: " ")
                == "nine hundred ninety nine thousand nine hundred ninety nine")
        #expect(
            EnglishNumbers.spellings(of: 105).map { $0.joined(separator: " ") } == [
                "one hundred five", "one hundred and five", "a hundred five", "a hundred and five",
            ])
    }

    @Test(arguments: [
        ("hey computer turn on", "turn on"), ("hay computer turn on", "turn on"),
        ("computer turn on", "turn on"),
        ("a computer stop", "stop"), ("turn on the computer", "turn on the computer"), ("hey computer", ""),
        ("hey computers off", "off"), ("hello there", "hello there"),
    ])
    func `the wake phrase is taken off, misspelt or cut short`(heard: String, rest: String) {
        #expect(
            WakePhrase.strip(["hey computer"], from: SpokenWords.words(of: heard)).joined(separator: " ")
                == rest)
    }

    @Test func `names near in letters or in sound are found, nearest first`() {
        #expect(NameDistance.edits("kitten", "sitting") == 3)
        #expect(NameDistance.edits("", "abc") == 3)
        let names = ["ceiling lights", "coffee maker", "heater", "heating"]
        #expect(NameDistance.nearest("sealing light", among: names) == ["ceiling lights"])
        #expect(NameDistance.nearest("heather", among: names).first == "heater")
        #expect(NameDistance.nearest("dishwasher", among: names) == [])
    }
}
