/// Suppresses, lightly, what noise the beam lets through: a gain for each frequency from the noise power known there.
///
/// The gain that minimises the mean square error of the log amplitude, on the decision-directed estimate of the signal
/// to noise ratio (Y. Ephraim and D. Malah, IEEE Transactions on Acoustics, Speech and Signal Processing 32(6), 1984 and
/// 33(2), 1985), never below a floor, so that recognisers lose no sound. Takes its memory when made.
final class PostFilter {
    /// Gains of the last call.
    let gains: Lanes
    private let prior: Lanes
    private let groups: Int

    init(groups: Int) {
        self.groups = groups
        gains = Lanes(count: groups)
        prior = Lanes(count: groups)
        gains.fill(Lane(repeating: 1))
    }

    /// Lets everything pass.
    func rest() {
        gains.fill(Lane(repeating: 1))
        prior.fill(.zero)
    }

    /// Finds the gain of eight frequencies.
    ///
    /// - Parameters:
    ///   - power: of the beam's output.
    ///   - noise: power of the noise in it.
    ///   - floor: least gain, 0...1.
    ///   - memory: share of the last hop in the estimate, 0...1.
    func observe(_ group: Int, power: Lane, noise: Lane, floor: Float, memory: Float) {
        let ratio = pointwiseMin(power / (noise + 1e-12), Lane(repeating: 1e3))
        let excess = pointwiseMax(ratio - 1, .zero)
        let estimate = pointwiseMax(
            memory * prior.base[group] + (1 - memory) * excess, Lane(repeating: 0.01))
        let wiener = estimate / (1 + estimate)
        let half = 0.5 * Self.exponentialIntegral(pointwiseMax(wiener * ratio, Lane(repeating: 1e-6)))
        let gain = (wiener * Elementary.exp2(half * 1.442_695))
            .clamped(lowerBound: Lane(repeating: floor), upperBound: Lane(repeating: 1))
        gains.base[group] = gain
        prior.base[group] = gain * gain * ratio
    }

    /// E1 of eight positive numbers, within 1e-4 (M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions",
    /// 5.1.53 and 5.1.54).
    static func exponentialIntegral(_ x: Lane) -> Lane {
        let small = pointwiseMin(x, Lane(repeating: 1))
        let low: Lane =
            -0.249_910_55 + small * (0.055_199_68 + small * (-0.009_760_04 + small * 0.001_078_57))
        let series: Lane = -0.577_215_66 + small * (0.999_991_93 + small * low)
        let near = series - Elementary.log2(small) * 0.693_147_18
        let large = pointwiseMax(x, Lane(repeating: 1))
        let top: Lane = 0.250_621 + large * (2.334_733 + large)
        let bottom: Lane = 1.681_534 + large * (3.330_657 + large)
        let far = Elementary.exp2(large * -1.442_695) * top / (bottom * large)
        return near.replacing(with: far, where: x .> 1)
    }
}
