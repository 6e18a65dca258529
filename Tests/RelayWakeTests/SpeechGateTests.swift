import LoqaTestKit
import RelayWake
import Testing

struct SpeechGateTests {
    @Test func `a quiet room stays closed`() {
        var gate = SpeechGate()
        var random = SeededGenerator(seed: 1)
        let verdicts = (0..<500).map { _ in gate.pass(noise(amplitude: 100, &random).span) }
        #expect(verdicts.allSatisfy { $0 == .closed })
    }

    @Test func `a loud block opens at once, and quiet closes after the hangover`() {
        var gate = SpeechGate()
        var random = SeededGenerator(seed: 2)
        for _ in 0..<100 { _ = gate.pass(noise(amplitude: 100, &random).span) }
        #expect(gate.pass(noise(amplitude: 2_000, &random).span) == .opened)
        #expect(gate.pass(noise(amplitude: 2_000, &random).span) == .open)
        var openCount = 0
        while gate.pass(noise(amplitude: 100, &random).span) == .open { openCount += 1 }
        #expect(openCount == SpeechGate.Tuning.hangoverCount - 1)
        #expect(gate.pass(noise(amplitude: 100, &random).span) == .closed)
    }

    @Test func `pauses between words keep it open`() {
        var gate = SpeechGate()
        var random = SeededGenerator(seed: 3)
        for _ in 0..<100 { _ = gate.pass(noise(amplitude: 100, &random).span) }
        _ = gate.pass(noise(amplitude: 2_000, &random).span)
        for word in 0..<20 {
            for _ in 0..<30 {
                #expect(gate.pass(noise(amplitude: 100, &random).span) == .open, "word \(word)")
            }
            #expect(gate.pass(noise(amplitude: 2_000, &random).span) == .open)
        }
    }

    @Test func `a fan that starts closes again once it is the new floor`() {
        var gate = SpeechGate()
        var random = SeededGenerator(seed: 4)
        for _ in 0..<100 { _ = gate.pass(noise(amplitude: 50, &random).span) }
        let verdicts = (0..<1_000).map { _ in gate.pass(noise(amplitude: 800, &random).span) }
        #expect(verdicts.first == .opened)
        #expect(verdicts.last == .closed)
    }

    private func noise(amplitude: Int16, _ random: inout SeededGenerator) -> [Int16] {
        (0..<320).map { _ in Int16.random(in: -amplitude...amplitude, using: &random) }
    }
}
