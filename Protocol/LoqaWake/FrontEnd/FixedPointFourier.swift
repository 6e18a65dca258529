/// The 512-point real Fourier transform of the micro front end, in 16-bit fixed point.
///
/// Bit for bit what kissfft's 16-bit build computes (M. Borgerding, radix 4 throughout, inputs of each butterfly divided by
/// four first), because the community's wake models were trained behind its rounding. No allocation after `init`; one thread.
final class FixedPointFourier {
    /// Samples of the real input.
    static let size = 512
    private static let half = size / 2
    /// 32767 / 4 and 32767 / 2: kissfft divides by multiplying with these.
    private static let quarter: Int32 = 8_191
    private static let oneHalf: Int32 = 16_383

    /// Spectrum, bins 0...256. Valid as long as this object lives.
    let real = UnsafeMutablePointer<Int32>.allocate(capacity: half + 1)
    let imaginary = UnsafeMutablePointer<Int32>.allocate(capacity: half + 1)

    /// The values in work and the twiddle factors, real and imaginary part each.
    private let workReal = UnsafeMutablePointer<Int32>.allocate(capacity: half)
    private let workImaginary = UnsafeMutablePointer<Int32>.allocate(capacity: half)
    private let twiddleReal = UnsafeMutablePointer<Int32>.allocate(capacity: half)
    private let twiddleImaginary = UnsafeMutablePointer<Int32>.allocate(capacity: half)
    private let splitReal: [Int32]
    private let splitImaginary: [Int32]
    /// Where input pair `i` goes: its base-4 digits in reverse.
    private let place: [Int]

    init() {
        let turn = 2 * Double.pi / Double(Self.half)
        func rounded(_ value: Double) -> Int32 { Int32((0.5 + 32_767 * value).rounded(.down)) }
        for index in 0..<Self.half {
            (twiddleReal + index).initialize(to: rounded(Elementary.cosine(-turn * Double(index))))
            (twiddleImaginary + index).initialize(to: rounded(Elementary.sine(-turn * Double(index))))
        }
        workReal.initialize(repeating: 0, count: Self.half)
        workImaginary.initialize(repeating: 0, count: Self.half)
        real.initialize(repeating: 0, count: Self.half + 1)
        imaginary.initialize(repeating: 0, count: Self.half + 1)
        let angles = (0..<Self.half / 2).map { -Double.pi * (Double($0 + 1) / Double(Self.half) + 0.5) }
        splitReal = angles.map { rounded(Elementary.cosine($0)) }
        splitImaginary = angles.map { rounded(Elementary.sine($0)) }
        place = (0..<Self.half).map { index in
            (index & 3) << 6 | (index >> 2 & 3) << 4 | (index >> 4 & 3) << 2 | index >> 6
        }
    }

    deinit {
        for memory in [real, imaginary, workReal, workImaginary, twiddleReal, twiddleImaginary] {
            memory.deallocate()
        }
    }

    /// Transforms 512 samples, each within 16 bits, into ``real`` and ``imaginary``.
    func transform(_ samples: Span<Int32>) {
        precondition(samples.count == Self.size, "the transform takes 512 samples")
        for index in 0..<Self.half {
            workReal[place[index]] = samples[2 * index]
            workImaginary[place[index]] = samples[2 * index + 1]
        }
        var span = 1
        while span < Self.half {
            butterflies(span: span)
            span *= 4
        }
        split()
    }

