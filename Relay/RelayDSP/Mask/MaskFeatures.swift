/// What a mask network hears of one hop: three numbers for each band, and two for the hop.
///
/// They need no geometry and no number of microphones: how far the beam's output stands over the noise it is known to let
/// through, how loud it is from elsewhere than the talker's place against what the noise was, the output's spectrum
/// against its mean level; then how sure somebody speaks and how far the beam is learned. Logarithms to base ten of powers.
/// Takes its memory when made.
final class MaskFeatures {
    /// Numbers in one hop.
    static let count = 3 * MaskBands.count + 2
    /// Share of one hop in the mean level.
    private static let levelRate: Float = 0.016

    let bands: MaskBands
    /// ``count`` numbers of the last hop, then zeros to a whole lane.
    let values = Lanes(count: (MaskFeatures.count + 7) / 8)
    /// Power of the output in bands, as it went in.
    let output = Lanes(count: MaskBands.count / 8)
    private let noise = Lanes(count: MaskBands.count / 8)
    private let elsewhere = Lanes(count: MaskBands.count / 8)
    private let width = Lanes(count: MaskBands.count / 8)
    private var level: Float?

    /// - Parameter groups: lanes of one spectrum.
    init(groups: Int) {
        bands = MaskBands(groups: groups)
        let ones = Lanes(count: groups)
        ones.fill(Lane(repeating: 1))
        bands.sum(ones.base, into: width.floats)
    }

    /// Takes one hop, each spectrum in lanes.
    ///
    /// - Parameters:
    ///   - power: of the beam's output.
    ///   - noise: power of the noise in it.
    ///   - elsewhere: whitened power across the talker's direction, for one direction; 1 is the noise as it was.
    ///   - activity: probability that somebody speaks.
    ///   - trust: share of the learned weights in the beam, 0...1.
    func observe(
        power: UnsafePointer<Lane>, noise noisePower: UnsafePointer<Lane>,
        elsewhere across: UnsafePointer<Lane>,
        activity: Float, trust: Float
    ) {
        bands.sum(power, into: output.floats)
        bands.sum(noisePower, into: noise.floats)
        bands.sum(across, into: elsewhere.floats)
        var mean: Float = 0
        for lane in 0..<MaskBands.count / 8 {
            let loud = Elementary.log2(output[lane] + 1e-9) * 0.301_03
            let quiet = Elementary.log2(noise[lane] + 1e-9) * 0.301_03
            let other = Elementary.log2(elsewhere[lane] / width[lane] + 1e-3) * 0.301_03
            values[lane] = Self.limited(loud - quiet, -3, 4)
            values[lane + MaskBands.count / 8] = Self.limited(other, -2, 3)
            values[lane + MaskBands.count / 4] = loud
            mean += loud.sum() * (1 / Float(MaskBands.count))
        }
        let now = level.map { $0 + Self.levelRate * (mean - $0) } ?? mean
        level = now
        for lane in MaskBands.count / 4..<MaskBands.count / 8 * 3 {
            values[lane] = Self.limited(values[lane] - now, -4, 4)
        }
        values.floats[3 * MaskBands.count] = activity
        values.floats[3 * MaskBands.count + 1] = trust
    }

    /// Within limits; what is no number becomes the lower one.
    private static func limited(_ value: Lane, _ low: Float, _ high: Float) -> Lane {
        lesser(greater(value, Lane(repeating: low)), Lane(repeating: high))
    }
}
