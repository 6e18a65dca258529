/// A TensorFlow Lite file (schema 3), read as far as streaming wake models use it and checked as far as it is read.
struct ModelFile: Sendable {
    let bytes: [UInt8]
    private(set) var subgraphs: [ModelSubgraph] = []

    /// - Throws: ``ModelError`` that says where the file is wrong.
    init(_ bytes: [UInt8]) throws(ModelError) {
        guard bytes.count <= ModelLimits.fileByteCountMax else {
            throw .tooLarge("\(bytes.count) bytes, at most \(ModelLimits.fileByteCountMax) are read")
        }
        self.bytes = bytes
        guard bytes.count >= 8, bytes[4..<8].elementsEqual("TFL3".utf8) else { throw .notAModel }
        let buffer = FlatBuffer(bytes: bytes)
        let root = try buffer.root
        guard try buffer.int32(0, of: root) == 3 else { throw .notAModel }
        var codes: [Int] = []
        for code in try buffer.tables(1, of: root) {
            codes.append(max(try buffer.int32(3, of: code), try buffer.int8(0, of: code)))
        }
        var data: [Range<Int>] = []
        for table in try buffer.tables(4, of: root) {
            let (start, count) = try buffer.vector(0, of: table, elementByteCount: 1) ?? (0, 0)
            data.append(start..<start + count)
        }
        for table in try buffer.tables(2, of: root) {
            subgraphs.append(try Self.subgraph(table, buffer, codes: codes, data: data))
        }
        guard !subgraphs.isEmpty, subgraphs.count <= 8 else {
            throw .invalid("it holds \(subgraphs.count) graphs")
        }
    }

    /// Constant data of a tensor.
    func constant(_ tensor: ModelTensor) -> ArraySlice<UInt8>? { tensor.data.map { bytes[$0] } }

