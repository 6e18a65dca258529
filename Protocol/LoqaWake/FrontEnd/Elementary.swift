/// Elementary functions in double precision, within about one unit in the last place.
///
/// The pure layers link no mathematics library; these fill tables when a front end or a model is made, so they are short
/// rather than fast. Series after range reduction (Muller, Elementary Functions, 3rd edition, chapters 3 and 11).
enum Elementary {
    private static let ln2 = 0.693_147_180_559_945_309_417_232
    private static let halfPi = 1.570_796_326_794_896_619_231_322

    /// e to the power of `x`; 0 and infinity beyond the range of a double.
    static func exp(_ x: Double) -> Double {
        guard x > -745 else { return x.isNaN ? x : 0 }
        guard x < 710 else { return .infinity }
        let exponent = (x / ln2).rounded()
        let rest = x - exponent * ln2
        var term = 1.0
        var sum = 1.0
        for index in 1...18 {
            term *= rest / Double(index)
            sum += term
        }
        return sum * Double(sign: .plus, exponent: Int(exponent), significand: 1)
    }

    /// Natural logarithm of a positive finite number.
    static func log(_ x: Double) -> Double {
        precondition(x > 0 && x.isFinite, "logarithm of a number that is not positive")
        var significand = x.significand
        var exponent = Double(x.exponent)
        if significand > 1.414_213_562_373_095 {
            significand /= 2
            exponent += 1
        }
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        for index in 0..<16 {
            sum += power / Double(2 * index + 1)
            power *= square
        }
        return 2 * sum + exponent * ln2
    }

    /// `base` to the power of `exponent`; `base` is positive.
    static func power(_ base: Double, _ exponent: Double) -> Double { exp(exponent * log(base)) }

    /// log(1 + x) in single precision, step by step as the C libraries compute it (Sun's fdlibm, `log1pf`; credited in NOTICE).
    ///
    /// Its error of up to one unit shows in the filter bank of ``MicroFrontEnd``, whose models were trained behind it. For 0 and
    /// positive numbers.
    static func singleLog1p(_ x: Float) -> Float {
        precondition(x >= 0 && x.isFinite, "logarithm of a number below one")
        let series: [Float] = [
            0.147_981_986_4, 0.153_138_384_22, 0.181_835_725_9, 0.222_221_985_46, 0.285_714_298_49,
            0.400_000_005_96,
            0.666_666_686_53,
        ]
        var (exponent, correction, fraction): (Float, Float, Float) = (0, 0, x)
        if x >= 0.414_213_56 {
            let sum = 1 + x
            exponent = Float(sum.exponent)
            correction = (exponent > 0 ? 1 - (sum - x) : x - (sum - 1)) / sum
            fraction = sum.significand - 1
            if sum.significand >= 1.414_213_56 {
                exponent += 1
                fraction = sum.significand / 2 - 1
            }
        }
        let half = 0.5 * fraction * fraction
        let ratio = fraction / (2 + fraction)
        let square = ratio * ratio
        let rest = square * series.dropFirst().reduce(series[0]) { $1 + square * $0 }
        guard exponent != 0 else { return fraction - (half - ratio * (half + rest)) }
        let (ln2High, ln2Low): (Float, Float) = (0.693_138_122_56, 9.058_000_614_5e-6)
        return exponent * ln2High
            - ((half - (ratio * (half + rest) + (exponent * ln2Low + correction))) - fraction)
    }

    /// Cosine of an angle in radians, for angles of a few turns.
    static func cosine(_ angle: Double) -> Double { sine(angle, quartersAhead: 1) }

    /// Sine of an angle in radians, for angles of a few turns.
    static func sine(_ angle: Double) -> Double { sine(angle, quartersAhead: 0) }

    private static func sine(_ angle: Double, quartersAhead: Int) -> Double {
        let quarters = (angle / halfPi).rounded()
        let rest = angle - quarters * halfPi
        switch (Int(quarters) + quartersAhead) & 3 {
        case 0: return sineSeries(rest)
        case 1: return cosineSeries(rest)
        case 2: return -sineSeries(rest)
        default: return -cosineSeries(rest)
        }
    }

    private static func sineSeries(_ x: Double) -> Double {
        var (term, sum) = (x, x)
        for index in 1...10 {
            term *= -x * x / Double(2 * index * (2 * index + 1))
            sum += term
        }
        return sum
    }

    private static func cosineSeries(_ x: Double) -> Double {
        var (term, sum) = (1.0, 1.0)
        for index in 1...10 {
            term *= -x * x / Double(2 * index * (2 * index - 1))
            sum += term
        }
        return sum
    }
}
