import LoqaTestKit
import LoqaWake
import Testing

struct SpeechGateTests {
    @Test func `a quiet room stays closed`() {
        var gate = SpeechGate()
        var random = SeededGenerator(seed: 1)
        let verdicts = (0..<500).map { _ in gate.pass(noise(amplitude: 100, &random).span) }
        #expect(verdicts.allSatisfy { $0 == .closed })
    }

    @Test func `steady pink noise stays closed, whatever its unrest at low frequencies`() {
        var gate = SpeechGate()
        var random = SeededGenerator(seed: 5)
        var verdicts: [SpeechGate.Verdict] = []
        var pink = PinkNoise()
        for _ in 0..<1_500 {
            let block = (0..<320).map { _ in Int16(pink.next(&random) * 300) }
            verdicts.append(gate.pass(block.span))
        }
        #expect(verdicts.dropFirst(25).allSatisfy { $0 == .closed })
    }

    @Test func `a single loud block, a click, opens nothing`() {
        var gate = SpeechGate()
        var random = SeededGenerator(seed: 6)
        for _ in 0..<100 { _ = gate.pass(noise(amplitude: 100, &random).span) }
        #expect(gate.pass(noise(amplitude: 8_000, &random).span) == .closed)
        #expect(gate.pass(noise(amplitude: 100, &random).span) == .closed)
        #expect(gate.pass(noise(amplitude: 2_000, &random).span) == .closed)
    }

    @Test func `a second loud block opens, and quiet closes after the hangover`() {
        var gate = SpeechGate()
        var random = SeededGenerator(seed: 2)
        for _ in 0..<100 { _ = gate.pass(noise(amplitude: 100, &random).span) }
        #expect(gate.pass(noise(amplitude: 2_000, &random).span) == .closed)
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
        for _ in 0..<2 { _ = gate.pass(noise(amplitude: 2_000, &random).span) }
        for word in 0..<20 {
            for _ in 0..<30 {
                #expect(gate.pass(noise(amplitude: 100, &random).span) == .open, "word \(word)")
            }
            for _ in 0..<2 { #expect(gate.pass(noise(amplitude: 2_000, &random).span) == .open) }
        }
    }

    @Test func `a fan that starts closes again once it is the new floor`() {
        var gate = SpeechGate()
        var random = SeededGenerator(seed: 4)
        for _ in 0..<100 { _ = gate.pass(noise(amplitude: 50, &random).span) }
        let verdicts = (0..<1_000).map { _ in gate.pass(noise(amplitude: 800, &random).span) }
        #expect(verdicts[..<2] == [.closed, .opened])
        #expect(verdicts.last == .closed)
    }

    private func noise(amplitude: Int16, _ random: inout SeededGenerator) -> [Int16] {
        (0..<320).map { _ in Int16.random(in: -amplitude...amplitude, using: &random) }
    }
}

/// Noise whose power falls by 3 dB an octave: the sum of rows that change half as often each (Voss and McCartney).
private struct PinkNoise {
    private var rows = [Double](repeating: 0, count: 12)
    private var count = 0

    mutating func next(_ random: inout SeededGenerator) -> Double {
        count += 1
        rows[min(count.trailingZeroBitCount, rows.count - 1)] = Double.random(in: -1...1, using: &random)
        return rows.reduce(0, +)
    }
}
