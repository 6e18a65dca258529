/// What one array knows of noise and talker at every frequency: covariances, whitening, the talker's relative transfer
/// function and the weights.
///
/// The talker's relative transfer function is the principal eigenvector of the speech covariance where the noise is
/// white (S. Markovich-Golan and S. Gannot, "Performance analysis of the covariance subtraction method for relative
/// transfer function estimation and comparison to the covariance whitening method", ICASSP 2015), followed from hop to
/// hop by power iteration. With v that unit vector, L the Cholesky factor of the noise covariance and c the first
/// element of L v, the weights with minimum variance and no distortion at the first microphone are conj(c) L^-H v.
///
/// Lanes are grouped by eight frequencies; see ``HermitianLanes`` for the form of matrices and vectors.
final class SpatialState {
    /// Microphones that take part, 1...8.
    private(set) var m: Int
    /// Groups of eight frequencies.
    let groups: Int
    /// Covariances without speech: while the loudspeaker is silent, and while it plays.
    let quietNoise: Lanes
    let playbackNoise: Lanes
    /// Covariance of the talker, noise included; its scale has no meaning.
    let speech: Lanes
    /// Covariance of the last moments, whatever they held.
    let recent: Lanes
    /// Whitened power that went into ``speech``, on the same scale.
    let speechPower: Lanes
    /// Inverted Cholesky factors of the noise in force.
    let whitener: Lanes
    /// Principal whitened directions of ``speech`` and ``recent``, unit vectors.
    let talker: Lanes
    let recentDirection: Lanes
    /// Eigenvalue that belongs to ``talker``, on the scale of ``speech``.
    let eigenvalue: Lanes
    /// Weights w of the output w^H y, and the noise power that they let through.
    let weights: Lanes
    let residualNoise: Lanes
    /// What the whitener added to each microphone's noise.
    private let loadings: Lanes
    private let factor: Lanes
    private let scratch: Lanes

    /// - Parameters:
    ///   - microphoneCount: 1...8, the most that will take part.
    init(microphoneCount: Int, groups: Int) {
        m = microphoneCount
        self.groups = groups
        let (square, vector) = (groups * m * m, groups * 2 * m)
        quietNoise = Lanes(count: square)
        playbackNoise = Lanes(count: square)
        speech = Lanes(count: square)
        recent = Lanes(count: square)
        speechPower = Lanes(count: groups)
        whitener = Lanes(count: square)
        talker = Lanes(count: vector)
        recentDirection = Lanes(count: vector)
        eigenvalue = Lanes(count: groups)
        weights = Lanes(count: vector)
        residualNoise = Lanes(count: groups)
        loadings = Lanes(count: groups)
        factor = Lanes(count: m * m)
        scratch = Lanes(count: 4 * m)
        reset(microphoneCount: m)
    }

    /// Forgets everything. The first microphone passes until something is learned.
    func reset(microphoneCount: Int) {
        m = microphoneCount
        quietNoise.fill(.zero)
        playbackNoise.fill(.zero)
        recent.fill(.zero)
        forgetTalker()
        weights.fill(.zero)
        for group in 0..<groups {
            weights[group * 2 * m] = Lane(repeating: 1)
            factorNoise(group, of: quietNoise.base, loading: 1)
        }
    }

    /// Forgets the talker, keeps the noise.
    func forgetTalker() {
        speech.fill(.zero)
        speechPower.fill(.zero)
        eigenvalue.fill(.zero)
        let even = Lane(repeating: 1 / Float(m).squareRoot())
        for index in 0..<groups * 2 * m {
            talker[index] = index & 1 == 0 ? even : .zero
            recentDirection[index] = talker[index]
        }
    }

    /// Learns how to whiten `noise`, with `loading` times its mean power added to each microphone.
    func factorNoise(_ group: Int, of noise: UnsafeMutablePointer<Lane>, loading: Float) {
        let matrix = noise + group * m * m
        let mean = HermitianLanes.trace(matrix, m) * (1 / Float(m))
        loadings[group] = mean * loading + 1e-10
        HermitianLanes.invertedFactor(
            matrix, m, loading: loadings[group], factor: factor.base,
            inverse: whitener.base + group * m * m)
    }

