/// Small Hermitian matrices, eight at once: lane k of every element belongs to frequency k.
///
/// An m x m matrix is m * m lanes: the real part of element (i, j), i >= j, at i * m + j, its imaginary part at
/// j * m + i. A lower triangular matrix with a real diagonal is held the same way. A vector is 2 m lanes: real and
/// imaginary part of each element side by side. m is 1...8; nothing here takes memory.
enum HermitianLanes {
    typealias Matrix = UnsafeMutablePointer<Lane>
    typealias Vector = UnsafeMutablePointer<Lane>

    /// matrix = keep * matrix + add * y y^H.
    @inline(__always)
    static func blend(_ matrix: Matrix, _ m: Int, keep: Lane, add: Lane, _ y: UnsafePointer<Lane>) {
        for i in 0..<m {
            let (re, im) = (y[2 * i] * add, y[2 * i + 1] * add)
            for j in 0..<i {
                let (otherRe, otherIm) = (y[2 * j], y[2 * j + 1])
                matrix[i * m + j] = keep * matrix[i * m + j] + re * otherRe + im * otherIm
                matrix[j * m + i] = keep * matrix[j * m + i] + im * otherRe - re * otherIm
            }
            matrix[i * m + i] = keep * matrix[i * m + i] + re * y[2 * i] + im * y[2 * i + 1]
        }
    }

    /// The sum of the diagonal.
    @inline(__always)
    static func trace(_ matrix: UnsafePointer<Lane>, _ m: Int) -> Lane {
        var sum = Lane.zero
        for i in 0..<m { sum += matrix[i * m + i] }
        return sum
    }

    /// Factors `matrix + loading * I` into L L^H and writes the inverse of L, lower triangular, to `inverse`.
    ///
    /// - Parameters:
    ///   - factor: m * m lanes of scratch; holds L afterwards, its diagonal inverted.
    static func invertedFactor(
        _ matrix: UnsafePointer<Lane>, _ m: Int, loading: Lane, factor: Matrix, inverse: Matrix
    ) {
        for j in 0..<m {
            var diagonal = matrix[j * m + j] + loading
            for k in 0..<j { diagonal -= squared(factor[j * m + k], factor[k * m + j]) }
            let scale = 1 / greater(diagonal, loading * 1e-3 + 1e-24).squareRoot()
            factor[j * m + j] = scale
            for i in j + 1..<max(m, j + 1) {
                var (re, im) = (matrix[i * m + j], matrix[j * m + i])
                for k in 0..<j {
                    let (ar, ai) = (factor[i * m + k], factor[k * m + i])
                    let (br, bi) = (factor[j * m + k], factor[k * m + j])
                    re -= ar * br + ai * bi
                    im -= ai * br - ar * bi
                }
                factor[i * m + j] = re * scale
                factor[j * m + i] = im * scale
            }
        }
        for j in 0..<m {
            inverse[j * m + j] = factor[j * m + j]
            for i in j + 1..<max(m, j + 1) {
                var (re, im) = (
                    factor[i * m + j] * inverse[j * m + j], factor[j * m + i] * inverse[j * m + j]
                )
                for k in j + 1..<i {
                    let (ar, ai) = (factor[i * m + k], factor[k * m + i])
                    let (br, bi) = (inverse[k * m + j], inverse[j * m + k])
                    re += ar * br - ai * bi
                    im += ar * bi + ai * br
                }
                inverse[i * m + j] = -re * factor[i * m + i]
                inverse[j * m + i] = -im * factor[i * m + i]
            }
        }
    }

    /// z = T y for a lower triangular T.
    @inline(__always)
    static func lowerProduct(_ lower: UnsafePointer<Lane>, _ m: Int, _ y: UnsafePointer<Lane>, into z: Vector)
    {
        for i in 0..<m {
            var (re, im) = (lower[i * m + i] * y[2 * i], lower[i * m + i] * y[2 * i + 1])
            for j in 0..<i {
                let (tr, ti) = (lower[i * m + j], lower[j * m + i])
                re += tr * y[2 * j] - ti * y[2 * j + 1]
                im += tr * y[2 * j + 1] + ti * y[2 * j]
            }
            (z[2 * i], z[2 * i + 1]) = (re, im)
        }
    }

    /// z = T^H y for a lower triangular T.
    @inline(__always)
    static func lowerAdjointProduct(
        _ lower: UnsafePointer<Lane>, _ m: Int, _ y: UnsafePointer<Lane>, into z: Vector
    ) {
        for j in 0..<m {
            var (re, im) = (lower[j * m + j] * y[2 * j], lower[j * m + j] * y[2 * j + 1])
            for i in j + 1..<max(m, j + 1) {
                let (tr, ti) = (lower[i * m + j], lower[j * m + i])
                re += tr * y[2 * i] + ti * y[2 * i + 1]
                im += tr * y[2 * i + 1] - ti * y[2 * i]
            }
            (z[2 * j], z[2 * j + 1]) = (re, im)
        }
    }

    /// z = A y for a Hermitian A.
    @inline(__always)
    static func product(_ matrix: UnsafePointer<Lane>, _ m: Int, _ y: UnsafePointer<Lane>, into z: Vector) {
        for i in 0..<m {
            var (re, im) = (matrix[i * m + i] * y[2 * i], matrix[i * m + i] * y[2 * i + 1])
            for j in 0..<m where j != i {
                let (high, low) = (max(i, j), min(i, j))
                let ar = matrix[high * m + low]
                let ai = i > j ? matrix[low * m + high] : -matrix[low * m + high]
                re += ar * y[2 * j] - ai * y[2 * j + 1]
                im += ar * y[2 * j + 1] + ai * y[2 * j]
            }
            (z[2 * i], z[2 * i + 1]) = (re, im)
        }
    }

    /// The sum of the squared magnitudes of a vector.
    @inline(__always)
    static func norm(_ y: UnsafePointer<Lane>, _ m: Int) -> Lane {
        var sum = Lane.zero
        for i in 0..<m { sum += squared(y[2 * i], y[2 * i + 1]) }
        return sum
    }

    /// x^H y.
    @inline(__always)
    static func inner(_ x: UnsafePointer<Lane>, _ y: UnsafePointer<Lane>, _ m: Int) -> (re: Lane, im: Lane) {
        var (re, im) = (Lane.zero, Lane.zero)
        for i in 0..<m {
            re += x[2 * i] * y[2 * i] + x[2 * i + 1] * y[2 * i + 1]
            im += x[2 * i] * y[2 * i + 1] - x[2 * i + 1] * y[2 * i]
        }
        return (re, im)
    }

    @inline(__always)
    private static func squared(_ re: Lane, _ im: Lane) -> Lane { re * re + im * im }
}
