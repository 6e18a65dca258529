/// Finds how late the loudspeaker's echo reaches a microphone: generalised cross-correlation with phase transform (C.
/// Knapp and G. Carter, "The generalized correlation method for estimation of time delay", IEEE Trans. ASSP 24(4),
/// 1976) over the last second or so, with the peak refined between the samples.
///
/// Loudspeaker and room delay some frequencies more than others, so a plain correlation would sway with what is
/// played. The phase of the path itself is therefore learned, and the refinement compares with that.
///
/// A frame is 4,096 samples of the microphone against 8,192 of the reference, so delays up to 4,096 samples are
/// seen whole.
struct DelayFinder: ~Copyable {
    /// A delay and how far it stands out.
    struct Measurement: Equatable {
        /// Samples, 0...4,096.
        var delay: Double
        /// 1 - second peak / peak: 0 for noise, towards 1 for one clean path.
        var confidence: Float
    }

    /// Samples of the microphone in one frame, and the longest delay.
    static let frame = 4_096
    private static let length = 8_192
    /// Share of what was known of the path that a new measurement leaves.
    private static let pathMemory: Float = 0.9
    /// What a frame counts after the next has come.
    private static let forgetting: Float = 0.5
    /// 200...6,000 Hz in bins, in whole lanes.
    private static let bins = 104..<3_072
    private static let lanes = bins.lowerBound / 8..<bins.upperBound / 8
    /// The phase transform divides by the magnitude to this power: 1 would lift bins without sound to the others.
    private static let whitening: Float = 0.8
    /// Samples around the peak that are part of it.
    private static let peakReach = 32

    private let fourier = RealFourier(length: length)
    private let padded = Lanes(count: length / 8)
    private let heard = Lanes(count: length / 8)
    private let played = Lanes(count: length / 8)
    private let cross = Lanes(count: length / 8)
    private let white = Lanes(count: length / 8)
    private let path = Lanes(count: length / 8)
    private let compared = Lanes(count: length / 8)
    /// Frames that the correlation rests on.
    private(set) var frameCount = 0
    /// Mean age of what the correlation rests on in samples, by its power: what it measures was so long ago.
    private(set) var age = 0.0
    /// Mean of the shifts at which the frames were taken, by their power.
    private(set) var shift = 0.0
    private var weight = 0.0

    /// Forgets all frames.
    mutating func clear() {
        cross.fill(.zero)
        (frameCount, age, shift, weight) = (0, 0, 0, 0)
    }

    /// Forgets the phase of the path: it is another now.
    mutating func forgetPath() { path.fill(.zero) }

    /// Adds a frame.
    ///
    /// - Parameters:
    ///   - microphone: 4,096 samples.
    ///   - reference: 8,192 samples that end with the microphone's last.
    ///   - passed: samples since the frame before.
    ///   - shift: samples by which the reference was moved, at the end.
    ///   - drift: by how much it was moved less with every sample.
    mutating func add(
        microphone: UnsafePointer<Float>, reference: UnsafePointer<Float>, passed: Int, shift moved: Double,
        drift: Double
    ) {
        let half = Self.length / 2
        padded.floats.update(repeating: 0, count: half)
        (padded.floats + half).update(from: microphone, count: half)
        fourier.forward(padded.floats, real: heard.floats, imaginary: heard.floats + half)
        fourier.forward(reference, real: played.floats, imaginary: played.floats + half)
        let imaginary = half / 8
        var power = Lane(repeating: 1e-12)
        for index in Self.lanes {
            let (hr, hi) = (heard[index], heard[index + imaginary])
            let (pr, pi) = (played[index], played[index + imaginary])
            let (re, im) = (hr * pr + hi * pi, hi * pr - hr * pi)
            cross[index] = cross[index] * Self.forgetting + re
            cross[index + imaginary] = cross[index + imaginary] * Self.forgetting + im
            power += (re * re + im * im).squareRoot()
        }
        frameCount += 1
        let (old, new) = (weight * Double(Self.forgetting), Double(power.sum()))
        weight = old + new
        let frameAge = Double(Self.meanAge(microphone))
        age = (old * (age + Double(passed)) + new * frameAge) / weight
        shift = (old * shift + new * (moved + drift * frameAge)) / weight
    }

    /// How long before the end of a frame its sound is, by its power.
    private static func meanAge(_ samples: UnsafePointer<Float>) -> Float {
        var (power, moment) = (Lane(repeating: 1e-20), Lane.zero)
        var age = Float(frame) - Lane(0, 1, 2, 3, 4, 5, 6, 7)
        for at in stride(from: 0, to: frame, by: 8) {
            let lane = UnsafeRawPointer(samples + at).loadUnaligned(as: Lane.self)
            power += lane * lane
            moment += lane * lane * age
            age -= 8
        }
        return moment.sum() / power.sum()
    }

