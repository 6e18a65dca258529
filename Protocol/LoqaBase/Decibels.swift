/// A level in dBFS with a resolution of 0.01 dB: 0 is full scale, quieter is more negative.
///
/// An integer, so that it compares exactly, travels in two bytes and is never NaN.
package struct DecibelsFullScale: Sendable, Hashable, Comparable {
    /// The quietest level told apart, -120 dBFS; silence counts as this.
    package static let floor = DecibelsFullScale(hundredths: -12_000)
    /// The loudest level, 0 dBFS.
    package static let fullScale = DecibelsFullScale(hundredths: 0)

    /// Hundredths of a decibel, in -12,000...0.
    package var hundredths: Int16

    /// - Precondition: `hundredths` is in -12,000...0.
    package init(hundredths: Int16) {
        precondition((-12_000...0).contains(hundredths), "level outside -120...0 dBFS")
        self.hundredths = hundredths
    }

    /// The level in dB as a number for display or arithmetic.
    package var value: Float { Float(hundredths) / 100 }

    /// Rounds and clamps any number of dBFS; NaN becomes ``floor``.
    package init(clamping value: Float) {
        let hundredths = (value * 100).rounded()
        self.init(hundredths: hundredths.isNaN ? -12_000 : Int16(min(max(hundredths, -12_000), 0)))
    }

    package static func < (left: DecibelsFullScale, right: DecibelsFullScale) -> Bool {
        left.hundredths < right.hundredths
    }
}
