/// Steps that move numbers: concatenation, slices and splits, all as strided copies.
extension PlanBuilder {
    mutating func addConcatenation(_ inputs: [Int], _ output: Int, axis: Int) throws(ModelError) {
        let whole = graph.tensors[output]
        let axis = axis < 0 ? axis + whole.shape.count : axis
        guard whole.shape.indices.contains(axis) else { throw .invalid("CONCATENATION along axis \(axis)") }
        let inner = byteCount(of: whole, after: axis)
        let outer = whole.shape[..<axis].reduce(1, *)
        let target = try place(output)
        var position = 0
        for input in inputs {
            let part = graph.tensors[input]
            var expected = whole.shape
            expected[axis] = part.shape.indices.contains(axis) ? part.shape[axis] : 0
            guard part.shape == expected, part.type == whole.type, hasSameScale(part, whole),
                position + part.shape[axis] <= whole.shape[axis]
            else { throw .invalid("CONCATENATION of \(part.shape) into \(whole.shape)") }
            let count = part.shape[axis] * inner
            steps.append(
                .copy(
                    StridedCopy(
                        source: try offset(of: input), sourceStride: count, target: target + position * inner,
                        targetStride: whole.shape[axis] * inner, byteCount: count, count: outer)))
            position += part.shape[axis]
        }
        guard position == whole.shape[axis] else { throw .invalid("CONCATENATION leaves a gap") }
    }

    mutating func addSlice(_ inputs: [Int], _ output: Int, beginMask: Int, endMask: Int) throws(ModelError) {
        let (from, to) = (graph.tensors[inputs[0]], graph.tensors[output])
        let (begins, ends) = (
            try file.integers(graph.tensors[inputs[1]]), try file.integers(graph.tensors[inputs[2]])
        )
        let strides = try file.integers(graph.tensors[inputs[3]])
        let rank = from.shape.count
        guard begins.count == rank, ends.count == rank, strides.count == rank, to.shape.count == rank,
            from.type == to.type, hasSameScale(from, to)
        else { throw .invalid("STRIDED_SLICE of \(from.shape) into \(to.shape)") }
        guard strides.allSatisfy({ $0 == 1 }) else {
            throw .unsupported("STRIDED_SLICE with strides \(strides)")
        }
        var cut: (axis: Int, begin: Int)?
        for axis in 0..<rank {
            let size = from.shape[axis]
            func bound(_ value: Int) -> Int { min(max(value < 0 ? value + size : value, 0), size) }
            let begin = beginMask >> axis & 1 == 1 ? 0 : bound(begins[axis])
            let end = endMask >> axis & 1 == 1 ? size : bound(ends[axis])
            guard end - begin == to.shape[axis] else {
                throw .invalid("STRIDED_SLICE of \(from.shape) into \(to.shape)")
            }
            guard end - begin < size else { continue }
            guard cut == nil else { throw .unsupported("STRIDED_SLICE along two axes") }
            cut = (axis, begin)
        }
        try addPiece(of: inputs[0], into: output, axis: cut?.axis ?? 0, begin: cut?.begin ?? 0)
    }

    mutating func addSplit(_ inputs: [Int], _ outputs: [Int]) throws(ModelError) {
        let whole = graph.tensors[inputs[0]]
        let sizes = try file.integers(graph.tensors[inputs[1]])
        var axis = try file.integers(graph.tensors[inputs[2]]).first ?? 0
        if axis < 0 { axis += whole.shape.count }
        guard whole.shape.indices.contains(axis), sizes.count == outputs.count else {
            throw .invalid("SPLIT_V of \(whole.shape) along axis \(axis)")
        }
        var position = 0
        for (output, size) in zip(outputs, sizes) {
            let part = graph.tensors[output]
            var expected = whole.shape
            expected[axis] = size
            guard part.shape == expected, part.type == whole.type, hasSameScale(part, whole),
                position + size <= whole.shape[axis]
            else { throw .invalid("SPLIT_V of \(whole.shape) into \(part.shape)") }
            try addPiece(of: inputs[0], into: output, axis: axis, begin: position)
            position += size
        }
    }

    /// Copies what lies from `begin` on along `axis`; the output's shape says how much, and has been checked.
    private mutating func addPiece(of input: Int, into output: Int, axis: Int, begin: Int) throws(ModelError)
    {
        let (from, to) = (graph.tensors[input], graph.tensors[output])
        let inner = byteCount(of: from, after: axis)
        let source = try offset(of: input)
        let size = to.shape.indices.contains(axis) ? to.shape[axis] : 1
        let wholeSize = from.shape.indices.contains(axis) ? from.shape[axis] : 1
        steps.append(
            .copy(
                StridedCopy(
                    source: source + begin * inner, sourceStride: wholeSize * inner,
                    target: try place(output),
                    targetStride: size * inner, byteCount: size * inner,
                    count: from.shape.prefix(axis).reduce(1, *))))
    }

    /// Bytes of one step along `axis`.
    private func byteCount(of tensor: ModelTensor, after axis: Int) -> Int {
        tensor.shape.dropFirst(axis + 1).reduce(tensor.type.byteCount, *)
    }

    private func hasSameScale(_ left: ModelTensor, _ right: ModelTensor) -> Bool {
        left.type == .float32 || left.scale == right.scale && left.zeroPoint == right.zeroPoint
    }
}