    /// The delay that the frames so far speak for; nil if they are silent.
    func measure() -> Measurement? {
        let half = Self.length / 2
        let imaginary = half / 8
        white.fill(.zero)
        for index in Self.lanes {
            let (re, im) = (cross[index], cross[index + imaginary])
            let scale = Elementary.exp2(Elementary.log2(re * re + im * im) * (-0.5 * Self.whitening))
            (white[index], white[index + imaginary]) = (re * scale, im * scale)
        }
        fourier.inverse(real: white.floats, imaginary: white.floats + half, padded.floats)
        let correlation = padded.floats
        var (peak, best) = (Float(0), 0)
        for lag in 0...Self.frame where correlation[lag].magnitude > peak {
            (peak, best) = (correlation[lag].magnitude, lag)
        }
        guard peak > 1e-12 else { return nil }
        var second: Float = 0
        for lag in 0...Self.frame where lag < best - Self.peakReach || lag > best + Self.peakReach {
            second = max(second, correlation[lag].magnitude)
        }
        let delay = refine(Double(best))
        learnPath(delay)
        return Measurement(delay: delay, confidence: 1 - second / peak)
    }

    /// The delay near `start` at which the correlation with the path's phase, as a smooth function, is greatest.
    private func refine(_ start: Double) -> Double {
        let imaginary = Self.length / 16
        let isPathKnown = path[Self.bins.lowerBound / 8] != .zero
        for index in Self.lanes {
            let (re, im) = (white[index], white[index + imaginary])
            let (pr, pi) = isPathKnown ? (path[index], path[index + imaginary]) : (Lane(repeating: 1), .zero)
            (compared[index], compared[index + imaginary]) = (re * pr + im * pi, im * pr - re * pi)
        }
        var (delay, most) = (start, -Float.infinity)
        for part in -4...4 {
            let candidate = start + 0.5 * Double(part)
            let value = correlation(at: candidate).value
            if value > most { (delay, most) = (candidate, value) }
        }
        for _ in 0..<3 {
            let (_, slope, curve) = correlation(at: delay)
            guard curve < -1e-30 else { break }
            delay -= Double((slope / curve).clamped(to: 0.25))
        }
        return max(delay, 0)
    }

    /// The correlation at a delay, sum Re G e^(i w t) over the bins, and its first two derivatives.
    private func correlation(at delay: Double) -> (value: Float, slope: Float, curve: Float) {
        let imaginary = Self.length / 16
        var turn = Turn(delay: delay, from: Self.bins.lowerBound, length: Self.length)
        let firstFrequency = Lane(0, 1, 2, 3, 4, 5, 6, 7) + Float(Self.bins.lowerBound)
        var frequency = firstFrequency * Float(2 * Double.pi / Double(Self.length))
        let frequencyStep = Float(16 * Double.pi / Double(Self.length))
        var (value, slope, curve) = (Lane.zero, Lane.zero, Lane.zero)
        for index in Self.lanes {
            let (re, im) = (compared[index], compared[index + imaginary])
            let (across, along) = (im * turn.cosine + re * turn.sine, re * turn.cosine - im * turn.sine)
            value += along
            slope -= frequency * across
            curve -= frequency * frequency * along
            turn.next()
            frequency += frequencyStep
        }
        return (value.sum(), slope.sum(), curve.sum())
    }

    /// Takes the phase of the path from the spectrum that was measured, moved back by the delay.
    private func learnPath(_ delay: Double) {
        let imaginary = Self.length / 16
        var turn = Turn(delay: delay, from: Self.bins.lowerBound, length: Self.length)
        for index in Self.lanes {
            let (re, im) = (white[index], white[index + imaginary])
            path[index] = Self.pathMemory * path[index] + (re * turn.cosine - im * turn.sine)
            path[index + imaginary] =
                Self.pathMemory * path[index + imaginary] + (im * turn.cosine + re * turn.sine)
            turn.next()
        }
    }
}

/// e^(i w t) for a delay t at eight neighbouring bins at a time.
private struct Turn {
    private(set) var cosine: Lane
    private(set) var sine: Lane
    private let step: (cosine: Float, sine: Float)

    init(delay: Double, from bin: Int, length: Int) {
        let perBin = 2 * Double.pi * delay / Double(length)
        (cosine, sine) = (.zero, .zero)
        for lane in 0..<8 {
            let turn = Elementary.sineAndCosine(perBin * Double(bin + lane))
            (cosine[lane], sine[lane]) = (Float(turn.cosine), Float(turn.sine))
        }
        let turn = Elementary.sineAndCosine(perBin * 8)
        step = (Float(turn.cosine), Float(turn.sine))
    }

    /// To the next eight bins.
    mutating func next() {
        (cosine, sine) = (cosine * step.cosine - sine * step.sine, sine * step.cosine + cosine * step.sine)
    }
}
