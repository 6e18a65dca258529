import LoqaTestKit

@testable import RelayDSP

/// A room in which a loudspeaker plays: made-up sound with pauses, an exponentially decaying echo path, microphone noise.
struct EchoScene {
    var reference: [Float]
    /// One channel after the other.
    var microphones: [[Float]]
    private var generator: SeededGenerator

    /// - Parameters:
    ///   - delay: samples from the reference to its echo.
    ///   - drift: parts per million by which the loudspeaker's clock is faster.
    init(seconds: Int, channels: Int = 1, delay: Int, drift: Double = 0, seed: UInt64 = 1) {
        generator = SeededGenerator(seed: seed)
        let count = seconds * 16_000
        reference = Self.sound(count, level: 0.1, &generator)
        microphones = []
        let played = Self.stretched(reference, drift: drift)
        for _ in 0..<channels {
            let path = Self.path(&generator)
            let noise = Self.white(count, level: 2e-4, &generator)
            var channel = Self.convolved(played, path, delay: delay)
            for index in 0..<count { channel[index] += noise[index] }
            microphones.append(channel)
        }
    }

    /// Another echo path from `second` on.
    mutating func changePath(channel: Int, at second: Int, delay: Int) {
        let path = Self.path(&generator)
        let echo = Self.convolved(reference, path, delay: delay)
        for index in second * 16_000..<microphones[channel].count {
            microphones[channel][index] = echo[index]
        }
    }

    /// Sound with a spectrum and pauses like speech; `level` is its root mean square while it sounds.
    static func sound(_ count: Int, level: Float, _ generator: inout SeededGenerator) -> [Float] {
        let noise = white(count, level: level, &generator)
        var (output, low) = ([Float](repeating: 0, count: count), Float(0))
        var loudness: Float = 1
        for index in 0..<count {
            if index % 2_400 == 0 { loudness = Float.random(in: 0...1, using: &generator) < 0.2 ? 0.02 : 1 }
            low += 0.35 * (noise[index] - low)
            output[index] = loudness * (0.7 * low + 0.5 * noise[index])
        }
        return output
    }

    static func white(_ count: Int, level: Float, _ generator: inout SeededGenerator) -> [Float] {
        let reach = level * Float(3).squareRoot()
        return (0..<count).map { _ in Float.random(in: -reach...reach, using: &generator) }
    }

    /// A direct sound and 20 ms of room behind it.
    private static func path(_ generator: inout SeededGenerator) -> [Float] {
        var (path, loudness) = ([Float](), Float(0.3))
        for index in 0..<320 {
            path.append(index == 0 ? 0.6 : Float.random(in: -loudness...loudness, using: &generator))
            loudness *= 0.985
        }
        return path
    }

    private static func convolved(_ sound: [Float], _ path: [Float], delay: Int) -> [Float] {
        var output = [Float](repeating: 0, count: sound.count)
        for (tap, gain) in path.enumerated() {
            for index in delay + tap..<sound.count { output[index] += gain * sound[index - delay - tap] }
        }
        return output
    }

    /// Reads at t (1 + drift), by a sinc of 64 taps.
    private static func stretched(_ sound: [Float], drift: Double) -> [Float] {
        guard drift != 0 else { return sound }
        return sound.indices.map { index in
            let position = Double(index) * (1 + drift * 1e-6)
            let whole = Int(position)
            let sine = Elementary.sineAndCosine(.pi * (position - Double(whole))).sine
            var sum = 0.0
            for tap in max(whole - 31, 0)...min(whole + 32, sound.count - 1) {
                let distance = position - Double(tap)
                let window = 0.5 + 0.5 * Elementary.sineAndCosine(.pi * distance / 33).cosine
                let sign = (whole - tap) % 2 == 0 ? 1.0 : -1.0
                let kernel = distance.magnitude < 1e-9 ? 1 : sign * sine / (.pi * distance)
                sum += Double(sound[tap]) * kernel * window
            }
            return Float(sum)
        }
    }

    /// Runs the stage over the scene.
    ///
    /// - Parameter visit: is given each hop's number and report.
    /// - Returns: the channels that come out.
    func run(
        _ stage: EchoStage, withReference: Bool = true, visit: (Int, EchoReport) -> Void = { _, _ in }
    ) -> [[Float]] {
        let (hop, count) = (EchoStage.hop, microphones.count)
        var output = microphones.map { _ in [Float]() }
        for number in 0..<reference.count / hop {
            let range = number * hop..<(number + 1) * hop
            var block = microphones.flatMap { $0[range] }
            let played = withReference ? Array(reference[range]) : []
            var samples = block.mutableSpan
            visit(number, stage.process(&samples, reference: played.span))
            for channel in 0..<count { output[channel] += block[channel * hop..<(channel + 1) * hop] }
        }
        return output
    }
}

/// 10 log10 of the power of sound between two seconds.
func decibels(_ sound: [Float], from: Int, to: Int) -> Float {
    let range = from * 16_000..<min(to * 16_000, sound.count)
    return Elementary.decibels(power: sound[range].reduce(0) { $0 + $1 * $1 } / Float(range.count))
}
