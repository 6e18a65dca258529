/// What a small loudspeaker does to its signal before the air gets it, as far as no linear filter can follow: it plays
/// nothing deep, it saturates, and it pushes better than it pulls. f(x) = tanh(a x) / a + b x x behind a high-pass
/// filter.
///
/// A memoryless stage before the adaptive filter, as in A. Stenger and W. Kellermann, "Adaptation of a memoryless
/// preprocessor for nonlinear acoustic echo cancelling", Signal Processing 80(9), 2000. Its two numbers, u = a a
/// and b, are learned from what the canceller leaves: that is compared with how the echo would change with them, which
/// is the derivative of f sent through the path that the canceller has learned.
struct LoudspeakerModel: ~Copyable {
    /// Samples of the learned path that are used: 32 before the echo comes and 8 ms of it.
    static let pathLength = 160
    /// Samples in one hop.
    private static let hop = 256
    /// Samples of which one block is learned from.
    private static let block = 128
    /// Bounds of the saturation: none that is heard, and 10 dB at full scale.
    private static let saturations: ClosedRange<Float> = 0.01...9
    private static let asymmetries: ClosedRange<Float> = -0.15...0.15
    /// Blocks between two corrections, most change by one, and its part that is made.
    private static let blocksPerStep = 12
    private static let saturationStep: Float = 0.25
    private static let asymmetryStep: Float = 0.01
    private static let part: Float = 0.5
    private static let settledCount = 400
    /// What a block counts after the next.
    private static let forgetting: Float = 0.97

    /// Enough was learned for a slower pace: 6 s.
    var isSettled: Bool { blockCount > Self.settledCount }
    /// u, the square of the saturation's steepness; 1 takes 2.4 dB off a peak at full scale.
    private(set) var saturation = saturations.lowerBound
    /// b.
    private(set) var asymmetry: Float = 0
    private var history = SlidingWindow(length: 1_024)
    private var highPass = HighPass()
    private let bent: UnsafeMutablePointer<Float>
    private let slopes: UnsafeMutablePointer<Float>
    private let squares: UnsafeMutablePointer<Float>
    private var correlations = Correlations()
    private var blockCount = 0

    init() {
        let count = Self.block + Self.pathLength + 8
        (bent, slopes) = (.allocate(capacity: Self.hop), .allocate(capacity: count))
        squares = .allocate(capacity: count)
        bent.initialize(repeating: 0, count: Self.hop)
        slopes.initialize(repeating: 0, count: count)
        squares.initialize(repeating: 0, count: count)
    }

    deinit {
        bent.deallocate()
        slopes.deallocate()
        squares.deallocate()
    }

    /// Bends one hop of the aligned reference as the loudspeaker does.
    ///
    /// - Parameter output: 256 samples, all written.
    mutating func bend(_ reference: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) {
        highPass.run(reference, count: Self.hop, into: bent)
        history.push(bent, count: Self.hop)
        let steepness = saturation.squareRoot()
        for at in stride(from: 0, to: Self.hop, by: 8) {
            let x = UnsafeRawPointer(bent + at).loadUnaligned(as: Lane.self)
            let value = Self.hyperbolicTangent(x * steepness) / steepness + asymmetry * x * x
            UnsafeMutableRawPointer(output + at).storeBytes(of: value, as: Lane.self)
        }
    }

    /// Learns from one block of one microphone.
    ///
    /// - Parameters:
    ///   - left: what is left of it, 128 samples.
    ///   - echo: what was taken off.
    ///   - path: the canceller's impulse response, ``pathLength`` samples.
    ///   - late: samples from the block's end to the end of the last hop.
    mutating func learn(
        left: UnsafePointer<Float>, echo: UnsafePointer<Float>, path: UnsafePointer<Float>, late: Int
    ) {
        let count = Self.block + Self.pathLength
        let x = history.samples(from: history.end - late - count)
        let steepness = saturation.squareRoot()
        for at in stride(from: 0, to: count, by: 8) {
            let value = UnsafeRawPointer(x + at).loadUnaligned(as: Lane.self)
            let tangent = Self.hyperbolicTangent(value * steepness)
            let slope = (value * (1 - tangent * tangent) - tangent / steepness) / (2 * saturation)
            UnsafeMutableRawPointer(slopes + at).storeBytes(of: slope, as: Lane.self)
            UnsafeMutableRawPointer(squares + at).storeBytes(of: value * value, as: Lane.self)
        }
        var block = Correlations()
        var before = Correlations.Sample()
        for at in stride(from: 0, to: Self.block, by: 8) {
            let slope = Self.filter(slopes + at + Self.pathLength, path)
            let square = Self.filter(squares + at + Self.pathLength, path)
            for lane in 0..<8 {
                let sample = Correlations.Sample(
                    left: left[at + lane], slope: slope[lane], square: square[lane], echo: echo[at + lane])
                // Differences weigh the frequencies evenly: most sound is deep.
                if at + lane > 0 { block.add(sample.minus(before, share: 0.9)) }
                before = sample
            }
        }
        correlations.fade(Self.forgetting)
        correlations.add(block)
        blockCount += 1
        if blockCount % Self.blocksPerStep == 0 { correct() }
    }

