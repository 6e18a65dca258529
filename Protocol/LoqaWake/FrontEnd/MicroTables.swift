/// The gain and logarithm of the micro front end in integers, from tables made once.
struct MicroTables {
    /// Gain of per-channel automatic gain control (PCAN; Wang et al., "Trainable frontend for robust and far-field keyword
    /// spotting", 2017): 2^21 (noise / 128 + 80)^-0.95, quadratic between powers of two.
    private let smallGain: [Int64]
    private var gainStart = [Int64](repeating: 0, count: 33)
    private var gainSlope = [Int64](repeating: 0, count: 33)
    private var gainBend = [Int64](repeating: 0, count: 33)
    /// (log2(1 + i/128) - i/128) 2^16
    private let correction: [Int64]

    init() {
        func gain(_ noise: Int64) -> Int64 {
            let base = Float(noise) / 128 + 80
            let value = 2_097_152 * Float(Elementary.power(Double(base), Double(Float(-0.95))))
            return value > 32_767 ? 32_767 : Int64(value + 0.5)
        }
        func short(_ value: Int64) -> Int64 { Int64(Int16(truncatingIfNeeded: value)) }
        smallGain = [gain(0), gain(1)]
        for bits in 2...32 {
            let start = Int64(1) << (bits - 1)
            let end = bits == 32 ? 2 * start - 1 : 2 * start
            let (y0, y1, y2) = (gain(start), gain(start + start / 2), gain(end))
            let slope = 4 * (y1 - y0) - (y2 - y0)
            (gainStart[bits], gainSlope[bits], gainBend[bits]) = (y0, short(slope), short(y2 - y0 - slope))
        }
        correction =
            (0...128).map { index in
                let share = Double(index) / 128
                return Int64(((Elementary.log(1 + share) / Elementary.log(2) - share) * 65_536).rounded())
            } + [0]
    }

    /// Gain for a noise estimate.
    func gain(noise: UInt32) -> Int64 {
        guard noise >= 2 else { return smallGain[Int(noise)] }
        guard noise > 2 else { return gainStart[2] }
        let bits = 32 - noise.leadingZeroBitCount
        let value = Int64(noise)
        let fraction = (bits < 11 ? value << Int64(11 - bits) : value >> Int64(bits - 11)) & 0x3FF
        let bent = (((gainBend[bits] * fraction) >> 5) + (gainSlope[bits] << 5)) * fraction
        return Int64(Int16(truncatingIfNeeded: ((bent + 16_384) >> 15) + gainStart[bits]))
    }

    /// 64 times the natural logarithm of a whole number; 0 for 0 and 1.
    func logarithm(_ value: UInt32) -> UInt16 {
        guard value > 1 else { return 0 }
        let whole = 31 - value.leadingZeroBitCount
        let rest = Int64(value) - (1 << Int64(whole))
        let fraction = whole < 16 ? rest << Int64(16 - whole) : rest >> Int64(whole - 16)
        let segment = Int(fraction >> 9)
        let (low, high) = (correction[segment], correction[segment + 1])
        let log2 =
            (Int64(whole) << 16) + fraction + low + (((high - low) * (fraction - 512 * Int64(segment))) >> 16)
        let natural = (45_426 * log2 + 32_768) >> 16
        return UInt16(min(((natural << 6) + 32_768) >> 16, 65_535))
    }
}
