/// How much echo to expect at every frequency of a hop, against its mean while nobody speaks.
///
/// What a canceller leaves grows and falls with the echo that it takes off. Without this the loud moments of the
/// loudspeaker would be new to the witnesses of speech, and would outweigh all others in the covariances.
struct EchoWeights: ~Copyable {
    /// Share of what is left that does not follow the echo: the room's noise.
    private static let steadyShare: Float = 0.1
    /// Share of the last hop's echo that still rings.
    private static let ringing: Float = 0.5

    /// What a hop counts in the comparison after the next.
    private static let comparisonMemory: Float = 0.85

    /// Factors for the microphones' spectra: 1 over the root of what is expected. All 1 while the loudspeaker is silent.
    let factors: Lanes
    private let power: Lanes
    private let mean: Lanes
    private let crossReal: Lanes
    private let crossImaginary: Lanes
    private let outputPower: Lanes
    private let echoPower: Lanes
    private var isUsed = false
    /// 0...1: how far the microphone still follows the echo that was taken off it. High while the canceller has not
    /// learned the path yet, or anew.
    private(set) var coherence: Float = 0

    init(groups: Int) {
        factors = Lanes(count: groups)
        power = Lanes(count: groups)
        mean = Lanes(count: groups)
        crossReal = Lanes(count: groups)
        crossImaginary = Lanes(count: groups)
        outputPower = Lanes(count: groups)
        echoPower = Lanes(count: groups)
        factors.fill(Lane(repeating: 1))
    }

    /// Takes the spectrum of the echo that was taken off; nil if it is not known.
    mutating func observe(_ echo: UnsafePointer<Lane>?) {
        let groups = factors.count
        guard let echo else {
            if isUsed { factors.fill(Lane(repeating: 1)) }
            isUsed = false
            return
        }
        isUsed = true
        for group in 0..<groups {
            let (re, im) = (echo[group], echo[groups + group])
            let now = re * re + im * im
            power[group] = pointwiseMax(now, power[group] * Self.ringing)
            let share = power[group] / (mean[group] + 1e-12)
            let expected = Self.steadyShare + (1 - Self.steadyShare) * share
            factors[group] = 1 / pointwiseMin(expected, Lane(repeating: 1_000)).squareRoot()
        }
    }

    /// Compares the first microphone with the echo that was taken off it, from `low` to `high`.
    mutating func compare(
        _ microphone: UnsafePointer<Lane>, _ echo: UnsafePointer<Lane>, from low: Int, to high: Int
    ) {
        let groups = factors.count
        let keep = Lane(repeating: Self.comparisonMemory)
        var (sum, weight) = (Lane.zero, Lane(repeating: 1e-6))
        for group in low..<high {
            let (mr, mi) = (microphone[group], microphone[groups + group])
            let (er, ei) = (echo[group], echo[groups + group])
            crossReal[group] = keep * crossReal[group] + (mr * er + mi * ei)
            crossImaginary[group] = keep * crossImaginary[group] + (mi * er - mr * ei)
            outputPower[group] = keep * outputPower[group] + (mr * mr + mi * mi)
            echoPower[group] = keep * echoPower[group] + (er * er + ei * ei)
            let cross = crossReal[group] * crossReal[group] + crossImaginary[group] * crossImaginary[group]
            sum += cross / (outputPower[group] * echoPower[group] + 1e-20)
            weight += 1
        }
        coherence = sum.sum() / weight.sum()
    }

    /// Learns the mean as the covariance of the noise learns.
    func learn(rate: Float) {
        guard isUsed else { return }
        for group in 0..<factors.count { mean[group] += rate * (power[group] - mean[group]) }
    }
}
