/// Steps that compute: layers, the logistic function and changes of scale.
extension PlanBuilder {
    mutating func addLayer(_ operation: ModelOperator) throws(ModelError) {
        let indices = operation.inputs
        let (input, weights, output) = (
            graph.tensors[indices[0]], graph.tensors[indices[1]], graph.tensors[operation.outputs[0]]
        )
        guard input.type == .int8, weights.type == .int8, output.type == .int8, input.scales.count == 1,
            output.scales.count == 1, weights.zeroPoints.allSatisfy({ $0 == 0 }),
            let data = file.constant(weights)
        else { throw .unsupported("a layer that is not 8-bit with constant weights") }
        let values = data.map { Int16(Int8(bitPattern: $0)) }
        guard values.allSatisfy({ $0 >= -127 }) else { throw .invalid("a weight is -128") }
        let biases = try file.integers(graph.tensors[indices[2]])
        switch operation.kind {
        case .convolution(let same, let stride, let activation):
            guard weights.shape.count == 4, input.shape.count == 4, weights.shape[2] == 1,
                input.shape[2] == 1,
                input.shape[0] == 1, weights.shape[3] == input.shape[3], (1...64).contains(stride),
                weights.shape[1] <= input.shape[1], !same || weights.shape[1] == 1
            else { throw .unsupported("CONV_2D of \(input.shape) with \(weights.shape)") }
            let rows = (input.shape[1] - weights.shape[1]) / stride + 1
            guard output.shape == [1, rows, 1, weights.shape[0]] else {
                throw .invalid("CONV_2D of \(input.shape) into \(output.shape)")
            }
            try addDense(
                operation, values: values, biases: biases, rowCount: rows,
                rowAdvance: stride * input.shape[3],
                windowCount: weights.shape[1] * weights.shape[3], activation: activation)
        case .fullyConnected(let activation):
            guard weights.shape.count == 2, input.elementCount % weights.shape[1] == 0 else {
                throw .unsupported("FULLY_CONNECTED of \(input.shape) with \(weights.shape)")
            }
            let rows = input.elementCount / weights.shape[1]
            guard output.elementCount == rows * weights.shape[0] else {
                throw .invalid("FULLY_CONNECTED of \(input.shape) into \(output.shape)")
            }
            try addDense(
                operation, values: values, biases: biases, rowCount: rows, rowAdvance: weights.shape[1],
                windowCount: weights.shape[1], activation: activation)
        case .depthwise(let same, let stride, let multiplier, let activation):
            guard weights.shape.count == 4, input.shape.count == 4, weights.shape[0] == 1,
                weights.shape[2] == 1,
                input.shape[2] == 1, input.shape[0] == 1, weights.shape[3] == input.shape[3], stride == 1,
                multiplier == 1, weights.shape[1] <= input.shape[1], !same || weights.shape[1] == 1,
                output.shape == [1, input.shape[1] - weights.shape[1] + 1, 1, input.shape[3]]
            else { throw .unsupported("DEPTHWISE_CONV_2D of \(input.shape) with \(weights.shape)") }
            try addDepthwise(operation, values: values, biases: biases, activation: activation)
        default: throw .invalid("\(operation.kind) is no layer")
        }
    }

    private mutating func addDense(
        _ operation: ModelOperator, values: [Int16], biases: [Int], rowCount: Int, rowAdvance: Int,
        windowCount: Int,
        activation: Int
    ) throws(ModelError) {
        let channelCount = values.count / windowCount
        try count(values.count * rowCount)
        let zero = graph.tensors[operation.inputs[0]].zeroPoint
        let padded = DenseLayer.padded(windowCount)
        var rows = [Int16](repeating: 0, count: channelCount * padded)
        var sums = [Int](repeating: 0, count: channelCount)
        for channel in 0..<channelCount {
            for index in 0..<windowCount {
                rows[channel * padded + index] = values[channel * windowCount + index]
                sums[channel] += Int(values[channel * windowCount + index])
            }
        }
        let folded = try fold(biases, zero: zero, sums: sums)
        scratchCount = max(scratchCount, padded)
        steps.append(
            .dense(
                DenseLayer(
                    input: try offset(of: operation.inputs[0]), output: try place(operation.outputs[0]),
                    rowCount: rowCount, rowAdvance: rowAdvance, windowCount: windowCount, weights: rows,
                    biases: folded,
                    ending: try ending(operation, channelCount: channelCount, activation: activation))))
    }

    private mutating func addDepthwise(
        _ operation: ModelOperator, values: [Int16], biases: [Int], activation: Int
    ) throws(ModelError) {
        let input = graph.tensors[operation.inputs[0]]
        let channelCount = input.shape[3]
        let rowCount = values.count / channelCount
        let outputRows = input.shape[1] - rowCount + 1
        try count(values.count * outputRows)
        var sums = [Int](repeating: 0, count: channelCount)
        for (index, value) in values.enumerated() { sums[index % channelCount] += Int(value) }
        let padding = [Int16](repeating: 0, count: rowCount.isMultiple(of: 2) ? 0 : channelCount)
        steps.append(
            .depthwise(
                DepthwiseLayer(
                    input: try offset(of: operation.inputs[0]), output: try place(operation.outputs[0]),
                    rowCount: outputRows, channelCount: channelCount, kernelRowCount: rowCount,
                    weights: values + padding, biases: try fold(biases, zero: input.zeroPoint, sums: sums),
                    ending: try ending(operation, channelCount: channelCount, activation: activation))))
    }

    private mutating func count(_ multiplications: Int) throws(ModelError) {
        multiplicationCount += multiplications
        guard multiplicationCount <= ModelLimits.multiplicationCountMax else {
            throw .tooLarge("more than \(ModelLimits.multiplicationCountMax) multiplications a call")
        }
    }