    private mutating func correct() {
        guard let change = correlations.solve() else { return }
        let step = (Self.part * change.slope).clamped(to: Self.saturationStep)
        saturation = min(
            max(saturation + step, Self.saturations.lowerBound), Self.saturations.upperBound)
        let lean = (Self.part * change.square).clamped(to: Self.asymmetryStep)
        asymmetry = min(max(asymmetry + lean, Self.asymmetries.lowerBound), Self.asymmetries.upperBound)
        // What was left before belongs to the model before.
        correlations.fade(0.3)
    }

    /// Eight samples of a signal behind the path; `signal` points at the first of them.
    private static func filter(_ signal: UnsafePointer<Float>, _ path: UnsafePointer<Float>) -> Lane {
        var sum = Lane.zero
        for tap in 0..<pathLength {
            sum += UnsafeRawPointer(signal - tap).loadUnaligned(as: Lane.self) * path[tap]
        }
        return sum
    }

    private static func hyperbolicTangent(_ value: Lane) -> Lane {
        1 - 2 / (1 + Elementary.exp2(value * 2.885_390_1))
    }
}

/// Second-order Butterworth high-pass filter at 180 Hz: below, small drivers play nothing.
private struct HighPass {
    private static let (b0, a1, a2): (Float, Float, Float) = {
        let turn = Elementary.sineAndCosine(Double.pi * 180 / 16_000)
        let k = turn.sine / turn.cosine
        let scale = 1 / (1 + 2.0.squareRoot() * k + k * k)
        return (
            Float(scale), Float(2 * (k * k - 1) * scale), Float((1 - 2.0.squareRoot() * k + k * k) * scale)
        )
    }()
    private var memory: (Float, Float) = (0, 0)

    mutating func run(_ samples: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) {
        let (b0, a1, a2) = (Self.b0, Self.a1, Self.a2)
        var (first, second) = memory
        for index in 0..<count {
            let sample = samples[index]
            let value = b0 * sample + first
            first = -2 * b0 * sample - a1 * value + second
            second = b0 * sample - a2 * value
            output[index] = value
        }
        memory = (first.magnitude < 1e-20 ? 0 : first, second.magnitude < 1e-20 ? 0 : second)
    }
}

/// Sums of products of what is left of the echo, of how the echo depends on the model's numbers, and of the echo
/// itself, whose scale the canceller may have a little wrong.
private struct Correlations {
    /// One sample of the signals.
    struct Sample {
        var left: Float = 0
        var slope: Float = 0
        var square: Float = 0
        var echo: Float = 0

        func minus(_ other: Sample, share: Float) -> Sample {
            Sample(
                left: left - share * other.left, slope: slope - share * other.slope,
                square: square - share * other.square, echo: echo - share * other.echo)
        }
    }

    private var matrix = (ss: Float(0), sq: Float(0), se: Float(0), qq: Float(0), qe: Float(0), ee: Float(0))
    private var right = (s: Float(0), q: Float(0), e: Float(0))
    private var left: Float = 0

    mutating func add(_ sample: Sample) {
        left += sample.left * sample.left
        matrix.ss += sample.slope * sample.slope
        matrix.sq += sample.slope * sample.square
        matrix.se += sample.slope * sample.echo
        matrix.qq += sample.square * sample.square
        matrix.qe += sample.square * sample.echo
        matrix.ee += sample.echo * sample.echo
        right.s += sample.slope * sample.left
        right.q += sample.square * sample.left
        right.e += sample.echo * sample.left
    }

    /// Adds a block, weighed by how little is left in it: where somebody speaks it tells little.
    mutating func add(_ block: Correlations) {
        let weight = 1 / (block.left + 1e-7)
        matrix.ss += weight * block.matrix.ss
        matrix.sq += weight * block.matrix.sq
        matrix.se += weight * block.matrix.se
        matrix.qq += weight * block.matrix.qq
        matrix.qe += weight * block.matrix.qe
        matrix.ee += weight * block.matrix.ee
        right.s += weight * block.right.s
        right.q += weight * block.right.q
        right.e += weight * block.right.e
    }

    mutating func fade(_ share: Float) {
        matrix = (
            matrix.ss * share, matrix.sq * share, matrix.se * share, matrix.qq * share, matrix.qe * share,
            matrix.ee * share
        )
        right = (right.s * share, right.q * share, right.e * share)
    }

    /// By how much the model's numbers should change to leave least; nil while too little is known.
    func solve() -> (slope: Float, square: Float)? {
        // The echo must stand out of what is left.
        guard matrix.ee > 10, matrix.ss > 0, matrix.qq > 0 else { return nil }
        // The echo is eliminated, then two equations are left, loaded a little.
        let (se, qe) = (matrix.se / matrix.ee, matrix.qe / matrix.ee)
        let ss = (matrix.ss - se * matrix.se) + 0.02 * matrix.ss + 1e-7 * matrix.ee
        let sq = matrix.sq - se * matrix.qe
        let qq = (matrix.qq - qe * matrix.qe) + 0.02 * matrix.qq + 1e-7 * matrix.ee
        let (s, q) = (right.s - se * right.e, right.q - qe * right.e)
        let determinant = ss * qq - sq * sq
        guard determinant > 0.01 * ss * qq else { return nil }
        return ((s * qq - q * sq) / determinant, (q * ss - s * sq) / determinant)
    }
}
