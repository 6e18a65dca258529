/// Discrete Fourier transform of real sound, forwards and back.
///
/// A real block of N is a complex one of N/2; that is transformed by Stockham's self-sorting method (W. T. Cochran et
/// al., "What is the fast Fourier transform?", Proc. IEEE 55(10), 1967) in steps of radix 4 and, if need be, one of
/// radix 2, on real and imaginary parts that stand apart so that eight numbers are worked on at once. Takes its
/// memory when made.
package final class RealFourier {
    /// Lengths that can be transformed.
    package static let lengths = [128, 256, 512, 1024, 2048, 4096, 8192]

    /// Samples in one block, N. The spectrum has N/2 bins: see ``forward(_:real:imaginary:)``.
    package let length: Int
    private let half: Int
    private let work: Lanes
    private let stageTwiddles: Lanes
    private let splitTwiddles: Lanes

    /// - Precondition: `length` is one of ``lengths``.
    package init(length: Int) {
        precondition(Self.lengths.contains(length), "no such transform length")
        self.length = length
        half = length / 2
        work = Lanes(count: 4 * half / 8)
        stageTwiddles = Lanes(count: 6 * half / 8 + 1)
        splitTwiddles = Lanes(count: 2 * half / 8)
        fillTwiddles()
    }

    private func fillTwiddles() {
        let (stage, split) = (stageTwiddles.floats, splitTwiddles.floats)
        var (size, at) = (half, 0)
        while size >= 4 {
            let quarter = size / 4
            for index in 0..<quarter {
                for power in 1...3 {
                    let angle = -2 * Double.pi * Double(index * power) / Double(size)
                    let turn = Elementary.sineAndCosine(angle)
                    stage[at + (2 * power - 2) * quarter + index] = Float(turn.cosine)
                    stage[at + (2 * power - 1) * quarter + index] = Float(turn.sine)
                }
            }
            at += 6 * quarter
            size /= 4
        }
        for index in 0..<half {
            let turn = Elementary.sineAndCosine(-2 * Double.pi * Double(index) / Double(length))
            (split[index], split[half + index]) = (Float(turn.cosine), Float(turn.sine))
        }
    }

    /// Transforms N samples to N/2 bins: X[k] = sum x[n] e^(-2 pi i k n / N), k = 0..<N/2.
    ///
    /// The bin at half the sampling rate is real and has no place of its own: it is the imaginary part of bin 0.
    package func forward(
        _ samples: UnsafePointer<Float>, real: UnsafeMutablePointer<Float>,
        imaginary: UnsafeMutablePointer<Float>
    ) {
        let (re, im) = (work.floats, work.floats + half)
        for index in 0..<half { (re[index], im[index]) = (samples[2 * index], samples[2 * index + 1]) }
        let done = transform()
        let (zr, zi) = (done, done + half)
        let (cosines, sines) = (splitTwiddles.floats, splitTwiddles.floats + half)
        (real[0], imaginary[0]) = (zr[0] + zi[0], zr[0] - zi[0])
        for index in 1..<half {
            let (ar, ai) = (zr[index], zi[index])
            let (br, bi) = (zr[half - index], zi[half - index])
            let (er, ei) = (0.5 * (ar + br), 0.5 * (ai - bi))
            let (or, oi) = (0.5 * (ai + bi), 0.5 * (br - ar))
            real[index] = er + or * cosines[index] - oi * sines[index]
            imaginary[index] = ei + or * sines[index] + oi * cosines[index]
        }
    }

    /// The inverse of ``forward(_:real:imaginary:)``, scale included.
    package func inverse(
        real: UnsafePointer<Float>, imaginary: UnsafePointer<Float>, _ samples: UnsafeMutablePointer<Float>
    ) {
        // The transform of swapped parts is the inverse with swapped parts.
        let (im, re) = (work.floats, work.floats + half)
        let (cosines, sines) = (splitTwiddles.floats, splitTwiddles.floats + half)
        let scale = 1 / Float(length)
        re[0] = (real[0] + imaginary[0]) * scale
        im[0] = (real[0] - imaginary[0]) * scale
        for index in 1..<half {
            let (ar, ai) = (real[index], imaginary[index])
            let (br, bi) = (real[half - index], -imaginary[half - index])
            let (dr, di) = (ar - br, ai - bi)
            // odd = difference times the conjugate turn; the even part plus i times the odd part.
            let (or, oi) = (dr * cosines[index] + di * sines[index], di * cosines[index] - dr * sines[index])
            re[index] = (ar + br - oi) * scale
            im[index] = (ai + bi + or) * scale
        }
        let done = transform()
        let (outIm, outRe) = (done, done + half)
        for index in 0..<half { (samples[2 * index], samples[2 * index + 1]) = (outRe[index], outIm[index]) }
    }

    /// Transforms the first half of ``work``; the result stands where the returned pointer says.
    private func transform() -> UnsafeMutablePointer<Float> {
        var (from, to) = (work.floats, work.floats + 2 * half)
        var (size, stride, twiddles) = (half, 1, stageTwiddles.floats)
        while size >= 4 {
            let quarter = size / 4
            switch stride {
            case 1: firstStage(quarter, twiddles, from, to)
            case 4: stage4(quarter, twiddles, from, to)
            default: stage8(quarter, stride, twiddles, from, to)
            }
            (from, to) = (to, from)
            twiddles += 6 * quarter
            (size, stride) = (quarter, stride * 4)
        }
        guard size == 2 else { return from }
        for part in 0..<2 {
            let (a, b) = (from + part * half, to + part * half)
            for index in Swift.stride(from: 0, to: stride, by: 8) {
                let (x, y) = (load8(a + index), load8(a + index + stride))
                store8(b + index, x + y)
                store8(b + index + stride, x - y)
            }
        }
        return to
    }

    /// Stride 1: neighbouring butterflies are worked on together and their results scattered.
    private func firstStage(
        _ quarter: Int, _ twiddles: UnsafeMutablePointer<Float>, _ from: UnsafeMutablePointer<Float>,
        _ to: UnsafeMutablePointer<Float>
    ) {
        for index in stride(from: 0, to: quarter, by: 8) {
            let (a, b) = (load(from, index), load(from, index + quarter))
            let (c, d) = (load(from, index + 2 * quarter), load(from, index + 3 * quarter))
            var out = butterfly(a, b, c, d)
            let w = twiddles + index
            out.1 = out.1.times(load8(w), load8(w + quarter))
            out.2 = out.2.times(load8(w + 2 * quarter), load8(w + 3 * quarter))
            out.3 = out.3.times(load8(w + 4 * quarter), load8(w + 5 * quarter))
            for lane in 0..<8 {
                let at = 4 * (index + lane)
                let re = SIMD4(out.0.re[lane], out.1.re[lane], out.2.re[lane], out.3.re[lane])
                let im = SIMD4(out.0.im[lane], out.1.im[lane], out.2.im[lane], out.3.im[lane])
                UnsafeMutableRawPointer(to + at).storeBytes(of: re, as: SIMD4<Float>.self)
                UnsafeMutableRawPointer(to + half + at).storeBytes(of: im, as: SIMD4<Float>.self)
            }
        }
    }

    private func stage4(
        _ quarter: Int, _ twiddles: UnsafeMutablePointer<Float>, _ from: UnsafeMutablePointer<Float>,
        _ to: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<quarter {
            let at = from + 4 * index
            let out = butterfly(
                load4(at), load4(at + 4 * quarter), load4(at + 8 * quarter), load4(at + 12 * quarter))
            let w = twiddles + index
            store4(to + 16 * index, out.0)
            store4(to + 16 * index + 4, out.1.times(w[0], w[quarter]))
            store4(to + 16 * index + 8, out.2.times(w[2 * quarter], w[3 * quarter]))
            store4(to + 16 * index + 12, out.3.times(w[4 * quarter], w[5 * quarter]))
        }
    }

    private func stage8(
        _ quarter: Int, _ stride: Int, _ twiddles: UnsafeMutablePointer<Float>,
        _ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<quarter {
            let w = twiddles + index
            for inner in Swift.stride(from: 0, to: stride, by: 8) {
                let at = stride * index + inner
                let step = stride * quarter
                let out = butterfly(
                    load(from, at), load(from, at + step), load(from, at + 2 * step),
                    load(from, at + 3 * step))
                let into = 4 * stride * index + inner
                store(to, into, out.0)
                store(to, into + stride, out.1.times(w[0], w[quarter]))
                store(to, into + 2 * stride, out.2.times(w[2 * quarter], w[3 * quarter]))
                store(to, into + 3 * stride, out.3.times(w[4 * quarter], w[5 * quarter]))
            }
        }
    }

    private func load(_ base: UnsafeMutablePointer<Float>, _ at: Int) -> Pair<Lane> {
        Pair(re: load8(base + at), im: load8(base + half + at))
    }
    private func store(_ base: UnsafeMutablePointer<Float>, _ at: Int, _ value: Pair<Lane>) {
        store8(base + at, value.re)
        store8(base + half + at, value.im)
    }
    private func load4(_ at: UnsafeMutablePointer<Float>) -> Pair<SIMD4<Float>> {
        Pair(
            re: UnsafeRawPointer(at).loadUnaligned(as: SIMD4<Float>.self),
            im: UnsafeRawPointer(at + half).loadUnaligned(as: SIMD4<Float>.self))
    }
    private func store4(_ at: UnsafeMutablePointer<Float>, _ value: Pair<SIMD4<Float>>) {
        UnsafeMutableRawPointer(at).storeBytes(of: value.re, as: SIMD4<Float>.self)
        UnsafeMutableRawPointer(at + half).storeBytes(of: value.im, as: SIMD4<Float>.self)
    }
}