    /// One stage: radix-4 butterflies over groups of `4 * span`.
    private func butterflies(span: Int) {
        let stride = Self.half / (4 * span)
        let (re, im) = (workReal, workImaginary)
        let (cosines, sines) = (twiddleReal, twiddleImaginary)
        var group = 0
        while group < Self.half {
            for k in 0..<span {
                let (i0, i1, i2, i3) = (
                    group &+ k, group &+ k &+ span, group &+ k &+ 2 &* span, group &+ k &+ 3 &* span
                )
                // Indices stay under 256 by the loops' bounds: group + 3 span + k < group + 4 span <= 256.
                let b = Self.product(
                    Self.scaled(re[i1]), Self.scaled(im[i1]), cosines[k &* stride],
                    sines[k &* stride])
                let c = Self.product(
                    Self.scaled(re[i2]), Self.scaled(im[i2]),
                    cosines[2 &* k &* stride],
                    sines[2 &* k &* stride])
                let d = Self.product(
                    Self.scaled(re[i3]), Self.scaled(im[i3]),
                    cosines[3 &* k &* stride],
                    sines[3 &* k &* stride])
                // After the division and the twiddle no part exceeds 11,585, so only the last sums can leave 16 bits.
                let (aRe, aIm) = (Self.scaled(re[i0]), Self.scaled(im[i0]))
                let (s5Re, s5Im) = (aRe &- c.re, aIm &- c.im)
                let (sumRe, sumIm) = (aRe &+ c.re, aIm &+ c.im)
                let (s3Re, s3Im) = (b.re &+ d.re, b.im &+ d.im)
                let (s4Re, s4Im) = (b.re &- d.re, b.im &- d.im)
                (re[i0], im[i0]) = (Self.wrap(sumRe &+ s3Re), Self.wrap(sumIm &+ s3Im))
                (re[i2], im[i2]) = (Self.wrap(sumRe &- s3Re), Self.wrap(sumIm &- s3Im))
                (re[i1], im[i1]) = (Self.wrap(s5Re &+ s4Im), Self.wrap(s5Im &- s4Re))
                (re[i3], im[i3]) = (Self.wrap(s5Re &- s4Im), Self.wrap(s5Im &+ s4Re))
            }
            group += 4 * span
        }
    }

    /// Unpacks the spectrum of 256 complex values into that of 512 real ones.
    private func split() {
        let (dcRe, dcIm) = (Self.halved(workReal[0]), Self.halved(workImaginary[0]))
        (real[0], imaginary[0]) = (Self.wrap(dcRe &+ dcIm), 0)
        (real[Self.half], imaginary[Self.half]) = (Self.wrap(dcRe &- dcIm), 0)
        for k in 1...Self.half / 2 {
            let (pRe, pIm) = (Self.halved(workReal[k]), Self.halved(workImaginary[k]))
            let (qRe, qIm) = (
                Self.halved(workReal[Self.half - k]),
                Self.halved(Self.wrap(0 &- workImaginary[Self.half - k]))
            )
            let (fRe, fIm) = (Self.wrap(pRe &+ qRe), Self.wrap(pIm &+ qIm))
            let w = Self.product(
                Self.wrap(pRe &- qRe), Self.wrap(pIm &- qIm), splitReal[k - 1], splitImaginary[k - 1])
            (real[k], imaginary[k]) = (Self.wrap((fRe &+ w.re) &>> 1), Self.wrap((fIm &+ w.im) >> 1))
            (real[Self.half - k], imaginary[Self.half - k]) = (
                Self.wrap((fRe &- w.re) >> 1), Self.wrap((w.im &- fIm) >> 1)
            )
        }
    }

    @inline(__always)
    private static func scaled(_ value: Int32) -> Int32 { round15(value &* quarter) }

    @inline(__always)
    private static func halved(_ value: Int32) -> Int32 { round15(value &* oneHalf) }

    @inline(__always)
    private static func product(_ ar: Int32, _ ai: Int32, _ br: Int32, _ bi: Int32) -> (re: Int32, im: Int32)
    {
        // Each product is below 2^30 in magnitude, so their sum fits.
        (round15(ar &* br &- ai &* bi), round15(ar &* bi &+ ai &* br))
    }

    @inline(__always)
    private static func round15(_ value: Int32) -> Int32 { (value &+ 16_384) &>> 15 }

    @inline(__always)
    private static func wrap(_ value: Int32) -> Int32 { Int32(Int16(truncatingIfNeeded: value)) }
}
