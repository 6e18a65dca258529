/// Reads sound at positions between the samples: a sinc under a Hann window, 32 taps.
struct FractionalDelay: ~Copyable {
    /// Taps on each side of the position.
    static let reach = 16
    /// Samples made with one set of taps. The position moves by 0.003 samples within them at 50 ppm.
    static let step = 64
    private static let phaseCount = 256
    private let table: UnsafeMutablePointer<Float>
    private let taps: UnsafeMutablePointer<Float>

    init() {
        let count = 2 * Self.reach
        table = .allocate(capacity: (Self.phaseCount + 1) * count)
        table.initialize(repeating: 0, count: (Self.phaseCount + 1) * count)
        taps = .allocate(capacity: count)
        taps.initialize(repeating: 0, count: count)
        for phase in 0...Self.phaseCount {
            let fraction = Double(phase) / Double(Self.phaseCount)
            for tap in 0..<count {
                // Distance from the position to the sample of this tap.
                let distance = Double(tap - (Self.reach - 1)) - fraction
                table[phase * count + tap] = Float(Self.kernel(distance))
            }
        }
    }

    deinit {
        table.deallocate()
        taps.deallocate()
    }

    private static func kernel(_ distance: Double) -> Double {
        if distance.magnitude < 1e-9 { return 1 }
        if distance.magnitude >= Double(reach) { return 0 }
        let angle = Double.pi * distance
        let window = 0.5 + 0.5 * Elementary.sineAndCosine(angle / Double(reach)).cosine
        return Elementary.sineAndCosine(angle).sine / angle * window
    }

    /// Makes 64 samples at fraction, 1 + fraction, 2 + fraction ... after `first`.
    ///
    /// - Parameters:
    ///   - first: the sample before the first position; 15 before it and 79 after it are read.
    ///   - fraction: 0..<1.
    ///   - output: 64 samples, all written.
    func read(
        _ first: UnsafePointer<Float>, fraction: Float, into output: UnsafeMutablePointer<Float>
    ) {
        let count = 2 * Self.reach
        let place = fraction * Float(Self.phaseCount)
        let phase = min(Int(place), Self.phaseCount - 1)
        let rest = place - Float(phase)
        let (left, right) = (table + phase * count, table + (phase + 1) * count)
        for tap in 0..<count { taps[tap] = left[tap] + rest * (right[tap] - left[tap]) }
        for at in stride(from: 0, to: Self.step, by: 8) {
            var sum = Lane.zero
            for tap in 0..<count {
                let samples = UnsafeRawPointer(first + at + tap - (Self.reach - 1)).loadUnaligned(
                    as: Lane.self)
                sum += samples * taps[tap]
            }
            UnsafeMutableRawPointer(output + at).storeBytes(of: sum, as: Lane.self)
        }
    }
}
