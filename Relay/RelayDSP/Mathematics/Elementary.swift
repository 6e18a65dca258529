/// The elementary functions signal processing needs, without a mathematics library: the pure layers link none.
///
/// All read no table and no state. Arguments that are no number give what is no number.
package enum Elementary {
    /// Sine and cosine of an angle in radians, within 1e-12 for |angle| below 1e6.
    ///
    /// The angle is brought into -pi/4...pi/4 and both Taylor series are summed there.
    package static func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
        guard angle.isFinite, angle.magnitude < 1e9 else { return (.nan, .nan) }
        let turns = (angle / (Double.pi / 2)).rounded(.toNearestOrEven)
        let rest = angle - turns * (Double.pi / 2)
        let square = rest * rest
        var (sine, cosine) = (1.0, 1.0)
        for term in stride(from: 9.0, through: 1, by: -1) {
            sine = 1 - square / (2 * term * (2 * term + 1)) * sine
            cosine = 1 - square / (2 * term * (2 * term - 1)) * cosine
        }
        sine *= rest
        switch Int(turns) & 3 {
        case 0: return (sine, cosine)
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        default: return (-cosine, sine)
        }
    }

    /// Base-2 logarithm of eight numbers, within 2e-6 (absolute); at or below 1e-37 gives about -123.
    ///
    /// log2 m = 2 artanh((m - 1) / (m + 1)) / ln 2 as a power series, with m in sqrt(1/2)...sqrt(2).
    package static func log2(_ value: SIMD8<Float>) -> SIMD8<Float> {
        let bits = unsafeBitCast(greater(value, SIMD8(repeating: 1e-37)), to: SIMD8<UInt32>.self)
        // Counting the exponent from sqrt(1/2) puts the mantissa symmetrically around 1.
        let shifted = bits &- 0x3F35_04F3
        let exponent = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &>> 23
        let mantissa = unsafeBitCast((shifted & 0x007F_FFFF) &+ 0x3F35_04F3, to: SIMD8<Float>.self)
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        let tail: SIMD8<Float> = 0.577_078_04 + square * (0.412_198_6 + square * 0.320_598_9)
        let series: SIMD8<Float> = 2.885_390_1 + square * (0.961_796_7 + square * tail)
        // An integer below 2^22 put behind the mantissa of 1.5 * 2^23 is that number of units more.
        let counted = unsafeBitCast(exponent &+ 0x4B40_0000, to: SIMD8<Float>.self) - 12_582_912
        return counted + ratio * series
    }

    /// Two to the power of eight numbers, relative error below 3e-7; clamped to -125...126.
    package static func exp2(_ value: SIMD8<Float>) -> SIMD8<Float> {
        let clamped = lesser(greater(value, SIMD8(repeating: -125)), SIMD8(repeating: 126))
        // Adding 1.5 * 2^23 leaves no place for a fraction, and the integer in the last bits.
        let shifted = clamped + 12_582_912
        let whole = shifted - 12_582_912
        let part = (clamped - whole) * 0.693_147_18
        let high: SIMD8<Float> = 0.041_666_668 + part * (0.008_333_334 + part * 0.001_388_889)
        let series: SIMD8<Float> = 1 + part * (1 + part * (0.5 + part * (0.166_666_67 + part * high)))
        let exponent = (unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- (0x4B40_0000 - 127)) &<< 23
        return series * unsafeBitCast(exponent, to: SIMD8<Float>.self)
    }

    /// Natural logarithm of a positive number, within 2e-6; at or below 1e-37 gives about -85.
    package static func log(_ value: Float) -> Float { log2(SIMD8(repeating: value))[0] * 0.693_147_18 }

    /// e to a power, relative error below 1e-6; clamped to what a `Float` holds.
    package static func exp(_ value: Float) -> Float { exp2(SIMD8(repeating: value * 1.442_695))[0] }

    /// 1 / (1 + exp(-x)) of eight numbers, relative error below 1e-6.
    package static func logistic(_ value: SIMD8<Float>) -> SIMD8<Float> { 1 / (1 + exp2(value * -1.442_695)) }

    /// 10 log10 of a power; at or below 1e-12 gives -120.
    package static func decibels(power: Float) -> Float {
        max(-120, log2(SIMD8(repeating: power))[0] * 3.010_299_96)
    }

    /// The power that many decibels stand for.
    package static func power(decibels: Float) -> Float { exp2(SIMD8(repeating: decibels * 0.332_192_81))[0] }
}

/// The lesser of each two numbers; the second where the first is no number.
@inline(__always)
package func lesser(_ a: Lane, _ b: Lane) -> Lane { b.replacing(with: a, where: a .< b) }

/// The greater of each two numbers; the second where the first is no number.
@inline(__always)
package func greater(_ a: Lane, _ b: Lane) -> Lane { b.replacing(with: a, where: a .> b) }
