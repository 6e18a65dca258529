/// The library's filter against direct current: a notch at 0 Hz of radius 0.982, which is 3 dB down at about 60 Hz.
struct SteadyCurrentFilter {
    private static let radius: Float = 0.982
    private static let damping: Float = radius * radius + 0.7 * (1 - radius) * (1 - radius)
    private var memory: (Float, Float) = (0, 0)

    /// Filters samples; `output` may be `samples`.
    mutating func run(_ samples: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>) {
        var (first, second) = memory
        for index in 0..<count {
            let sample = samples[index]
            let sum = first + sample
            first = second + 2 * (Self.radius * sum - sample)
            second = sample - Self.damping * sum
            output[index] = Self.radius * sum
        }
        // Numbers too small to be normal are slow.
        memory = (first.magnitude < 1e-20 ? 0 : first, second.magnitude < 1e-20 ? 0 : second)
    }
}

/// Gives back what ``SteadyCurrentFilter`` took off the deep end, down to about 20 Hz: voices lose half a decibel at 120 Hz
/// to it, and their phase turns by 46 degrees.
///
/// It has the filter's poles as zeros, and in their place a double pole at 0.996. In double precision: such poles
/// amplify rounding.
struct LowEndRestorer {
    private static let radius = 0.982
    private static let damping = radius * radius + 0.7 * (1 - radius) * (1 - radius)
    private static let pole = 0.996
    private var memory: (Double, Double) = (0, 0)

    /// Filters samples in place.
    mutating func run(_ samples: UnsafeMutablePointer<Float>, count: Int) {
        let (gain, b1, b2) = (1 / Self.radius, -2.0, Self.damping / Self.radius)
        let (a1, a2) = (-2 * Self.pole, Self.pole * Self.pole)
        var (first, second) = memory
        for index in 0..<count {
            let sample = Double(samples[index])
            let output = gain * sample + first
            first = b1 * sample - a1 * output + second
            second = b2 * sample - a2 * output
            samples[index] = Float(output)
        }
        memory = (first.magnitude < 1e-20 ? 0 : first, second.magnitude < 1e-20 ? 0 : second)
    }
}
