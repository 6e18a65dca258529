import LoqaTestKit
import LoqaWake
import Testing

struct PhraseDecisionTests {
    private static let rule = PhraseDecision.Rule(
        windowCount: 3, threshold: 0.8, nearMissThreshold: 0.4, restCount: 5, settlingCount: 2)

    @Test func `it fires when the mean of the window is above the threshold, and not at it`() {
        #expect(fired([0, 0, 0.9, 0.9, 0.9]) == [4])
        #expect(fired([0, 0, 0.8, 0.8, 0.8, 0.8]) == [])
    }

    @Test func `scores while it settles count for nothing, and the window fills meanwhile`() {
        #expect(fired([1, 1, 1]) == [2])
        #expect(fired([1, 1]) == [])
    }

    @Test func `after a firing it rests, whatever the scores`() {
        #expect(fired([Float](repeating: 1, count: 15)) == [2, 8, 14])
    }

    @Test func `a rise that stays below the threshold is one near miss, told when it has passed`() {
        var decision = PhraseDecision(Self.rule)
        let verdicts = [0, 0, 0, 0.6, 0.6, 0.6, 0.3, 0, 0, 0].map { decision.push($0) }
        let misses = verdicts.filter { if case .nearMiss = $0 { true } else { false } }
        #expect(misses.count == 1)
        #expect(misses.first == .nearMiss(peak: (Float(0.6) + 0.6 + 0.6) / 3))
    }

    @Test func `a reset forgets window, rest and peak`() {
        var decision = PhraseDecision(Self.rule)
        for _ in 0..<4 { _ = decision.push(1) }
        decision.reset()
        let verdicts = (0..<3).map { _ in decision.push(1) }
        #expect(verdicts == [.nothing, .nothing, .fired(mean: 1)])
    }

    @Test func `whatever the scores, two firings are never closer than the rest`() {
        for seed in UInt64(1)...50 {
            var random = SeededGenerator(seed: seed)
            let firings = fired((0..<400).map { _ in Float.random(in: 0.5...1.1, using: &random) })
            for (first, second) in zip(firings, firings.dropFirst()) {
                #expect(second - first > Self.rule.restCount, "seed \(seed)")
            }
        }
    }

    private func fired(_ scores: [Float]) -> [Int] {
        var decision = PhraseDecision(Self.rule)
        return scores.indices.filter { if case .fired = decision.push(scores[$0]) { true } else { false } }
    }
}
