import LoqaTestKit
import Testing

@testable import RelayDSP

/// The parts of the echo stage, one by one.
struct EchoPartsTests {
    @Test(arguments: [0, 0.25, 0.5, 0.9])
    func `sound is read between its samples`(fraction: Float) {
        let sound = (0..<128).map { sine(Double($0)) }
        var output = [Float](repeating: 0, count: 64)
        sound.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            FractionalDelay().read(base + 20, fraction: fraction, into: &output)
        }
        for (index, value) in output.enumerated() {
            #expect(abs(value - sine(Double(20 + index) + Double(fraction))) < 2e-3)
        }
    }

    @Test func `a sliding window holds the newest samples over many pushes`() {
        var window = SlidingWindow(length: 1_000)
        var pushed = 0
        for round in 0..<60 {
            let block = (0..<(round % 5) * 64 + 37).map { Float(pushed + $0 + 1) }
            block.withUnsafeBufferPointer { buffer in
                if let base = buffer.baseAddress { window.push(base, count: buffer.count) }
            }
            pushed += block.count
            let oldest = window.samples(from: window.end - 1_000)
            for index in 0..<1_000 { #expect(oldest[index] == Float(max(pushed - 1_000 + index + 1, 0))) }
        }
        window.clear()
        #expect(window.samples(from: window.end - 1_000)[999] == 0)
    }

    @Test func `a tracker wants two measurements for a new delay, follows drift and survives an outlier`()
        throws
    {
        var tracker = DelayTracker()
        #expect(tracker.take(700, at: 4_096) == .doubted)
        #expect(tracker.take(1_000, at: 8_192) == .doubted)
        #expect(tracker.take(1_000, at: 12_288) == .moved)
        for frame in 4..<40 {
            let now = frame * 4_096
            #expect(tracker.take(1_000 - 3e-5 * Double(now - 12_288), at: now) == .followed)
        }
        #expect(abs(tracker.drift - 3e-5) < 1e-6)
        let now = 40 * 4_096
        #expect(tracker.take(1_002, at: now) == .stepped)
        #expect(abs(tracker.drift - 3e-5) < 1e-6)
        #expect(tracker.take(2_000, at: now + 4_096) == .doubted)
        #expect(tracker.take(3_000, at: now + 8_192) == .doubted)
        #expect(tracker.take(3_001, at: now + 12_288) == .moved)
        let later = try #require(tracker.delay(at: now + 12_288 + 16_000))
        #expect(abs(later - (3_001 - 3e-5 * 16_000)) < 0.1)
    }

    @Test func `a clear first measurement needs no second`() {
        var tracker = DelayTracker()
        #expect(tracker.take(700, at: 4_096, isClear: true) == .moved)
        #expect(tracker.delay == 700)
    }

    @Test func `an estimate that adds power is faded out, and given up after a third of a second`() {
        var guardian = DivergenceGuard()
        for _ in 0..<20 { #expect(guardian.judge(EchoPowers(input: 1, echo: 1, output: 0.1)).to == 1) }
        var trust: Float = 1
        for _ in 0..<45 { trust = guardian.judge(EchoPowers(input: 1, echo: 4, output: 3)).to }
        #expect(trust == 0 && guardian.isLost)
        guardian.restart()
        #expect(!guardian.isLost)
        for _ in 0..<5 { #expect(guardian.judge(EchoPowers(input: 1, echo: 0, output: 1)).to == 1) }
    }

    @Test func `speech is told from what is left of the echo, and silence ends it`() {
        var judge = EchoJudge()
        for _ in 0..<200 { judge.hearEcho(output: 1e-5, echo: 1e-3) }
        #expect(!judge.isDoubleTalk)
        #expect(abs(Elementary.decibels(power: judge.leak) + 20) < 1)
        #expect(abs(Elementary.decibels(power: judge.residual) + 50) < 1)
        judge.hearEcho(output: 2e-4, echo: 1e-3)
        #expect(judge.isDoubleTalk)
        // Louder echo alone is no speech.
        for _ in 0..<30 { judge.hearEcho(output: 1e-4, echo: 1e-2) }
        #expect(!judge.isDoubleTalk)
        judge.hearRoom(output: 1e-6)
        #expect(!judge.isDoubleTalk && judge.residual == 0)
    }

    @Test func `the return loss is that of the far end alone`() {
        var meter = EchoMeter()
        #expect(meter.erle == 0)
        for _ in 0..<400 { meter.take(input: 1e-3, output: 1e-5, isDoubleTalk: false) }
        for _ in 0..<400 { meter.take(input: 1e-3, output: 1e-3, isDoubleTalk: true) }
        #expect(abs(meter.erle - 20) < 0.1)
    }

    @Test func `a delay is found between two samples and noise gives none that stands out`() throws {
        var generator = SeededGenerator(seed: 3)
        let reference = EchoScene.white(8_192, level: 0.1, &generator)
        var microphone = [Float](repeating: 0, count: 4_096)
        // Halfway between 500 and 501.
        for index in 0..<4_096 {
            microphone[index] = 0.6 * (reference[4_096 + index - 500] + reference[4_096 + index - 501])
        }
        var finder = DelayFinder()
        finder.add(microphone: microphone, reference: reference, passed: 4_096, shift: 0, drift: 0)
        let measured = finder.measure()
        let found = try #require(measured)
        #expect(abs(found.delay - 500.5) < 0.05 && found.confidence > 0.6)

        var other = DelayFinder()
        let noise = EchoScene.white(4_096, level: 0.1, &generator)
        other.add(microphone: noise, reference: reference, passed: 4_096, shift: 0, drift: 0)
        let nothing = other.measure()
        #expect(try #require(nothing).confidence < 0.2)
        other.clear()
        let silence = other.measure()
        #expect(silence == nil)
    }

    @Test func `a loudspeaker that saturates is learned, and a clean one is left alone`() {
        let bent = learn { x in tangent(1.4 * x) / 1.4 + 0.04 * x * x }
        #expect(abs(bent.saturation - 1.96) < 0.5)
        #expect(abs(bent.asymmetry - 0.04) < 0.015)
        let clean = learn { $0 }
        #expect(clean.saturation < 0.1 && abs(clean.asymmetry) < 0.01)
    }

    /// Lets a model learn from a loudspeaker of the given curve, beside a canceller that has learned the path.
    private func learn(_ curve: (Float) -> Float) -> (saturation: Float, asymmetry: Float) {
        var generator = SeededGenerator(seed: 4)
        var model = LoudspeakerModel()
        var path = [Float](repeating: 0, count: LoudspeakerModel.pathLength)
        (path[32], path[40]) = (0.5, 0.2)
        var twin = LoudspeakerModel()
        var heard = [Float](repeating: 0, count: 256)
        var history = heard
        for _ in 0..<600 {
            let sound = EchoScene.white(256, level: 0.35, &generator)
            var output = [Float](repeating: 0, count: 256)
            model.bend(sound, into: &output)
            // The twin has no saturation worth the name: what it gives is the sound behind the high-pass filter.
            var plain = [Float](repeating: 0, count: 256)
            twin.bend(sound, into: &plain)
            let real = plain.map(curve)
            // Half a hop of history is enough for the two taps.
            let (mine, truth) = (heard + output, history + real)
            (heard, history) = (output, real)
            var (left, echo) = ([Float](repeating: 0, count: 128), [Float](repeating: 0, count: 128))
            for index in 0..<128 {
                let at = 384 + index
                echo[index] = 0.5 * mine[at - 32] + 0.2 * mine[at - 40]
                left[index] = 0.5 * truth[at - 32] + 0.2 * truth[at - 40] - echo[index]
            }
            model.learn(left: left, echo: echo, path: path, late: 0)
        }
        return (model.saturation, model.asymmetry)
    }

    private func tangent(_ value: Float) -> Float { 1 - 2 / (1 + Elementary.exp(2 * value)) }

    private func sine(_ position: Double) -> Float {
        Float(Elementary.sineAndCosine(2 * .pi * 0.07 * position).sine)
    }
}
