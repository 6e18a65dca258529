/// Finds how late the loudspeaker's echo reaches a microphone: generalised cross-correlation with phase transform (C.
/// Knapp and G. Carter, "The generalized correlation method for estimation of time delay", IEEE Trans. ASSP 24(4),
/// 1976) over the last second or so, with the peak refined between the samples.
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
    /// What a frame counts after the next has come.
    private static let forgetting: Float = 0.75
    /// 200...6,000 Hz in bins, in whole lanes.
    private static let bins = 104..<3_072
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
    /// Frames that the correlation rests on.
    private(set) var frameCount = 0
    /// Mean age of what the correlation rests on in samples, by its power: what it measures was so long ago.
    private(set) var age = 0.0
    private var weight = 0.0

    /// Forgets all frames.
    mutating func clear() {
        cross.fill(.zero)
        (frameCount, age, weight) = (0, 0, 0)
    }

    /// Adds a frame.
    ///
    /// - Parameters:
    ///   - microphone: 4,096 samples.
    ///   - reference: 8,192 samples that end with the microphone's last.
    ///   - passed: samples since the frame before.
    mutating func add(microphone: UnsafePointer<Float>, reference: UnsafePointer<Float>, passed: Int) {
        let half = Self.length / 2
        padded.floats.update(repeating: 0, count: half)
        (padded.floats + half).update(from: microphone, count: half)
        fourier.forward(padded.floats, real: heard.floats, imaginary: heard.floats + half)
        fourier.forward(reference, real: played.floats, imaginary: played.floats + half)
        let imaginary = half / 8
        var power = Lane(repeating: 1e-12)
        for index in Self.bins.lowerBound / 8..<Self.bins.upperBound / 8 {
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
        age = old * (age + Double(passed)) / weight
    }

    /// The delay that the frames so far speak for; nil if they are silent.
    func measure() -> Measurement? {
        let half = Self.length / 2
        let imaginary = half / 8
        white.fill(.zero)
        for index in Self.bins.lowerBound / 8..<Self.bins.upperBound / 8 {
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
        return Measurement(delay: refine(Double(best)), confidence: 1 - second / peak)
    }

    /// Newton's method on the correlation as a smooth function of the delay: sum Re G e^(i w t) over the bins.
    private func refine(_ start: Double) -> Double {
        var delay = start
        for _ in 0..<3 {
            let (slope, curve) = derivatives(at: delay)
            guard curve.magnitude > 1e-30 else { return start }
            delay -= Double((slope / curve).clamped(to: 0.5))
        }
        return (delay - start).magnitude < 1 ? max(delay, 0) : start
    }

    /// First and second derivative with respect to the delay.
    private func derivatives(at delay: Double) -> (slope: Float, curve: Float) {
        let imaginary = Self.length / 16
        let perBin = 2 * Double.pi * delay / Double(Self.length)
        let begin = Self.bins.lowerBound
        var (cosines, sines) = (Lane.zero, Lane.zero)
        for lane in 0..<8 {
            let turn = Elementary.sineAndCosine(perBin * Double(begin + lane))
            (cosines[lane], sines[lane]) = (Float(turn.cosine), Float(turn.sine))
        }
        let step = Elementary.sineAndCosine(perBin * 8)
        let (stepCosine, stepSine) = (Float(step.cosine), Float(step.sine))
        var frequency =
            (Lane(0, 1, 2, 3, 4, 5, 6, 7) + Float(begin)) * Float(2 * Double.pi / Double(Self.length))
        let frequencyStep = Float(16 * Double.pi / Double(Self.length))
        var (slope, curve) = (Lane.zero, Lane.zero)
        for index in begin / 8..<Self.bins.upperBound / 8 {
            let (re, im) = (white[index], white[index + imaginary])
            slope -= frequency * (im * cosines + re * sines)
            curve -= frequency * frequency * (re * cosines - im * sines)
            (cosines, sines) = (
                cosines * stepCosine - sines * stepSine, sines * stepCosine + cosines * stepSine
            )
            frequency += frequencyStep
        }
        return (slope.sum(), curve.sum())
    }
}
