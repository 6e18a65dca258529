import LoqaTestKit
import Testing

@testable import RelayDSP

struct RealFourierTests {
    @Test(arguments: RealFourier.lengths)
    func `a transform equals the sum that defines it`(length: Int) {
        let samples = noise(length, seed: 7)
        let spectrum = transformed(samples)
        for bin in stride(from: 1, to: length / 2, by: max(1, length / 64 - 1)) {
            let exact = definition(samples, bin)
            #expect(abs(spectrum.real[bin] - exact.real) < 2e-4)
            #expect(abs(spectrum.imaginary[bin] - exact.imaginary) < 2e-4)
        }
        #expect(abs(spectrum.real[0] - definition(samples, 0).real) < 2e-4)
        #expect(abs(spectrum.imaginary[0] - definition(samples, length / 2).real) < 2e-4)
    }

    @Test(arguments: RealFourier.lengths)
    func `the inverse gives the samples back`(length: Int) {
        let samples = noise(length, seed: 8)
        let spectrum = transformed(samples)
        var back = [Float](repeating: 0, count: length)
        RealFourier(length: length).inverse(real: spectrum.real, imaginary: spectrum.imaginary, &back)
        for index in 0..<length { #expect(abs(back[index] - samples[index]) < 2e-6) }
    }

    private func transformed(_ samples: [Float]) -> (real: [Float], imaginary: [Float]) {
        var real = [Float](repeating: 0, count: samples.count / 2)
        var imaginary = real
        RealFourier(length: samples.count).forward(samples, real: &real, imaginary: &imaginary)
        return (real, imaginary)
    }

    private func definition(_ samples: [Float], _ bin: Int) -> (real: Float, imaginary: Float) {
        var (real, imaginary) = (0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let turn = Elementary.sineAndCosine(-2 * .pi * Double(index * bin) / Double(samples.count))
            real += Double(sample) * turn.cosine
            imaginary += Double(sample) * turn.sine
        }
        return (Float(real), Float(imaginary))
    }
}

/// Uniform noise in -1...1 of one seed.
func noise(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
}
