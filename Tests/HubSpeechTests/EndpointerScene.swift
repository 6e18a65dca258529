import HubSpeech
import LoqaBase
import LoqaTestKit

/// Sound of a made-up room: voiced bursts with harmonics over noise, and what an endpointer says about it.
struct EndpointerScene {
    /// Root mean square of a burst at 0 dB: -24 dBFS.
    static let speechLevel: Double = 2_000

    /// One period of a vowel of 125 Hz with falling harmonics up to 2.5 kHz, of level 1.
    private static let period: [Double] = (0..<128).map { index in
        var sum = 0.0
        for harmonic in stride(from: 1.0, through: 20, by: 1) {
            let phase = 2 * Double.pi * harmonic * Double(index) / 128 + harmonic * harmonic * 0.17
            sum += sine(phase) / harmonic.squareRoot()
        }
        return sum / 1.34
    }

    private(set) var samples: [Double] = []
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    var position: SampleCount { SampleCount(Int64(samples.count)) }

    mutating func silence(_ milliseconds: Int) {
        samples += [Double](repeating: 0, count: milliseconds * 16)
    }

    /// A vowel with edges of 10 ms, whose level falls by `fade` dB from its start to its end.
    mutating func voice(_ milliseconds: Int, dB: Double = 0, fade: Double = 0) {
        let count = milliseconds * 16
        var level = 1.0
        for index in 0..<count {
            let edge = min(1, Double(min(index, count - index)) / 160)
            if index.isMultiple(of: 16) { level = power(dB - fade * Double(index) / Double(count)) }
            samples.append(Self.period[index % Self.period.count] * edge * level * Self.speechLevel)
        }
    }

    /// A sentence: syllables with short gaps, the last one fading to 12 dB under the peak.
    mutating func sentence() {
        for (length, gap, dB) in [(180, 50, -2.0), (240, 80, 0), (120, 60, -6), (200, 40, -3), (220, 0, -7)] {
            voice(length, dB: dB, fade: gap == 0 ? 5 : 0)
            silence(gap)
        }
    }

    /// The wake word and 300 ms of the room before it.
    mutating func wakeWord() -> SampleCount {
        silence(300)
        for (length, gap) in [(200, 40), (150, 30), (140, 60), (180, 0)] {
            voice(length)
            silence(gap)
        }
        return position
    }

    /// Noise bursts: a cough, a breath, a click.
    mutating func hiss(_ milliseconds: Int, dB: Double) {
        let level = power(dB) * Self.speechLevel
        for _ in 0..<(milliseconds * 16) { samples.append(gauss() * level) }
    }

    /// Adds the room, white and low-passed noise: `dB` under the mean of a sentence, which is 3 dB under its
    /// peak; changing by `drift` over the whole scene.
    mutating func room(snr dB: Double, drift: Double = 0) {
        var low = 0.0
        var level = 1.0
        for index in samples.indices {
            let white = gauss()
            low += 0.1 * (white - low)
            if index.isMultiple(of: 160) {
                level = power(-dB - 3 + drift * Double(index) / Double(samples.count))
            }
            samples[index] += (0.45 * white + 3.2 * low) * level * Self.speechLevel
        }
    }

    /// Everything the endpointer says, and the endpointer at the end; `weighing` is told 100 ms after a pause.
    func listen(
        wakeEnd: SampleCount = SampleCount(0), weighing: Endpointer.Completeness = .unknown
    ) -> (events: [Endpointer.Event], endpointer: Endpointer, endedAt: SampleCount) {
        let sound = samples.map { Int16(max(-32_768, min(32_767, $0))) }
        var endpointer = Endpointer(wakeEnd: wakeEnd)
        var events: [Endpointer.Event] = []
        var weighAt: Int?
        for start in stride(from: 0, through: sound.count - 320, by: 320) {
            let event = endpointer.take(sound.span.extracting(start..<(start + 320)))
            if let event { events.append(event) }
            switch event {
            case .paused: weighAt = start + 1_600
            case .resumed: weighAt = nil
            case .speechStarted, .ended, nil: break
            }
            if let due = weighAt, start >= due {
                weighAt = nil
                if let event = endpointer.weigh(weighing) { events.append(event) }
            }
            if case .ended = events.last { return (events, endpointer, SampleCount(Int64(start + 320))) }
        }
        return (events, endpointer, position)
    }

    private mutating func gauss() -> Double {
        // Four uniform numbers of 16 bits: variance 1/3 of full scale each.
        let bits = generator.next()
        let sum = Int(bits & 0xFFFF) + Int(bits >> 16 & 0xFFFF) + Int(bits >> 32 & 0xFFFF) + Int(bits >> 48)
        return Double(sum - 131_070) / 32_768 * 0.866
    }

    private func power(_ dB: Double) -> Double {
        // 10^(dB/20) by halvings: the tests of pure modules link no mathematics either.
        var (value, rest) = (1.0, dB * 0.115_129_254_649_702)
        while rest > 0.05 { (value, rest) = (value * 1.051_271_096_376_024, rest - 0.05) }
        while rest < -0.05 { (value, rest) = (value / 1.051_271_096_376_024, rest + 0.05) }
        return value * (1 + rest * (1 + rest / 2 * (1 + rest / 3)))
    }

    private static func sine(_ radians: Double) -> Double {
        let turn = 2 * Double.pi
        let x = radians - turn * ((radians / turn).rounded())
        let y = x < 0 ? x * (Double.pi + x) : x * (Double.pi - x)
        return 4 / (Double.pi * Double.pi) * y
    }
}
