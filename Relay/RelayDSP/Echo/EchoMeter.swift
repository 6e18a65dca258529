/// Measures the echo return loss enhancement: what of the echo the cancellers take off while nobody speaks.
struct EchoMeter {
    /// Share of a hop in the smoothed powers: about a second.
    private static let pace: Float = 0.016

    private var input: Float = 0
    private var output: Float = 0

    /// Power in over power out in dB; 0 before there was any.
    var erle: Float {
        output > 1e-14 ? Elementary.decibels(power: input / output) : 0
    }

    /// Takes the mean powers of a hop in which the loudspeaker plays.
    mutating func take(input newInput: Float, output newOutput: Float, isDoubleTalk: Bool) {
        guard !isDoubleTalk else { return }
        input += Self.pace * (newInput - input)
        output += Self.pace * (newOutput - output)
    }
}
