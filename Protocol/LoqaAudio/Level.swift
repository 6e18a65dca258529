package import LoqaBase

/// Power of a block: the mean square of its samples, where 1 is a full-scale square wave.
///
/// Empty counts as silence. Real-time safe.
@_noAllocation @_noLocks
package func meanSquare(_ block: Span<Int16>) -> Float {
    guard !block.isEmpty else { return 0 }
    var sum: Int64 = 0
    for index in block.indices {
        let sample = Int64(block[index])
        sum += sample * sample  // 2^30 at most: 2^33 samples fit.
    }
    return Float(sum) / (Float(block.count) * 32_768 * 32_768)
}

extension DecibelsFullScale {
    /// The level of a block: its root mean square against a full-scale square wave, so a full-scale sine is
    /// -3.01 dBFS. Silence and an empty block are ``floor``.
    package init(of block: Span<Int16>) { self.init(meanSquare: meanSquare(block)) }

    /// The level of a block of the convenient form.
    package init(of block: [Int16]) { self.init(of: block.span) }

    /// The level of a power as ``LoqaAudio/meanSquare(_:)`` gives it.
    package init(meanSquare power: Float) {
        self.init(clamping: power > 0 ? decibels(power: power) : -120)
    }
}

/// 10 log10 of a positive power, within 0.001 dB, without a mathematics library (the pure layers link none).
///
/// ln m = 2 artanh((m - 1) / (m + 1)) as its power series, with m in sqrt(1/2)..<sqrt(2), where five terms err
/// by less than 1e-8.
func decibels(power: Float) -> Float {
    var exponent = Double(power.exponent)
    var mantissa = Double(power.significand)
    if mantissa > 1.414_213_562_373_095 { (mantissa, exponent) = (mantissa / 2, exponent + 1) }
    let ratio = (mantissa - 1) / (mantissa + 1)
    let square = ratio * ratio
    let series = 1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square / 9)))
    let natural = exponent * 0.693_147_180_559_945_3 + 2 * ratio * series
    return Float(natural * 4.342_944_819_032_518)
}

/// Ten to a power within -12...12, without a mathematics library: the inverse of ``decibels(power:)`` is that of dB / 10.
///
/// The power series of the exponential function on a 64th of the exponent (below 0.44), squared six times: within 1e-5.
package func power(ofTen exponent: Float) -> Float {
    let x = Double(min(max(exponent, -12), 12)) * 2.302_585_092_994_046 / 64
    var value = 1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6 * (1 + x / 7))))))
    for _ in 0..<6 { value *= value }
    return Float(value)
}