/// Complex numbers side by side: all real parts, all imaginary parts.
private struct Pair<Vector: SIMD> where Vector.Scalar == Float {
    var re: Vector
    var im: Vector

    @inline(__always)
    func times(_ cosine: Vector, _ sine: Vector) -> Pair {
        Pair(re: re * cosine - im * sine, im: re * sine + im * cosine)
    }
    @inline(__always)
    func times(_ cosine: Float, _ sine: Float) -> Pair {
        times(Vector(repeating: cosine), Vector(repeating: sine))
    }
}

/// The four-point transform without twiddles.
@inline(__always)
private func butterfly<Vector: SIMD>(
    _ a: Pair<Vector>, _ b: Pair<Vector>, _ c: Pair<Vector>, _ d: Pair<Vector>
) -> (Pair<Vector>, Pair<Vector>, Pair<Vector>, Pair<Vector>) where Vector.Scalar == Float {
    let (acr, aci, amr, ami) = (a.re + c.re, a.im + c.im, a.re - c.re, a.im - c.im)
    let (bdr, bdi, bmr, bmi) = (b.re + d.re, b.im + d.im, b.re - d.re, b.im - d.im)
    return (
        Pair(re: acr + bdr, im: aci + bdi), Pair(re: amr + bmi, im: ami - bmr),
        Pair(re: acr - bdr, im: aci - bdi), Pair(re: amr - bmi, im: ami + bmr)
    )
}

@inline(__always)
private func load8(_ at: UnsafeMutablePointer<Float>) -> Lane {
    UnsafeRawPointer(at).loadUnaligned(as: Lane.self)
}

@inline(__always)
private func store8(_ at: UnsafeMutablePointer<Float>, _ value: Lane) {
    UnsafeMutableRawPointer(at).storeBytes(of: value, as: Lane.self)
}
