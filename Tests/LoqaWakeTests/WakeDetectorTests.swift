import LoqaBase
import LoqaTestKit
import LoqaWake
import Testing

struct WakeDetectorTests {
    @Test func `blocks of any length lead to the same firings at the same places`() throws {
        let sound = Self.sound()
        let whole = try firings(sound, blockCount: 160)
        #expect(!whole.isEmpty)
        for count in [1, 37, 256, 320, 4_096] { #expect(try firings(sound, blockCount: count) == whole) }
    }

    @Test func `a stop word that nothing sounds for stays quiet, and counts nothing`() throws {
        let detector = WakeDetector([try word(role: .stop)])
        detector.isSounding = false
        var firings: [WakeFiring] = []
        detector.push(Self.sound().span) { firings.append($0) }
        #expect(firings.isEmpty)
        #expect(detector.counts == [WakeDetector.Counts()])
    }

    @Test func `what fires is counted, and lies before the place where it fired`() throws {
        let detector = WakeDetector([try word()])
        var firings: [WakeFiring] = []
        detector.push(Self.sound().span) { firings.append($0) }
        let wakes = firings.filter { !$0.isNearMiss }
        #expect(detector.counts[0].firings == wakes.count)
        let event = try #require(wakes.first?.event)
        #expect(event.start < event.end)
        #expect(event.end <= detector.position)
    }

    @Test func `two words listen side by side as each does alone`() throws {
        let both = WakeDetector([try word("one"), try word("two", seed: 9)])
        var together: [WakeFiring] = []
        both.push(Self.sound().span) { together.append($0) }
        for (name, seed) in [("one", UInt64(4)), ("two", 9)] {
            let alone = WakeDetector([try word(name, seed: seed)])
            var firings: [WakeFiring] = []
            alone.push(Self.sound().span) { firings.append($0) }
            #expect(together.filter { $0.phrase == name } == firings)
        }
    }

    @Test func `T19: a second opinion is the highest mean after a second, whatever it heard before`() throws {
        let sound = Self.sound()
        let judge = WakeJudge(try word())
        let first = judge.score(sound.span)
        _ = judge.score([Int16](repeating: 99, count: 40_000).span)
        let again = judge.score(sound.span)
        #expect(again == first)
        let isMeant = judge.isMeant(sound.span)
        #expect(isMeant == (first.map { $0 > judge.threshold } ?? true))
        let detector = WakeDetector([try word()])
        var best: Float = -.infinity
        for part in [sound[..<16_000], sound[...]] {
            best = -.infinity
            for start in stride(from: part.startIndex, through: part.endIndex - 160, by: 160) {
                detector.push(Array(part[start..<start + 160]).span) { _ in }
                if let mean = detector.mean(of: 0) { best = max(best, mean) }
            }
        }
        #expect(first == best)
    }

    @Test func `T19: sound too short for a score counts as the word`() throws {
        let judge = WakeJudge(try word())
        let score = judge.score([Int16](repeating: 1, count: 100).span)
        #expect(score == nil)
        let isMeant = judge.isMeant([Int16]().span)
        #expect(isMeant)
        #expect(WakeJudge.span(end: SampleCount(40_000)) == 8_000..<43_200)
        #expect(WakeJudge.span(end: SampleCount(100)) == 0..<3_300)
    }

    private func firings(_ sound: [Int16], blockCount: Int) throws -> [WakeFiring] {
        let detector = WakeDetector([try word()])
        var firings: [WakeFiring] = []
        var start = 0
        while start < sound.count {
            let end = min(start + blockCount, sound.count)
            detector.push(sound.span.extracting(start..<end)) { firings.append($0) }
            start = end
        }
        return firings
    }

    /// A network without meaning, whose cut-off lies among its scores.
    private func word(
        _ phrase: String = "word", role: WakeWord.Role = .wake, seed: UInt64 = 4
    ) throws -> WakeWord {
        let network = try StreamingNetwork(model: ModelBuilder(seed: seed).bytes)
        return WakeWord(phrase: phrase, role: role, network: network, cutoff: 0.3, windowCount: 2)
    }

    private static func sound() -> [Int16] {
        var random = SeededGenerator(seed: 21)
        return (0..<160_000).map { index in
            Int16(Double.random(in: -1...1, using: &random) * (index / 4_000 % 3 == 0 ? 9_000 : 40))
        }
    }
}
