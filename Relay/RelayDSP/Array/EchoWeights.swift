/// How much echo to expect at every frequency of a hop, against its mean while nobody speaks.
///
/// What a canceller leaves grows and falls with the echo that it takes off. Without this the loud moments of the
/// loudspeaker would be new to the witnesses of speech, and would outweigh all others in the covariances.
struct EchoWeights: ~Copyable {
    /// Share of what is left that does not follow the echo: the room's noise.
    private static let steadyShare: Float = 0.1
    /// Share of the last hop's echo that still rings.
    private static let ringing: Float = 0.5

    /// Factors for the microphones' spectra: 1 over the root of what is expected. All 1 while the loudspeaker is silent.
    let factors: Lanes
    private let power: Lanes
    private let mean: Lanes
    private var isUsed = false

    init(groups: Int) {
        factors = Lanes(count: groups)
        power = Lanes(count: groups)
        mean = Lanes(count: groups)
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

    /// Learns the mean as the covariance of the noise learns.
    func learn(rate: Float) {
        guard isUsed else { return }
        for group in 0..<factors.count { mean[group] += rate * (power[group] - mean[group]) }
    }
}
