import SpeechFrames
import Testing

struct SpokenTextTests {
    @Test(
        arguments: [
            ("It is ten past nine. Good night!", ["It is ten past nine.", "Good night!"]),
            ("Dr. Who lives at J. Smith's. Yes.", ["Dr. Who lives at J. Smith's.", "Yes."]),
            ("It is 21.5 degrees", ["It is 21.5 degrees"]),
            ("  one\ntwo  ", ["one", "two"]),
            (" ... ", []), ("", []),
        ] as [(String, [String])])
    func `a text is cut where its sentences end`(text: String, sentences: [String]) {
        #expect(SentenceCutter.sentences(of: text) == sentences)
    }

    @Test func `a long sentence is cut at a comma or a space and loses no word`() {
        let words = (0..<120).map { "word\($0)" }
        let pieces = SentenceCutter.sentences(of: words.joined(separator: " "))
        #expect(pieces.count > 3)
        #expect(pieces.allSatisfy { $0.count <= SentenceCutter.sentenceCharacterCountMax })
        #expect(pieces.joined(separator: " ").split(separator: " ").map(String.init) == words)
        let endless = String(repeating: "a", count: 500)
        #expect(SentenceCutter.sentences(of: endless).joined() == endless)
    }

    @Test(arguments: [1, 100, 320, 5_000]) func `sound loses its first silence but 10 ms, and nothing else`(
        step: Int
    ) {
        let speech = (0..<3_001).map { Int16($0 % 7 == 0 ? 3_000 : 0) }
        let sound = [Int16](repeating: 40, count: 3_300) + speech
        var cutter = SoundCutter()
        var pieces: [[Int16]] = []
        for start in stride(from: 0, to: sound.count, by: step) {
            pieces += cutter.take(sound[start..<min(start + step, sound.count)])
        }
        #expect(pieces.allSatisfy { $0.count == SoundCutter.pieceSampleCount })
        let rest = cutter.finish() ?? []
        #expect(pieces.flatMap { $0 } + rest == [Int16](repeating: 40, count: 160) + speech)
    }

    @Test func `the loudest negative sample is no silence, and silence alone is no sound`() {
        var cutter = SoundCutter()
        _ = cutter.take([.min])
        #expect(cutter.finish() == [.min])
        #expect(cutter.take([Int16](repeating: 0, count: 9_000)).isEmpty)
        #expect(cutter.finish() == nil)
    }
}
