/// Level of the beam's output, the level it has without speech, and what stands between them.
///
/// The floor is the mean power of the hops without speech. Should speech seem to last for ever, the least mean over a
/// tenth of a second of the last 4 s bounds it from below (R. Martin, "Noise power spectral density estimation based on
/// optimal smoothing and minimum statistics", IEEE Transactions on Speech and Audio Processing 9(5), 2001).
struct OutputLevel {
    private static let partCount = 8
    private static let hopsPerPart = 31
    private var recent = InlineArray<6, Float>(repeating: 0)
    private var parts = InlineArray<8, Float>(repeating: .infinity)
    private var hopCount = 0
    private var quietCount: Float = 0
    private var quietPower: Float = 0

    /// Of the last hop, dBFS.
    private(set) var level: Float = -120
    /// Without speech, dBFS.
    private(set) var floor: Float = -120

    /// Level above the floor in dB, 0 or more.
    var snr: Float { max(0, level - floor) }

    /// Counts one hop in.
    ///
    /// - Parameters:
    ///   - power: mean square of its samples.
    ///   - speech: probability that it holds speech, 0...1.
    mutating func observe(power: Float, speech: Float) {
        recent[hopCount % 6] = power
        hopCount += 1
        var average: Float = 0
        for index in 0..<min(hopCount, 6) { average += recent[index] }
        average /= Float(min(hopCount, 6))
        let part = (hopCount - 1) / Self.hopsPerPart % Self.partCount
        let isNew = (hopCount - 1) % Self.hopsPerPart == 0
        parts[part] = isNew ? average : min(parts[part], average)
        var least = Float.infinity
        for index in 0..<Self.partCount { least = min(least, parts[index]) }
        let share = 1 - speech
        quietCount = min(quietCount + share, 125)
        if quietCount > 0 { quietPower += share / quietCount * (power - quietPower) }
        level = Elementary.decibels(power: power)
        floor = Elementary.decibels(power: max(quietPower, least))
    }
}
