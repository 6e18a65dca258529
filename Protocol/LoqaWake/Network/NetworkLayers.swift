/// What ends every layer: one factor a channel, the zero point of the output, and the lowest value that the activation allows.
struct LayerOutput: Sendable {
    var factors: [Requantization]
    var zeroPoint: Int32
    var lowest: Int32

    @inline(__always)
    func value(_ sum: Int32, channel: Int) -> Int8 {
        Int8(truncatingIfNeeded: min(max(zeroPoint &+ factors[channel](sum), lowest), 127))
    }
}

/// A convolution over time or a fully connected layer: rows of weights against windows of bytes that lie side by side.
///
/// The input's zero point is folded into the bias, so zeros may pad the weights. Weights are within -127...127: two products of
/// an 8-bit value with them fit 16 bits together.
struct DenseLayer: Sendable {
    /// Products of one step of the inner loop.
    static let lane = 16

    var input: Int
    var output: Int
    /// Output rows, and the bytes by which the window moves between them.
    var rowCount: Int
    var rowAdvance: Int
    /// Bytes of a window.
    var windowCount: Int
    /// `biases.count` rows of `paddedCount` weights.
    var weights: [Int16]
    var biases: [Int32]
    var ending: LayerOutput

    var paddedCount: Int { Self.padded(windowCount) }

    static func padded(_ count: Int) -> Int { (count + lane - 1) / lane * lane }

    /// `scratch` has room for `paddedCount` values.
    func run(in arena: borrowing NetworkArena, scratch: UnsafeMutablePointer<Int16>) {
        let padded = paddedCount
        for index in windowCount..<padded { scratch[index] = 0 }
        weights.withUnsafeBufferPointer { weights in
            guard var row = weights.baseAddress else { return }
            let first = row
            for rowIndex in 0..<rowCount {
                widen(arena.pointer(at: input + rowIndex * rowAdvance), into: scratch)
                row = first
                let target = arena.pointer(at: output + rowIndex * biases.count)
                for channel in biases.indices {
                    let sum = biases[channel] &+ Self.product(row, scratch, count: padded)
                    target.storeBytes(
                        of: ending.value(sum, channel: channel), toByteOffset: channel, as: Int8.self)
                    row += padded
                }
            }
        }
    }

    private func widen(_ bytes: UnsafeMutableRawPointer, into scratch: UnsafeMutablePointer<Int16>) {
        let source = bytes.assumingMemoryBound(to: Int8.self)
        for index in 0..<windowCount { scratch[index] = Int16(source[index]) }
    }

    @inline(__always)
    private static func product(
        _ weights: UnsafePointer<Int16>, _ values: UnsafePointer<Int16>, count: Int
    ) -> Int32 {
        let (left, right) = (UnsafeRawPointer(weights), UnsafeRawPointer(values))
        var sum = SIMD8<Int32>.zero
        for byte in stride(from: 0, to: 2 * count, by: 2 * lane) {
            let low =
                left.loadUnaligned(fromByteOffset: byte, as: SIMD8<Int16>.self)
                &* right.loadUnaligned(fromByteOffset: byte, as: SIMD8<Int16>.self)
            let high =
                left.loadUnaligned(fromByteOffset: byte + 16, as: SIMD8<Int16>.self)
                &* right.loadUnaligned(fromByteOffset: byte + 16, as: SIMD8<Int16>.self)
            sum &+= SIMD8<Int32>(truncatingIfNeeded: low &+ high)
        }
        return sum.wrappedSum()
    }
}

/// A depthwise convolution over time: each channel has its own kernel.
struct DepthwiseLayer: Sendable {
    private static let lane = 8

    var input: Int
    var output: Int
    var rowCount: Int
    var channelCount: Int
    var kernelRowCount: Int
    /// Kernel rows of `channelCount` weights, made even with a row of zeros.
    var weights: [Int16]
    var biases: [Int32]
    var ending: LayerOutput

    func run(in arena: borrowing NetworkArena) {
        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            for row in 0..<rowCount {
                let source = arena.pointer(at: input + row * channelCount)
                let target = arena.pointer(at: output + row * channelCount)
                var channel = 0
                while channel + Self.lane <= channelCount {
                    let sums = sums(source + channel, weights + channel)
                    for lane in 0..<Self.lane {
                        let value = ending.value(
                            biases[channel + lane] &+ sums[lane], channel: channel + lane)
                        target.storeBytes(of: value, toByteOffset: channel + lane, as: Int8.self)
                    }
                    channel += Self.lane
                }
                while channel < channelCount {
                    let value = ending.value(
                        biases[channel] &+ sum(source + channel, weights + channel), channel: channel)
                    target.storeBytes(of: value, toByteOffset: channel, as: Int8.self)
                    channel += 1
                }
            }
        }
    }

    @inline(__always)
    private func sums(_ source: UnsafeMutableRawPointer, _ weights: UnsafePointer<Int16>) -> SIMD8<Int32> {
        let raw = UnsafeRawPointer(weights)
        var sum = SIMD8<Int32>.zero
        var row = 0
        while row < kernelRowCount {
            let last = min(row + 1, kernelRowCount - 1)
            let first = SIMD8<Int16>(
                truncatingIfNeeded: source.loadUnaligned(
                    fromByteOffset: row * channelCount, as: SIMD8<Int8>.self))
            let second = SIMD8<Int16>(
                truncatingIfNeeded: source.loadUnaligned(
                    fromByteOffset: last * channelCount, as: SIMD8<Int8>.self))
            let left = raw.loadUnaligned(fromByteOffset: 2 * row * channelCount, as: SIMD8<Int16>.self)
            let right = raw.loadUnaligned(fromByteOffset: 2 * (row + 1) * channelCount, as: SIMD8<Int16>.self)
            sum &+= SIMD8<Int32>(truncatingIfNeeded: first &* left &+ second &* right)
            row += 2
        }
        return sum
    }

    private func sum(_ source: UnsafeMutableRawPointer, _ weights: UnsafePointer<Int16>) -> Int32 {
        var sum: Int32 = 0
        for row in 0..<kernelRowCount {
            sum &+=
                Int32(source.load(fromByteOffset: row * channelCount, as: Int8.self))
                &* Int32(weights[row * channelCount])
        }
        return sum
    }
}
