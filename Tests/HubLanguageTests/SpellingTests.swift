import LoqaTestKit
import Testing

@testable import HubLanguage

struct SpellingTests {
    private func stripped(_ text: String) -> String {
        var scalars = text.unicodeScalars.map(\.value)
        Punctuation.strip(&scalars)
        return string(scalars)
    }

    private func string(_ scalars: [UInt32]) -> String {
        var view = String.UnicodeScalarView()
        for value in scalars { if let scalar = Unicode.Scalar(value) { view.append(scalar) } }
        return String(view)
    }

    @Test(arguments: [
        ("Turn on the lights!", "Turn on the lights"), ("...hello, there?", "hello there"),
        ("set it to 21.5.", "set it to 21.5"), ("today's", "today's"), ("the A.C.", "the A.C."),
        ("turn on the A.C. now", "turn on the A.C. now"), ("it is 5 . now", "it is 5  now"), ("a ,b", "a b"),
        ("¿qué hora es?", "qué hora es"), ("打开灯。", "打开灯"), ("a,b", "a,b"), ("", ""), ("?!", ""),
    ])
    func `punctuation goes at edges of words and stays inside them`(text: String, expected: String) {
        #expect(stripped(text) == expected)
    }

    @Test func `text is composed, folded and single-spaced, with one apostrophe`() {
        #expect(string(Spelling.prepared("CAFE\u{301} \t today’s")) == "caf\u{E9} today's")
        #expect(Spelling.prepared("IıİI") == Spelling.prepared("iiii"))
        #expect(Spelling.prepared("ΟΔΟΣ") == Spelling.prepared("οδος"))
        #expect(Spelling.prepared("ß") != Spelling.prepared("ss"))
        #expect(Spelling.prepared("\u{958}") == [0x915, 0x93C], "a composition that Unicode excludes")
    }

    @Test func `a scalar folds to one scalar, and folding again changes nothing`() {
        for value in UInt32(0)..<0x1_F000 where Unicode.Scalar(value) != nil {
            let folded = Spelling.folded(value)
            #expect(Spelling.folded(folded) == folded)
        }
    }

    @Test func `text that is composed already is never taken for text that needs it`() {
        // Whatever a quick look lets pass must be what NFC makes of it.
        var random = SeededGenerator(seed: 4)
        for _ in 0..<3_000 {
            var scalars = (0..<4).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0x20...0x31FF, using: &random))?.value
            }
            let original = string(scalars)
            Spelling.compose(&scalars)
            #expect(string(scalars) == original)
            let again = scalars
            Spelling.compose(&scalars)
            #expect(scalars == again)
        }
    }

    @Test func `marks are no word characters, letters of all scripts are`() {
        #expect(
            ["a", "Z", "5", "_", "ж", "中", "ก"].allSatisfy { Spelling.isWord($0.unicodeScalars.first!.value) }
        )
        #expect(
            [" ", "-", "'", "\u{93C}", "\u{E31}"].allSatisfy {
                !Spelling.isWord($0.unicodeScalars.first!.value)
            })
    }
}
