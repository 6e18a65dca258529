/// What one array knows of noise and talker at every frequency: covariances, whitening, relative transfer function and
/// weights.
///
/// The talker's relative transfer function is the principal eigenvector of the speech covariance in the space where the
/// noise is white (S. Markovich-Golan and S. Gannot, "Performance analysis of the covariance subtraction method for
/// relative transfer function estimation and comparison to the covariance whitening method", ICASSP 2015), followed by
/// power iteration from hop to hop. With v that unit vector, L the noise covariance's Cholesky factor and c the first
/// element of L v, the weights of the minimum variance distortionless response are conj(c) L^-H v.
final class SpatialState {
    let m: Int
    let groups: Int
    let noise: Lanes
    let speech: Lanes
    let whitener: Lanes
    let eigenvector: Lanes
    let weights: Lanes
    private let factor: Lanes
    private let scratch: Lanes

    init(m: Int, groups: Int) {
        (self.m, self.groups) = (m, groups)
        noise = Lanes(count: groups * m * m)
        speech = Lanes(count: groups * m * m)
        whitener = Lanes(count: groups * m * m)
        eigenvector = Lanes(count: groups * 2 * m)
        weights = Lanes(count: groups * 2 * m)
        factor = Lanes(count: m * m)
        scratch = Lanes(count: 8 * m)
        reset()
    }

    func reset() {
        noise.fill(.zero)
        speech.fill(.zero)
        weights.fill(.zero)
        for g in 0..<groups {
            weights[g * 2 * m] = Lane(repeating: 1)
            for i in 0..<m { eigenvector[g * 2 * m + 2 * i] = Lane(repeating: 1 / Float(m).squareRoot()) }
            factorNoise(g, loading: 1e-2)
        }
    }

    func factorNoise(_ g: Int, loading: Float) {
        let matrix = noise.base + g * m * m
        let mean = HermitianLanes.trace(matrix, m) * (1 / Float(m))
        HermitianLanes.invertedFactor(
            matrix, m, loading: mean * loading + 1e-10, factor: factor.base,
            inverse: whitener.base + g * m * m)
    }

    /// Follows the eigenvector and sets the weights of one group.
    func solve(_ g: Int, iterations: Int, trust: Lane) {
        let lower = whitener.base + g * m * m
        let v = eigenvector.base + g * 2 * m
        let (a, b) = (scratch.base, scratch.base + 2 * m)
        for _ in 0..<iterations {
            HermitianLanes.lowerAdjointProduct(lower, m, v, into: a)
            HermitianLanes.product(speech.base + g * m * m, m, a, into: b)
            HermitianLanes.lowerProduct(lower, m, b, into: a)
            let norm = HermitianLanes.norm(a, m)
            let scale = 1 / (norm + 1e-30).squareRoot()
            let isKnown = norm .> 1e-20
            for i in 0..<2 * m { v[i].replace(with: a[i] * scale, where: isKnown) }
        }
        // c = first element of L v; L's first row is its first diagonal element alone.
        let first = 1 / lower[0]
        let (cr, ci) = (v[0] * first, v[1] * first)
        HermitianLanes.lowerAdjointProduct(lower, m, v, into: a)
        let w = weights.base + g * 2 * m
        let rest = 1 - trust
        for i in 0..<m {
            let (re, im) = (a[2 * i], a[2 * i + 1])
            w[2 * i] = trust * (re * cr + im * ci) + (i == 0 ? rest : .zero)
            w[2 * i + 1] = trust * (im * cr - re * ci)
        }
    }
}
