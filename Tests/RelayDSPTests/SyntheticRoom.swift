import LoqaTestKit
import RelayDSP

/// A talker far away in a room without echo, in noise that differs at every microphone: enough to see whether the
/// machinery works, and made in no time. The talker is silent for the first second and speaks syllables after it.
struct SyntheticRoom {
    let geometry: ArrayGeometry
    /// Planar hops.
    var mix: [[Float]] = []
    var speech: [[Float]] = []

    /// - Parameters:
    ///   - azimuth: of the talker, degrees.
    ///   - noise: amplitude; the talker's is about 0.1.
    ///   - isNoiseShared: it is the same at every microphone, as a fault of electricity is.
    init(
        _ geometry: ArrayGeometry, azimuth: Double, noise level: Float = 0.03, hops: Int = 150,
        seed: UInt64 = 1, isNoiseShared: Bool = false
    ) {
        self.geometry = geometry
        let count = hops * SpatialFilter.hop
        let source = Self.syllables(count: count, seed: seed)
        let turn = Elementary.sineAndCosine(azimuth * .pi / 180)
        var random = SeededGenerator(seed: seed &+ 77)
        var channels: [[Float]] = []
        var noises: [[Float]] = []
        for position in geometry.positions {
            let lead = (position.x * Float(turn.cosine) + position.y * Float(turn.sine)) / 343 * 16_000
            channels.append(Self.early(source, by: lead))
            noises.append(
                noises.first.flatMap { isNoiseShared ? $0 : nil }
                    ?? (0..<count).map { _ in Float.random(in: -level...level, using: &random) })
        }
        for hop in 0..<hops {
            let range = hop * SpatialFilter.hop..<(hop + 1) * SpatialFilter.hop
            speech.append(channels.flatMap { $0[range] })
            mix.append(zip(channels, noises).flatMap { zip($0[range], $1[range]).map { $0 + $1 } })
        }
    }

    /// Smooth noise, on and off five times a second, from second one on.
    private static func syllables(count: Int, seed: UInt64) -> [Float] {
        let raw = noise(count + 4, seed: seed)
        return (0..<count).map { index in
            guard index >= 16_000, index / 1_600 % 2 == 0 || index / 6_400 % 2 == 1 else { return 0 }
            return 0.1 * (raw[index] + raw[index + 1] + raw[index + 2] + raw[index + 3]) / 2
        }
    }

    /// The source heard `lead` samples early: a windowed sinc of 16 points.
    private static func early(_ source: [Float], by lead: Float) -> [Float] {
        let whole = Int(lead.rounded(.down))
        let part = Double(lead - Float(whole))
        let taps: [Float] = (-7...8).map { tap in
            let distance = part - Double(tap)
            if distance.magnitude < 1e-6 { return 1 }
            let sine = Elementary.sineAndCosine(.pi * distance).sine
            let window = Elementary.sineAndCosine(.pi * distance / 17).cosine
            return Float(sine / (.pi * distance) * window * window)
        }
        let padded = [Float](repeating: 0, count: 32) + source + [Float](repeating: 0, count: 32)
        return source.indices.map { index in
            var sum: Float = 0
            for tap in 0..<16 { sum += padded[index + 32 + whole + tap - 7] * taps[tap] }
            return sum
        }
    }
}

/// A circle of microphones, the first at 0 degrees.
func circle(_ count: Int, radius: Float = 0.035) throws -> ArrayGeometry {
    if count == 1 { return try ArrayGeometry(positions: [Position(x: 0, y: 0)]) }
    if count == 2 {
        return try ArrayGeometry(positions: [Position(x: -0.029, y: 0), Position(x: 0.029, y: 0)])
    }
    return try ArrayGeometry(
        positions: (0..<count).map { index in
            let turn = Elementary.sineAndCosine(2 * .pi * Double(index) / Double(count))
            return Position(x: radius * Float(turn.cosine), y: radius * Float(turn.sine))
        })
}

/// What came out of a run.
struct FilterRun {
    var output: [Float] = []
    var shadow: [Float] = []
    var reports: [SpatialReport] = []

    /// Runs hops through a filter, and others in its shadow.
    init(
        _ filter: SpatialFilter, _ hops: [[Float]], shadow other: [[Float]]? = nil,
        farEnd: FarEndActivity = .silent
    ) {
        for (index, hop) in hops.enumerated() {
            let main = Self.hop { reports.append(filter.process(hop.span, farEnd: farEnd, into: &$0)) }
            output += main
            guard let other else { continue }
            let hidden = other[index]
            shadow += Self.hop { filter.processShadow(hidden.span, into: &$0) }
        }
    }

    private static func hop(_ fill: (inout MutableSpan<Float>) -> Void) -> [Float] {
        var out = [Float](repeating: 0, count: SpatialFilter.hop)
        var span = out.mutableSpan
        fill(&span)
        return out
    }

    /// Signal to noise ratio in dB of the last `count` samples, with the shadow for signal.
    func signalToNoise(last count: Int) -> Float {
        var (signal, noise) = (Float(1e-20), Float(1e-20))
        for index in output.count - count..<output.count {
            signal += shadow[index] * shadow[index]
            noise += (output[index] - shadow[index]) * (output[index] - shadow[index])
        }
        return Elementary.decibels(power: signal / noise)
    }
}
