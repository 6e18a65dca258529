import CSpeexDSP

/// Estimates the echo in one microphone with libspeexdsp's canceller (J. S. Soo and K. K. Pang, "Multidelay block
/// frequency domain adaptive filter", IEEE Trans. ASSP 38(2), 1990; J.-M. Valin, "On adjusting the learning rate in
/// frequency domain echo cancellation with double-talk", IEEE Trans. ASLP 15(3), 2007).
///
/// The library filters the microphone against direct current before it takes the echo off. The same filter stands here
/// (``SteadyCurrentFilter``), so that what it does to the microphone and the echo it takes off are known apart.
final class EchoCanceller {
    /// Samples in one block.
    static let block = 128

    private let state: OpaquePointer
    private let recorded: UnsafeMutablePointer<Int16>
    private let cleaned: UnsafeMutablePointer<Int16>
    private let taps: UnsafeMutablePointer<Int32>
    /// - Parameter tail: length of the filter in samples.
    /// - Throws: `.memory`.
    init(tail: Int) throws(EchoError) {
        guard let state = speex_echo_state_init(Int32(Self.block), Int32(tail)) else { throw .memory }
        _ = loqa_speex_echo_set_rate(state, 16_000)
        self.state = state
        recorded = .allocate(capacity: Self.block)
        recorded.initialize(repeating: 0, count: Self.block)
        let tapCount = (tail + Self.block - 1) / Self.block * Self.block
        taps = .allocate(capacity: tapCount)
        taps.initialize(repeating: 0, count: tapCount)
        cleaned = .allocate(capacity: Self.block)
        cleaned.initialize(repeating: 0, count: Self.block)
    }

    deinit {
        speex_echo_state_destroy(state)
        recorded.deallocate()
        cleaned.deallocate()
        taps.deallocate()
    }

    /// Reads the beginning of the echo path as the canceller knows it: from the reference in -1...1 to the microphone.
    ///
    /// - Parameter output: `count` taps, all written; no more than the tail.
    func readPath(into output: UnsafeMutablePointer<Float>, count: Int) {
        _ = loqa_speex_echo_get_path(state, taps)
        for index in 0..<count { output[index] = Float(taps[index]) * (1 / (256 * 32_767)) }
    }

    /// Forgets the echo path.
    func reset() { speex_echo_state_reset(state) }

    /// Adapts to one block and estimates its echo.
    ///
    /// - Parameters:
    ///   - microphone: 128 samples in -1...1.
    ///   - passed: the same samples behind ``SteadyCurrentFilter``.
    ///   - played: the aligned reference, 128 samples as ``convert(_:into:)`` makes them.
    ///   - echo: 128 samples, all written: what to take off `passed`.
    func estimate(
        _ microphone: UnsafePointer<Float>, passed: UnsafePointer<Float>, played: UnsafePointer<Int16>,
        echo: UnsafeMutablePointer<Float>
    ) {
        let isTooLoud = record(microphone)
        speex_echo_cancellation(state, recorded, played, cleaned)
        if isTooLoud {
            echo.update(repeating: 0, count: Self.block)
            return
        }
        for index in 0..<Self.block { echo[index] = passed[index] - Float(cleaned[index]) * (1 / 32_767) }
    }

    /// Brings a block of the reference to 16 bits, at half its level if that is more than the library bears.
    static func convert(_ samples: UnsafePointer<Float>, into output: UnsafeMutablePointer<Int16>) {
        guard quantise(samples, into: output) > loudest else { return }
        for index in 0..<block { output[index] /= 2 }
    }

    /// Brings a block of the microphone to 16 bits. One that is more than the library bears is replaced by a click,
    /// at which it does not adapt.
    private func record(_ microphone: UnsafePointer<Float>) -> Bool {
        guard Self.quantise(microphone, into: recorded) > Self.loudest else { return false }
        recorded.update(repeating: 0, count: Self.block)
        recorded[0] = 32_000
        return true
    }

    /// Power of the differences of neighbours that is well below what the library takes for a fault, at which it
    /// writes a line to standard error and starts over.
    private static let loudest: Float = 1.5e11

    /// Rounds to 16 bits; returns the power of the differences of neighbours.
    private static func quantise(
        _ samples: UnsafePointer<Float>, into output: UnsafeMutablePointer<Int16>
    ) -> Float {
        // Adding 1.5 * 2^23 rounds, and leaves the integer in the number's lowest bits.
        let (rounding, bits) = (Float(12_582_912), UInt32(0x4B40_0000))
        let limit = Lane(repeating: 32_767)
        var powers = Lane.zero
        var last: Float = 0
        for at in stride(from: 0, to: block, by: 8) {
            let scaled = UnsafeRawPointer(samples + at).loadUnaligned(as: Lane.self) * 32_767
            let sample = pointwiseMin(pointwiseMax(scaled, -limit), limit)
            let integers = unsafeBitCast(sample + rounding, to: SIMD8<UInt32>.self) &- bits
            UnsafeMutableRawPointer(output + at).storeBytes(
                of: SIMD8<Int16>(truncatingIfNeeded: integers), as: SIMD8<Int16>.self)
            let before = Lane(
                lowHalf: SIMD4(last, sample[0], sample[1], sample[2]),
                highHalf: SIMD4(sample[3], sample[4], sample[5], sample[6]))
            powers += (sample - before) * (sample - before)
            last = sample[7]
        }
        return powers.sum()
    }
}

extension Float {
    /// The number within -limit...limit.
    func clamped(to limit: Float) -> Float { min(max(self, -limit), limit) }
}
