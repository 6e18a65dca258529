/// Brings speech to a target level, slowly, and never lets a sample pass full scale.
///
/// The gain follows the mean power of speech with a time constant of about a second and rests without speech; a hop
/// whose peak would pass 0.95 lowers it at once. Within a hop it moves in a straight line.
struct AutomaticGain {
    /// Gain that is given at most, and least, dB.
    static let range: ClosedRange<Float> = -12...30
    private static let peakMax: Float = 0.95
    private let target: Float
    private var speechPower: Float = 0
    private var speechCount: Float = 0
    private var gain: Float = 1
    private var (from, to): (Float, Float) = (1, 1)

    /// - Parameter targetLevel: dBFS, -40...-10.
    init(targetLevel: Float) { target = Elementary.power(decibels: targetLevel) }

    /// Gain at the end of the last hop, dB.
    var decibels: Float { 2 * Elementary.decibels(power: to) }

    /// Finds the gain of a hop, before ``apply(to:)``.
    ///
    /// - Parameter speech: probability that it holds speech, 0...1.
    mutating func observe(_ samples: borrowing MutableSpan<Float>, speech: Float) {
        var (power, peak) = (Float(0), Float(0))
        for index in 0..<samples.count {
            power += samples[index] * samples[index]
            peak = max(peak, samples[index].magnitude)
        }
        power /= Float(max(samples.count, 1))
        if speech > 0.5, power > 1e-9 {
            speechCount = min(speechCount + 1, 60)
            speechPower += (power - speechPower) / speechCount
            let wanted = (target / max(speechPower, 1e-12)).squareRoot()
            let (least, most) = (
                Elementary.power(decibels: Self.range.lowerBound).squareRoot(),
                Elementary.power(decibels: Self.range.upperBound).squareRoot()
            )
            // At most 0.4 dB up in one hop: 25 dB in a second.
            gain = min(min(max(wanted, least), most), gain * 1.047)
        }
        from = to
        to = gain
        if peak * max(from, to) > Self.peakMax {
            to = min(to, Self.peakMax / peak)
            from = min(from, Self.peakMax / peak)
            gain = to
        }
    }

    /// Multiplies a hop with the gain last found; the same for several signals.
    func apply(to samples: inout MutableSpan<Float>) {
        let step = (to - from) / Float(max(samples.count, 1))
        for index in 0..<samples.count {
            samples[index] = min(max(samples[index] * (from + step * Float(index + 1)), -1), 1)
        }
    }
}
