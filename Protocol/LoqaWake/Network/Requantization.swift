/// Scales a 32-bit sum by `multiplier * 2^(exponent - 31)`, rounded as TensorFlow Lite's reference kernels do: first in a
/// doubling high multiplication, then in a shift (Jacob et al., "Quantization and training of neural networks for efficient
/// integer-arithmetic-only inference", 2018, section 2.2). Two roundings, which the tests hold bit for bit.
struct Requantization: Sendable {
    private let multiplier: Int64
    private let leftShift: Int64
    private let rightShift: Int32

    /// - Throws: `.invalid` when the factor is outside what 8-bit layers use, 2^-31...2^8.
    init(_ real: Double) throws(ModelError) {
        guard real > 4.7e-10, real < 256 else { throw .invalid("a layer scales by \(real)") }
        var exponent = Int64(real.exponent) + 1
        var mantissa = Int64((real.significand / 2 * 2_147_483_648 + 0.5).rounded(.down))
        if mantissa == 1 << 31 {
            mantissa /= 2
            exponent += 1
        }
        multiplier = mantissa
        leftShift = max(exponent, 0)
        rightShift = Int32(max(-exponent, 0))
    }

    @inline(__always)
    func callAsFunction(_ sum: Int32) -> Int32 {
        let product = (Int64(sum) &<< leftShift) &* multiplier
        let nudge: Int64 = product >= 0 ? 1 << 30 : 1 - (1 << 30)
        let high = Int32(truncatingIfNeeded: (product &+ nudge) / (1 << 31))
        guard rightShift > 0 else { return high }
        let mask = Int32(truncatingIfNeeded: (Int64(1) << Int64(rightShift)) - 1)
        let threshold = (mask >> 1) &+ (high < 0 ? 1 : 0)
        return (high >> rightShift) &+ ((high & mask) > threshold ? 1 : 0)
    }
}
