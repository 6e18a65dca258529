/// The reference as the microphones hear it: moved by the delay, stretched by the drift.
///
/// Positions count samples on the microphones' clock. At position t the loudspeaker's sample t - ``shift`` is read;
/// the shift follows the drift a little with every 64 samples, so that the adaptive filters see a path at rest.
struct AlignedReference: ~Copyable {
    /// Shortest shift that can be stretched: half the interpolator's length.
    static let leastShift = 16.0
    /// Samples that are remembered, and so the longest shift together with one hop.
    static let memory = 8_192

    private(set) var history = SlidingWindow(length: memory)
    /// Samples by which the reference is read late; 0: as it comes.
    private(set) var shift = 0.0
    /// Parts by which the loudspeaker's clock is faster, for instance 2e-5.
    var drift = 0.0
    private let interpolator = FractionalDelay()

    /// Adds one hop of the reference.
    mutating func push(_ samples: UnsafePointer<Float>, count: Int) { history.push(samples, count: count) }

    /// Reads `samples` late from now on, or as it comes if that is too little to interpolate.
    mutating func align(shift samples: Double) {
        let most = Double(Self.memory - 512)
        shift = samples < Self.leastShift ? 0 : min(samples, most)
    }

    /// Makes the aligned reference of the 128 samples that end `late` samples before the newest, and moves on.
    mutating func read(late: Int, into output: UnsafeMutablePointer<Float>) {
        let count = EchoCanceller.block
        let begin = history.end - late - count
        guard shift > 0 else {
            output.update(from: history.samples(from: begin), count: count)
            return
        }
        for at in stride(from: 0, to: count, by: FractionalDelay.step) {
            let position = Double(begin + at) - shift
            let whole = position.rounded(.down)
            interpolator.read(
                history.samples(from: Int(whole)), fraction: Float(position - whole), into: output + at)
            follow(samples: FractionalDelay.step)
        }
    }

    /// Moves on without reading: the loudspeaker is silent.
    mutating func skip(samples: Int) { if shift > 0 { follow(samples: samples) } }

    private mutating func follow(samples: Int) {
        shift = max(shift - Double(samples) * drift, Self.leastShift)
    }
}
