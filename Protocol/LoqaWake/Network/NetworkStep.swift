/// One thing to do in a call of a network, with every place and number worked out beforehand.
enum NetworkStep: Sendable {
    case copy(StridedCopy)
    case dense(DenseLayer)
    case depthwise(DepthwiseLayer)
    case add(SumLayer)
    /// Looks each byte up in a table of 256.
    case lookUp(input: Int, output: Int, count: Int, table: [Int8])
    /// Bytes to bytes of another scale; `lowest...highest` is the range of the output's type.
    case requantize(
        input: Int, output: Int, count: Int, inputZero: Int32, factor: Requantization, outputZero: Int32,
        range: ClosedRange<Int32>)
    case quantize(input: Int, output: Int, count: Int, scale: Float, zero: Int32, range: ClosedRange<Int32>)
    case dequantize(input: Int, output: Int, count: Int, scale: Float, zero: Int32)

    func run(in arena: borrowing NetworkArena, scratch: UnsafeMutablePointer<Int16>) {
        switch self {
        case .copy(let copy): copy.run(in: arena)
        case .dense(let layer): layer.run(in: arena, scratch: scratch)
        case .depthwise(let layer): layer.run(in: arena)
        case .add(let layer): layer.run(in: arena)
        case .lookUp(let input, let output, let count, let table):
            for index in 0..<count { arena[output + index] = table[Int(arena[input + index]) + 128] }
        case .requantize(
            let input, let output, let count, let inputZero, let factor, let outputZero, let range):
            for index in 0..<count {
                let value = factor(Int32(arena[input + index]) - inputZero) &+ outputZero
                arena[output + index] = Int8(
                    truncatingIfNeeded: min(max(value, range.lowerBound), range.upperBound))
            }
        case .quantize(let input, let output, let count, let scale, let zero, let range):
            for index in 0..<count {
                let scaled = (arena.float(at: input + 4 * index) / scale).rounded(.toNearestOrEven)
                let bounded = Int32(min(max(scaled, -1_000), 1_000)) + zero
                arena[output + index] = Int8(
                    truncatingIfNeeded: min(max(bounded, range.lowerBound), range.upperBound))
            }
        case .dequantize(let input, let output, let count, let scale, let zero):
            for index in 0..<count {
                arena.store(Float(Int32(arena[input + index]) - zero) * scale, at: output + 4 * index)
            }
        }
    }
}
