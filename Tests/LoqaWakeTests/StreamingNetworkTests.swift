import LoqaTestKit
import Testing

@testable import LoqaWake

struct StreamingNetworkTests {
    @Test(arguments: [(8, 4), (12, 5), (16, 2), (3, 7), (1, 1 + 1)])
    func `a network computes what its layers say, written out plainly`(channels: Int, kernel: Int) throws {
        let model = ModelBuilder(seed: UInt64(channels), stemChannels: channels, kernel: kernel)
        let network = try StreamingNetwork(model: model.bytes)
        var plain = PlainNetwork(model: model)
        var random = SeededGenerator(seed: 7)
        for step in 0..<120 {
            let features = (0..<40).map { _ in UInt16.random(in: 0...700, using: &random) }
            let output = network.push(features.span)
            #expect(output == plain.push(features), "step \(step)")
            #expect((output != nil) == (step % 3 == 2))
        }
    }

    @Test func `after a reset it hears as if new`() throws {
        let model = ModelBuilder(seed: 3)
        let (used, fresh) = (
            try StreamingNetwork(model: model.bytes), try StreamingNetwork(model: model.bytes)
        )
        var random = SeededGenerator(seed: 8)
        func features() -> [UInt16] { (0..<40).map { _ in UInt16.random(in: 0...600, using: &random) } }
        for _ in 0..<31 { _ = used.push(features().span) }
        used.reset()
        for _ in 0..<30 {
            let next = features()
            #expect(used.push(next.span) == fresh.push(next.span))
        }
    }

    @Test func `a file that is cut off anywhere is refused or runs, and never traps`() throws {
        let bytes = ModelBuilder(seed: 1, stemChannels: 2, kernel: 2).bytes
        for count in 0..<bytes.count { exercise(Array(bytes[..<count])) }
        #expect(throws: ModelError.self) { try StreamingNetwork(model: Array(bytes[..<(bytes.count / 2)])) }
    }

    @Test func `a file with any byte changed is refused or runs, and never traps`() {
        let bytes = ModelBuilder(seed: 1, stemChannels: 2, kernel: 2).bytes
        var random = SeededGenerator(seed: 2)
        for index in bytes.indices {
            for value in [0x00, 0xFF, UInt8.random(in: 0...255, using: &random)] {
                var damaged = bytes
                damaged[index] = value
                exercise(damaged)
            }
        }
    }

    @Test func `what is no model is refused by name`() {
        #expect(throws: ModelError.notAModel) { try StreamingNetwork(model: Array("RIFF0000WAVE".utf8)) }
        #expect(throws: ModelError.notAModel) { try StreamingNetwork(model: []) }
        #expect(throws: ModelError.self) {
            try StreamingNetwork(model: [UInt8](repeating: 0, count: ModelLimits.fileByteCountMax + 1))
        }
    }

    @Test func `an operator that it does not compute is refused by number`() {
        var model = ModelBuilder(seed: 1)
        model.operatorCode = [10: 25]
        #expect(throws: ModelError.unsupported("operator 25")) { try StreamingNetwork(model: model.bytes) }
    }

    @Test func `a weight of -128, which 8-bit layers cannot have, is refused`() {
        var model = ModelBuilder(seed: 1)
        model.weights[17] = -128
        #expect(throws: ModelError.invalid("a weight is -128")) { try StreamingNetwork(model: model.bytes) }
    }

    /// Loads and, where that is allowed, runs.
    private func exercise(_ bytes: [UInt8]) {
        guard let network = try? StreamingNetwork(model: bytes) else { return }
        let features = [UInt16](repeating: 333, count: 40)
        for _ in 0..<4 { _ = network.push(features.span) }
        #expect(network.logit.isFinite)
    }
}

/// The network of ``ModelBuilder``, layer by layer in the plainest arithmetic.
private struct PlainNetwork {
    let model: ModelBuilder
    private var rows: [[UInt16]] = []
    private var history: [[Int]]

    init(model: ModelBuilder) {
        self.model = model
        history = Array(repeating: Array(repeating: -128, count: model.stemChannels), count: model.kernel - 1)
    }

    mutating func push(_ features: [UInt16]) -> UInt8? {
        rows.append(features)
        guard rows.count == 3 else { return nil }
        let input = rows.flatMap { $0 }.map { value in
            let scaled = Double(value) * 0.039_062_5 / Double(ModelBuilder.inputScale) - 128
            return Int(min(max(scaled.rounded(.toNearestOrEven), -128), 127))
        }
        rows = []
        let channels = model.stemChannels
        let (mid, weight) = (Double(ModelBuilder.midScale), Double(ModelBuilder.weightScale))
        let stem = (0..<channels).map { channel in
            let sum = (0..<120).reduce(Int(model.biases[channel])) {
                $0 + (input[$1] + 128) * Int(model.weights[channel * 120 + $1])
            }
            return quantized(sum, Double(ModelBuilder.inputScale) * weight / mid, zero: -128, lowest: -128)
        }
        let window = history + [stem]
        history = Array(window.dropFirst())
        let block = (0..<channels).map { channel in
            let sum = (0..<model.kernel).reduce(Int(model.biases[channel])) {
                $0 + (window[$1][channel] + 128) * Int(model.depthwise[$1 * channels + channel])
            }
            return quantized(sum, mid * weight / mid, zero: 0, lowest: -128)
        }
        let (sumScale, sumZero) = (Double(ModelBuilder.sumScale), Int(ModelBuilder.sumZero))
        let sums = zip(block, stem).map { left, right in
            let whole =
                quantized(left << 20, 0.5, zero: 0, lowest: .min, highest: .max)
                + quantized((right + 128) << 20, 0.5, zero: 0, lowest: .min, highest: .max)
            return quantized(whole, 2 * mid / (Double(1 << 20) * sumScale), zero: sumZero, lowest: -128)
        }
        let sum = (0..<channels).reduce(12) { $0 + (sums[$1] - sumZero) * Int(model.final[$1]) }
        let logit = quantized(sum, sumScale * weight / mid, zero: Int(ModelBuilder.logitZero), lowest: -128)
        let value = Double(Float(logit - Int(ModelBuilder.logitZero)) * ModelBuilder.midScale)
        let probability = 1 / (1 + Elementary.exp(-value))
        return UInt8(min(max(Int((probability * 256).rounded(.toNearestOrEven)), 0), 255))
    }

    /// The reference kernels' two roundings, in whole numbers.
    private func quantized(
        _ sum: Int, _ factor: Double, zero: Int, lowest: Int, highest: Int = 127
    ) -> Int {
        let exponent = Int(factor.exponent) + 1
        let mantissa = Int(
            (factor / Double(sign: .plus, exponent: exponent, significand: 1) * 2_147_483_648).rounded())
        let product = sum * mantissa
        let high = (product + (product >= 0 ? 1 << 30 : 1 - (1 << 30))) / (1 << 31)
        let shift = -exponent
        let mask = (1 << shift) - 1
        let rounded = (high >> shift) + ((high & mask) > (mask >> 1) + (high < 0 ? 1 : 0) ? 1 : 0)
        return min(max(rounded + zero, lowest), highest)
    }
}
