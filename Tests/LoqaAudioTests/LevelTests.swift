import LoqaAudio
import LoqaBase
import LoqaTestKit
import Testing

struct LevelTests {
    @Test func `levels of known blocks are exact to a hundredth`() {
        #expect(DecibelsFullScale(of: [Int16](repeating: .min, count: 320)) == .fullScale)
        #expect(DecibelsFullScale(of: [Int16](repeating: 0, count: 320)) == .floor)
        #expect(DecibelsFullScale(of: [Int16]()) == .floor)
        #expect(DecibelsFullScale(of: [16_384, -16_384]).value == -6.02)
        #expect(DecibelsFullScale(of: [3_277, -3_277, 3_277]).value == -20)
        #expect(DecibelsFullScale(of: [1]).value == -90.31)
    }

    @Test(arguments: [
        (1, 0), (0.5, -3.01), (0.1, -10), (0.01, -20), (1e-6, -60), (2e-9, -86.99), (7e-13, -120),
    ])
    func `powers turn into decibels`(power: Float, level: Float) {
        #expect(DecibelsFullScale(meanSquare: power).value == level)
    }

    @Test func `the floor of steady noise lies at most 1 dB under its level`() {
        var random = SeededGenerator(seed: 1)
        var tracker = NoiseFloorTracker()
        for _ in 0..<300 { tracker.track(power: noise(amplitude: 300, &random)) }
        let level = DecibelsFullScale(meanSquare: 300 * 300 / 3 / 32_768 / 32_768).value
        #expect((level - 1...level).contains(tracker.floor.value), "\(tracker.floor.value) of \(level)")
    }

    @Test func `words with pauses leave the floor where the room is`() {
        var random = SeededGenerator(seed: 2)
        var tracker = NoiseFloorTracker()
        for block in 0..<1_000 {
            // Three quarters of the time speech at -20 dBFS, over a room at about -65 dBFS.
            let speech: Float = block % 40 < 30 ? 0.01 : 0
            tracker.track(power: noise(amplitude: 30, &random) + speech)
        }
        #expect((-70 ... -60).contains(tracker.floor.value), "\(tracker.floor.value)")
    }

    @Test func `the floor falls within 100 ms and rises within 4.5 s`() {
        var tracker = NoiseFloorTracker()
        for _ in 0..<300 { tracker.track(power: 1e-3) }
        #expect(abs(tracker.floor.value + 30) < 0.1)
        for _ in 0..<5 { tracker.track(power: 1e-6) }
        #expect(abs(tracker.floor.value + 60) < 0.1)
        for _ in 0..<150 { tracker.track(power: 1e-3) }
        #expect(tracker.floor.value < -59, "rose too early")
        for _ in 0..<75 { tracker.track(power: 1e-3) }
        #expect(tracker.floor.value > -31)
    }

    @Test func `before the first block there is no floor, and the ratio is never negative`() {
        #expect(NoiseFloorTracker().floor == .floor)
        #expect(signalToNoise(.floor, over: .fullScale) == 0)
        #expect(signalToNoise(.init(clamping: -20), over: .init(clamping: -65)) == 45)
    }

    private func noise(amplitude: Float, _ random: inout SeededGenerator) -> Float {
        let block = (0..<320).map { _ in Int16(Float.random(in: -amplitude...amplitude, using: &random)) }
        return meanSquare(block.span)
    }
}
