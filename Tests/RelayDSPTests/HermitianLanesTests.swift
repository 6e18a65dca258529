import LoqaTestKit
import Testing

@testable import RelayDSP

/// Against plain complex arithmetic on one lane of each; every size from one to eight microphones.
struct HermitianLanesTests {
    @Test(arguments: 1...8)
    func `the inverse of the factor whitens the matrix`(m: Int) {
        let sample = MatrixSample(m: m, seed: UInt64(m))
        let factor = Lanes(count: m * m)
        let inverse = Lanes(count: m * m)
        HermitianLanes.invertedFactor(
            sample.matrix.base, m, loading: Lane(repeating: 0.01), factor: factor.base, inverse: inverse.base)
        let lower = Plain.lower(inverse, m, lane: 3)
        var loaded = Plain.hermitian(sample.matrix, m, lane: 3)
        for i in 0..<m { loaded[i][i].re += 0.01 }
        let identity = Plain.product(Plain.product(lower, loaded), Plain.adjoint(lower))
        for i in 0..<m {
            for j in 0..<m {
                #expect(abs(identity[i][j].re - (i == j ? 1 : 0)) < 2e-3)
                #expect(abs(identity[i][j].im) < 2e-3)
            }
        }
    }

    @Test(arguments: 1...8)
    func `products with a vector equal plain ones`(m: Int) {
        let sample = MatrixSample(m: m, seed: 40 + UInt64(m))
        let z = Lanes(count: 2 * m)
        let y = Plain.vector(sample.vector, m, lane: 5)
        HermitianLanes.product(sample.matrix.base, m, sample.vector.base, into: z.base)
        expectEqual(z, Plain.product(Plain.hermitian(sample.matrix, m, lane: 5), y), m)
        HermitianLanes.lowerProduct(sample.matrix.base, m, sample.vector.base, into: z.base)
        let lower = Plain.lower(sample.matrix, m, lane: 5)
        expectEqual(z, Plain.product(lower, y), m)
        HermitianLanes.lowerAdjointProduct(sample.matrix.base, m, sample.vector.base, into: z.base)
        expectEqual(z, Plain.product(Plain.adjoint(lower), y), m)
    }

    private func expectEqual(_ z: borrowing Lanes, _ plain: [[Plain]], _ m: Int) {
        let got = Plain.vector(z, m, lane: 5)
        for i in 0..<m {
            #expect(abs(got[i][0].re - plain[i][0].re) < 1e-4)
            #expect(abs(got[i][0].im - plain[i][0].im) < 1e-4)
        }
    }
}

/// A covariance of 4 m random vectors, and one more vector.
private struct MatrixSample: ~Copyable {
    let matrix: Lanes
    let vector: Lanes

    init(m: Int, seed: UInt64) {
        matrix = Lanes(count: m * m)
        vector = Lanes(count: 2 * m)
        let values = noise(2 * m * 8 * 4 * m, seed: seed)
        for turn in 0..<4 * m {
            for index in 0..<2 * m {
                for lane in 0..<8 { vector.base[index][lane] = values[(turn * 2 * m + index) * 8 + lane] }
            }
            HermitianLanes.blend(
                matrix.base, m, keep: Lane(repeating: 1), add: Lane(repeating: 1 / Float(4 * m)), vector.base)
        }
    }
}

/// A complex number of one lane.
struct Plain {
    var re: Double
    var im: Double

    static func hermitian(_ matrix: borrowing Lanes, _ m: Int, lane: Int) -> [[Plain]] {
        var full = lower(matrix, m, lane: lane)
        for i in 0..<m { for j in 0..<i { full[j][i] = Plain(re: full[i][j].re, im: -full[i][j].im) } }
        return full
    }

    static func lower(_ matrix: borrowing Lanes, _ m: Int, lane: Int) -> [[Plain]] {
        var full = [[Plain]](repeating: [Plain](repeating: Plain(re: 0, im: 0), count: m), count: m)
        for i in 0..<m {
            full[i][i].re = Double(matrix[i * m + i][lane])
            for j in 0..<i {
                full[i][j] = Plain(
                    re: Double(matrix[i * m + j][lane]), im: Double(matrix[j * m + i][lane]))
            }
        }
        return full
    }

    static func vector(_ y: borrowing Lanes, _ m: Int, lane: Int) -> [[Plain]] {
        var column: [[Plain]] = []
        for i in 0..<m { column.append([Plain(re: Double(y[2 * i][lane]), im: Double(y[2 * i + 1][lane]))]) }
        return column
    }

    static func adjoint(_ a: [[Plain]]) -> [[Plain]] {
        a[0].indices.map { j in a.indices.map { i in Plain(re: a[i][j].re, im: -a[i][j].im) } }
    }

    static func product(_ a: [[Plain]], _ b: [[Plain]]) -> [[Plain]] {
        a.map { row in
            b[0].indices.map { j in
                var sum = Plain(re: 0, im: 0)
                for k in row.indices {
                    sum.re += row[k].re * b[k][j].re - row[k].im * b[k][j].im
                    sum.im += row[k].re * b[k][j].im + row[k].im * b[k][j].re
                }
                return sum
            }
        }
    }
}