    /// Biases from which the input's zero point has been taken.
    private func fold(_ biases: [Int], zero: Int, sums: [Int]) throws(ModelError) -> [Int32] {
        guard biases.count == sums.count else {
            throw .invalid("a layer has \(biases.count) biases for \(sums.count) channels")
        }
        return zip(biases, sums).map { Int32(truncatingIfNeeded: $0 - zero * $1) }
    }

    private func ending(
        _ operation: ModelOperator, channelCount: Int, activation: Int
    ) throws(ModelError) -> LayerOutput {
        let (input, weights, output) = (
            graph.tensors[operation.inputs[0]], graph.tensors[operation.inputs[1]],
            graph.tensors[operation.outputs[0]]
        )
        guard weights.scales.count == 1 || weights.scales.count == channelCount else {
            throw .invalid("a layer has \(weights.scales.count) scales for \(channelCount) channels")
        }
        guard activation == 0 || activation == 1 else { throw .unsupported("activation \(activation)") }
        guard (-128...127).contains(output.zeroPoint) else {
            throw .invalid("a zero point of \(output.zeroPoint)")
        }
        var factors: [Requantization] = []
        for channel in 0..<channelCount {
            let scale = weights.scales[weights.scales.count == 1 ? 0 : channel]
            factors.append(try Requantization(Double(input.scale) * Double(scale) / Double(output.scale)))
        }
        let zero = Int32(output.zeroPoint)
        return LayerOutput(factors: factors, zeroPoint: zero, lowest: activation == 1 ? zero : -128)
    }

    mutating func addSum(_ inputs: [Int], _ output: Int, activation: Int) throws(ModelError) {
        let (left, right, sum) = (graph.tensors[inputs[0]], graph.tensors[inputs[1]], graph.tensors[output])
        guard left.type == .int8, right.type == .int8, sum.type == .int8, left.shape == right.shape,
            left.shape == sum.shape, [left, right, sum].allSatisfy({ $0.scales.count == 1 })
        else { throw .unsupported("ADD of \(left.shape) and \(right.shape)") }
        guard activation == 0 || activation == 1 else { throw .unsupported("activation \(activation)") }
        guard (-128...127).contains(sum.zeroPoint) else { throw .invalid("a zero point of \(sum.zeroPoint)") }
        let twice = 2 * Double(max(left.scale, right.scale))
        let headroom = Double(1 << SumLayer.headroomBits)
        steps.append(
            .add(
                SumLayer(
                    left: try offset(of: inputs[0]), right: try offset(of: inputs[1]),
                    output: try place(output),
                    count: sum.elementCount, leftZero: Int32(left.zeroPoint),
                    rightZero: Int32(right.zeroPoint),
                    leftFactor: try Requantization(Double(left.scale) / twice),
                    rightFactor: try Requantization(Double(right.scale) / twice),
                    factor: try Requantization(twice / (headroom * Double(sum.scale))),
                    zero: Int32(sum.zeroPoint),
                    lowest: activation == 1 ? Int32(sum.zeroPoint) : -128)))
    }

    mutating func addLogistic(_ input: Int, _ output: Int) throws(ModelError) {
        let (from, to) = (graph.tensors[input], graph.tensors[output])
        guard from.type == .int8, to.type == .int8, from.elementCount == to.elementCount else {
            throw .unsupported("LOGISTIC of \(from.shape)")
        }
        let table = (-128...127).map { value in
            let x = Double(Float(value - from.zeroPoint) * from.scale)
            let y = 1 / (1 + Elementary.exp(-x)) / Double(to.scale)
            return Int8(
                truncatingIfNeeded: min(max(Int(y.rounded(.toNearestOrEven)) + to.zeroPoint, -128), 127))
        }
        let source = try offset(of: input)
        logit = (source, from.scale, from.zeroPoint)
        steps.append(.lookUp(input: source, output: try place(output), count: to.elementCount, table: table))
    }

    mutating func addQuantize(_ input: Int, _ output: Int) throws(ModelError) {
        let (from, to) = (graph.tensors[input], graph.tensors[output])
        guard to.type == .int8 || to.type == .uint8, from.elementCount == to.elementCount,
            to.scales.count == 1
        else {
            throw .unsupported("QUANTIZE of \(from.shape)")
        }
        let range: ClosedRange<Int32> = to.type == .uint8 ? 0...255 : -128...127
        let (source, count, zero) = (try offset(of: input), to.elementCount, Int32(to.zeroPoint))
        switch from.type {
        case .int8:
            let factor = try Requantization(Double(from.scale) / Double(to.scale))
            steps.append(
                .requantize(
                    input: source, output: try place(output), count: count, inputZero: Int32(from.zeroPoint),
                    factor: factor, outputZero: zero, range: range))
        case .float32:
            steps.append(
                .quantize(
                    input: source, output: try place(output), count: count, scale: to.scale, zero: zero,
                    range: range))
        default: throw .unsupported("QUANTIZE of \(from.type)")
        }
    }

    mutating func addDequantize(_ input: Int, _ output: Int) throws(ModelError) {
        let (from, to) = (graph.tensors[input], graph.tensors[output])
        guard from.type == .int8, to.type == .float32, from.elementCount == to.elementCount,
            from.scales.count == 1
        else {
            throw .unsupported("DEQUANTIZE of \(from.shape)")
        }
        steps.append(
            .dequantize(
                input: try offset(of: input), output: try place(output), count: to.elementCount,
                scale: from.scale,
                zero: Int32(from.zeroPoint)))
    }
}
