/// Powers of a block, summed over its samples.
struct EchoPowers {
    var input: Float = 0
    var echo: Float = 0
    var output: Float = 0

    init(input: Float = 0, echo: Float = 0, output: Float = 0) {
        (self.input, self.echo, self.output) = (input, echo, output)
    }

    /// Of `count` samples, a multiple of eight, and of what is left of them without their echo.
    init(input: UnsafePointer<Float>, echo: UnsafePointer<Float>, count: Int) {
        var (inputs, echoes, outputs) = (Lane.zero, Lane.zero, Lane.zero)
        for at in stride(from: 0, to: count, by: 8) {
            let sample = UnsafeRawPointer(input + at).loadUnaligned(as: Lane.self)
            let estimate = UnsafeRawPointer(echo + at).loadUnaligned(as: Lane.self)
            let left = sample - estimate
            inputs += sample * sample
            echoes += estimate * estimate
            outputs += left * left
        }
        (self.input, self.echo, output) = (inputs.sum(), echoes.sum(), outputs.sum())
    }

    static func += (left: inout EchoPowers, right: EchoPowers) {
        left.input += right.input
        left.echo += right.echo
        left.output += right.output
    }
}

/// Watches one canceller: an estimate that adds power instead of taking it off is faded out, and after a third of a
/// second of it the canceller is called lost.
struct DivergenceGuard {
    /// Part of the estimate to take off, at both ends of a block.
    struct Trust {
        var from: Float
        var to: Float
    }

    /// Share that a block has in the smoothed powers: about 60 ms.
    private static let pace: Float = 0.13
    /// Blocks of 8 ms until it is lost; the library would start over by itself after 50, with a line on standard error.
    private static let patience = 40

    private var input: Float = 0
    private var output: Float = 0
    private var trust: Float = 1
    private var badBlocks = 0

    /// Whether to start the canceller anew.
    var isLost: Bool { badBlocks >= Self.patience }

    mutating func restart() { self = DivergenceGuard() }

    /// Takes the powers of a block whose whole estimate would be taken off.
    mutating func judge(_ powers: EchoPowers) -> Trust {
        input += Self.pace * (powers.input - input)
        output += Self.pace * (powers.output - output)
        // 1 dB too much is no accident over 60 ms; trust comes back once the estimate helps.
        let isBad = output > 1.26 * input + 1e-7
        badBlocks = isBad ? badBlocks + 1 : 0
        let from = trust
        trust = isBad ? max(trust - 0.25, 0) : output < input ? min(trust + 0.125, 1) : trust
        return Trust(from: from, to: trust)
    }
}