    /// Constant data of an int32 tensor, as numbers.
    func integers(_ tensor: ModelTensor) throws(ModelError) -> [Int] {
        guard tensor.type == .int32, let data = constant(tensor) else {
            throw .invalid("a constant is no int32 data")
        }
        return stride(from: data.startIndex, to: data.endIndex, by: 4).map { start in
            let raw = (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[start + $1]) << (8 * UInt32($1)) }
            return Int(Int32(bitPattern: raw))
        }
    }

    private static func subgraph(
        _ table: FlatBuffer.Table, _ buffer: FlatBuffer, codes: [Int], data: [Range<Int>]
    ) throws(ModelError) -> ModelSubgraph {
        var tensors: [ModelTensor] = []
        for entry in try buffer.tables(0, of: table) {
            tensors.append(try tensor(entry, buffer, data: data))
        }
        var operators: [ModelOperator] = []
        for entry in try buffer.tables(3, of: table) {
            let index = try buffer.int32(0, of: entry)
            guard codes.indices.contains(index) else {
                throw .invalid("operator code \(index) is not in its list")
            }
            let (inputs, outputs) = (
                try buffer.int32Vector(1, of: entry), try buffer.int32Vector(2, of: entry)
            )
            for tensor in inputs + outputs where !tensors.indices.contains(tensor) {
                throw .invalid("an operator names tensor \(tensor) of \(tensors.count)")
            }
            let kind = try kind(code: codes[index], options: try buffer.table(4, of: entry), buffer)
            operators.append(ModelOperator(kind: kind, inputs: inputs, outputs: outputs))
        }
        let (inputs, outputs) = (try buffer.int32Vector(1, of: table), try buffer.int32Vector(2, of: table))
        for tensor in inputs + outputs where !tensors.indices.contains(tensor) {
            throw .invalid("a graph names tensor \(tensor) of \(tensors.count)")
        }
        return ModelSubgraph(tensors: tensors, operators: operators, inputs: inputs, outputs: outputs)
    }

    private static func tensor(
        _ table: FlatBuffer.Table, _ buffer: FlatBuffer, data: [Range<Int>]
    ) throws(ModelError) -> ModelTensor {
        let types: [Int: ElementType] = [0: .float32, 2: .int32, 3: .uint8, 9: .int8, 13: .resource]
        let code = try buffer.int8(1, of: table)
        guard let type = types[code] else { throw .unsupported("tensors of type \(code)") }
        let shape = try buffer.int32Vector(0, of: table)
        guard shape.count <= ModelLimits.rankMax else {
            throw .unsupported("a tensor of \(shape.count) dimensions")
        }
        var count = 1
        for dimension in shape {
            guard (1...ModelLimits.elementCountMax).contains(dimension) else {
                throw .invalid("a tensor has a dimension of \(dimension)")
            }
            count *= dimension
            guard count <= ModelLimits.elementCountMax else { throw .tooLarge("a tensor of \(shape)") }
        }
        let index = try buffer.int32(2, of: table)
        guard data.indices.contains(index) else {
            throw .invalid("buffer \(index) is not in the list of \(data.count)")
        }
        var tensor = ModelTensor(
            shape: shape, type: type, data: data[index].isEmpty ? nil : data[index], scales: [],
            zeroPoints: [])
        if let constant = tensor.data, constant.count != tensor.byteCount {
            throw .invalid("a constant of shape \(shape) has \(constant.count) bytes")
        }
        guard let quantization = try buffer.table(4, of: table) else { return tensor }
        tensor.scales = try buffer.floatVector(2, of: quantization)
        tensor.zeroPoints = try buffer.int64Vector(3, of: quantization)
        for scale in tensor.scales where !(scale > 1e-12 && scale < 1e12) {
            throw .invalid("a tensor has the scale \(scale)")
        }
        for point in tensor.zeroPoints where !(-128...255).contains(point) {
            throw .invalid("a tensor has the zero point \(point)")
        }
        return tensor
    }

    private static func kind(
        code: Int, options: FlatBuffer.Table?, _ buffer: FlatBuffer
    ) throws(ModelError) -> ModelOperator.Kind {
        func integer(_ index: Int) throws(ModelError) -> Int {
            guard let options else { return 0 }
            return try buffer.int32(index, of: options)
        }
        func small(_ index: Int) throws(ModelError) -> Int {
            guard let options else { return 0 }
            return try buffer.int8(index, of: options)
        }
        /// A field whose default is 1.
        func factor(_ index: Int) throws(ModelError) -> Int { max(try integer(index), 1) }
        switch code {
        case 0: return .add(activation: try small(0))
        case 2:
            guard try small(1) == 0 else { throw .unsupported("CONCATENATION with an activation") }
            return .concatenation(axis: try integer(0))
        case 3:
            guard try factor(4) == 1, try factor(5) == 1 else { throw .unsupported("CONV_2D with dilation") }
            return .convolution(same: try small(0) == 0, stride: try integer(2), activation: try small(3))
        case 4:
            guard try factor(5) == 1, try factor(6) == 1 else {
                throw .unsupported("DEPTHWISE_CONV_2D with dilation")
            }
            return .depthwise(
                same: try small(0) == 0, stride: try integer(2), multiplier: try integer(3),
                activation: try small(4))
        case 6: return .dequantize
        case 9: return .fullyConnected(activation: try small(0))
        case 14: return .logistic
        case 22: return .reshape
        case 45:
            return .stridedSlice(
                beginMask: try integer(0), endMask: try integer(1),
                otherMasks: try integer(2) | integer(3) | integer(4))
        case 102: return .splitSizes
        case 114: return .quantize
        case 129: return .callOnce(subgraph: try integer(0))
        case 142:
            guard let options else { throw .invalid("a variable has no name") }
            return .variableHandle(name: try buffer.string(1, of: options))
        case 143: return .readVariable
        case 144: return .assignVariable
        default: throw .unsupported("operator \(code)")
        }
    }
}
