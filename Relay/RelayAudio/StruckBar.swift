/// One note of a struck bar (marimba, glockenspiel): two decaying partials, the second two octaves up.
///
/// Each partial is a phasor that turns and shrinks by one complex product a sample, so a note costs no sine.
struct StruckBar: Sendable {
    private var fundamental: Phasor
    private var overtone: Phasor
    private var attack: Float = 0
    private(set) var remaining: Int

    /// - Parameters:
    ///   - hertz: 50...1,900, so that the overtone stays under the 8 kHz limit of the rate.
    ///   - amplitude: Peak of the fundamental, 0...1.
    ///   - decay: Samples until the note has fallen to a third, at least 100.
    init(hertz: Float, amplitude: Float, decay: Int) {
        fundamental = Phasor(hertz: hertz, amplitude: amplitude, decay: decay)
        // The high partial of a bar is weaker and dies faster: that makes the stroke.
        overtone = Phasor(hertz: hertz * 4, amplitude: amplitude * 0.3, decay: max(decay / 4, 25))
        remaining = decay * 6  // -52 dB
    }

    /// A note that is over.
    static let silent = {
        var note = StruckBar(hertz: 440, amplitude: 0, decay: 100)
        note.remaining = 0
        return note
    }()

    /// The next sample, about -amplitude...amplitude.
    mutating func next() -> Float {
        guard remaining > 0 else { return 0 }
        remaining -= 1
        attack = min(attack + 1 / 64, 1)  // 4 ms: no click at the start
        let release = min(Float(remaining) / 64, 1)
        return (fundamental.next() + overtone.next()) * attack * release
    }
}

/// A point that circles the origin and falls into it; its height is a decaying sine.
private struct Phasor: Sendable {
    private var (x, y): (Float, Float)
    private let (turnX, turnY): (Float, Float)

    init(hertz: Float, amplitude: Float, decay: Int) {
        (x, y) = (amplitude, 0)
        let angle = 2 * Float.pi * hertz / 16_000
        // (1 - 1/n) is e^(-1/n) within 1/(2n^2).
        let shrink = 1 - 1 / Float(decay)
        let (sine, cosine) = Self.sineAndCosine(angle)
        (turnX, turnY) = (cosine * shrink, sine * shrink)
    }

    mutating func next() -> Float {
        (x, y) = (x * turnX - y * turnY, x * turnY + y * turnX)
        return y
    }

    /// Power series on a sixteenth of the angle (below 0.2 for all audible ones), doubled four times.
    private static func sineAndCosine(_ angle: Float) -> (Float, Float) {
        let small = Double(angle) / 16
        let square = small * small
        var sine = small * (1 - square / 6 * (1 - square / 20 * (1 - square / 42)))
        var cosine = 1 - square / 2 * (1 - square / 12 * (1 - square / 30))
        for _ in 0..<4 { (sine, cosine) = (2 * sine * cosine, cosine * cosine - sine * sine) }
        return (Float(sine), Float(cosine))
    }
}
