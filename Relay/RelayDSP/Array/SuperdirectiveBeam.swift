/// The beam of greatest directivity for a known direction, for the time when too little of the talker is known: it needs
/// the geometry alone. Until a direction is known the first microphone passes.
///
/// Minimum variance in noise that comes from everywhere alike, whose coherence over a distance d is sin(kd) / (kd), with
/// a hundredth of white noise against mismatched microphones (J. Bitzer and K. U. Simmer, "Superdirective microphone
/// arrays", in M. Brandstein and D. Ward, "Microphone Arrays", Springer 2001). Takes its memory when made.
final class SuperdirectiveBeam {
    /// Weights w of the output w^H y, 2 m lanes for each group.
    let weights: Lanes
    /// The direction, degrees; nil while the first microphone passes.
    private(set) var azimuth: Float?
    private let m: Int
    private let groups: Int
    private let positions: [Position]
    private let whitener: Lanes
    private let scratch: Lanes

    private static let loading: Float = 1e-2
    private static let metresPerSecond = 343.0

    /// - Parameters:
    ///   - positions: of the microphones that take part, 1...8.
    ///   - groups: lanes of a spectrum of 0...8 kHz.
    init(positions: [Position], groups: Int) {
        self.positions = positions
        self.groups = groups
        m = positions.count
        weights = Lanes(count: groups * 2 * m)
        whitener = Lanes(count: groups * m * m)
        scratch = Lanes(count: m * m + 4 * m)
        for group in 0..<groups {
            weights[group * 2 * m] = Lane(repeating: 1)
            factorCoherence(group)
        }
    }

    private func factorCoherence(_ group: Int) {
        let coherence = Lanes(count: m * m)
        for i in 0..<m {
            coherence[i * m + i] = Lane(repeating: 1)
            for j in 0..<i {
                let distance = Double(positions[i].distance(to: positions[j]))
                for lane in 0..<8 {
                    let hertz = Double(group * 8 + lane) * 1_000 / Double(groups)
                    let angle = 2 * Double.pi * hertz * distance / Self.metresPerSecond
                    let sinc = angle < 1e-6 ? 1 : Elementary.sineAndCosine(angle).sine / angle
                    coherence.floats[(i * m + j) * 8 + lane] = Float(sinc)
                }
            }
        }
        HermitianLanes.invertedFactor(
            coherence.base, m, loading: Lane(repeating: Self.loading), factor: scratch.base,
            inverse: whitener.base + group * m * m)
    }

    /// Turns the beam.
    func steer(to azimuth: Float) {
        self.azimuth = azimuth
        let turn = Elementary.sineAndCosine(Double(azimuth) * .pi / 180)
        let steering = scratch.base + m * m
        let (a, b) = (steering + 2 * m, steering)
        for i in 0..<m {
            // A plane wave reaches microphone i this much earlier than the first one.
            let path =
                Double(positions[i].x - positions[0].x) * turn.cosine
                + Double(positions[i].y - positions[0].y) * turn.sine
            let bin = 2 * Double.pi * 1_000 / Double(groups) * path / Self.metresPerSecond
            phase[i] = bin
        }
        for group in 0..<groups {
            for i in 0..<m { setPhase(steering + 2 * i, group, phase[i]) }
            let lower = whitener.base + group * m * m
            HermitianLanes.lowerProduct(lower, m, steering, into: a)
            let scale = 1 / (HermitianLanes.norm(a, m) + 1e-20)
            HermitianLanes.lowerAdjointProduct(lower, m, a, into: b)
            for i in 0..<2 * m { weights[group * 2 * m + i] = b[i] * scale }
        }
    }

    private var phase = InlineArray<8, Double>(repeating: 0)

    /// e^(i k phase) for the eight bins k of a group.
    private func setPhase(_ into: UnsafeMutablePointer<Lane>, _ group: Int, _ phase: Double) {
        let start = Elementary.sineAndCosine(Double(group * 8) * phase)
        let step = Elementary.sineAndCosine(phase)
        var (re, im) = (start.cosine, start.sine)
        for lane in 0..<8 {
            (into[0][lane], into[1][lane]) = (Float(re), Float(im))
            (re, im) = (re * step.cosine - im * step.sine, re * step.sine + im * step.cosine)
        }
    }
}