    /// Follows the direction of the last moments.
    func followRecent(_ group: Int, iterations: Int) {
        _ = iterate(recent.base, recentDirection.base, group, iterations)
    }

    /// Follows the talker.
    func followTalker(_ group: Int, iterations: Int) {
        let value = iterate(speech.base, talker.base, group, iterations)
        eigenvalue.base[group] = value
    }

    /// Power iteration on a whitened covariance; gives the eigenvalue.
    private func iterate(
        _ covariances: UnsafeMutablePointer<Lane>, _ vectors: UnsafeMutablePointer<Lane>, _ group: Int,
        _ count: Int
    ) -> Lane {
        let covariance = covariances + group * m * m
        let lower = whitener.base + group * m * m
        let vector = vectors + group * 2 * m
        let (a, b) = (scratch.base, scratch.base + 2 * m)
        var value = Lane.zero
        for _ in 0..<count {
            HermitianLanes.lowerAdjointProduct(lower, m, vector, into: a)
            HermitianLanes.product(covariance, m, a, into: b)
            HermitianLanes.lowerProduct(lower, m, b, into: a)
            let norm = HermitianLanes.norm(a, m)
            let scale = 1 / (norm + 1e-30).squareRoot()
            // Where nothing was learned yet the vector stays as it is.
            let isKnown = norm .> 1e-20
            for i in 0..<2 * m { vector[i].replace(with: a[i] * scale, where: isKnown) }
            value = norm * scale
        }
        return value
    }

    /// Sets the weights: `trust` of the adaptive ones, the rest of `fallback`.
    func solve(_ group: Int, trust: Float, fallback: UnsafePointer<Lane>, noise: UnsafePointer<Lane>) {
        let lower = whitener.base + group * m * m
        let vector = talker.base + group * 2 * m
        let (a, b) = (scratch.base, scratch.base + 2 * m)
        // c = first element of L v: the first row of L is its first diagonal element alone.
        let first = trust / lower[0]
        let (cr, ci) = (vector[0] * first, vector[1] * first)
        HermitianLanes.lowerAdjointProduct(lower, m, vector, into: a)
        let w = weights.base + group * 2 * m
        let other = fallback + group * 2 * m
        let rest = 1 - trust
        for i in 0..<m {
            let (re, im) = (a[2 * i], a[2 * i + 1])
            w[2 * i] = re * cr + im * ci + rest * other[2 * i]
            w[2 * i + 1] = im * cr - re * ci + rest * other[2 * i + 1]
        }
        HermitianLanes.product(noise + group * m * m, m, w, into: b)
        residualNoise.base[group] = greater(HermitianLanes.inner(w, b, m).re, .zero)
    }

    /// The talker's relative transfer function up to a complex factor: L v. Written to `result`, 2 m lanes.
    func transferFunction(_ group: Int, noise: UnsafePointer<Lane>, into result: UnsafeMutablePointer<Lane>) {
        let a = scratch.base
        HermitianLanes.lowerAdjointProduct(
            whitener.base + group * m * m, m, talker.base + group * 2 * m, into: a)
        // L = (R + loading) L^-H: without the loading, noise that is the same everywhere would be all there is.
        HermitianLanes.product(noise + group * m * m, m, a, into: result)
        for index in 0..<2 * m { result[index] += loadings[group] * a[index] }
    }

    /// Whitened power in ``speech``.
    func whitenedTrace(_ group: Int) -> Lane {
        let (a, b) = (scratch.base, scratch.base + 2 * m)
        var sum = Lane.zero
        for i in 0..<m {
            for index in 0..<2 * m { b[index] = Lane(repeating: index == 2 * i ? 1 : 0) }
            HermitianLanes.lowerAdjointProduct(whitener.base + group * m * m, m, b, into: a)
            HermitianLanes.product(speech.base + group * m * m, m, a, into: b)
            sum += HermitianLanes.inner(a, b, m).re
        }
        return sum
    }
}
