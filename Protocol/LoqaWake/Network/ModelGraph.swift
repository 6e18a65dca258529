/// What a number of a tensor is.
enum ElementType: Sendable, Equatable {
    case float32, int32, uint8, int8, resource

    /// Bytes of one element; 0 for a handle.
    var byteCount: Int {
        switch self {
        case .float32, .int32: 4
        case .uint8, .int8: 1
        case .resource: 0
        }
    }
}

/// A tensor as the file states it: its shape is checked, its constant data is whole.
struct ModelTensor: Sendable {
    var shape: [Int]
    var type: ElementType
    /// Where its constant data lies in the file.
    var data: Range<Int>?
    var scales: [Float]
    var zeroPoints: [Int]

    var elementCount: Int { shape.reduce(1, *) }
    var byteCount: Int { elementCount * type.byteCount }
    /// Scale and zero point of an activation.
    var scale: Float { scales.first ?? 1 }
    var zeroPoint: Int { zeroPoints.first ?? 0 }
}

/// An operator with its options.
struct ModelOperator: Sendable {
    enum Kind: Sendable, Equatable {
        case callOnce(subgraph: Int)
        case variableHandle(name: String)
        case readVariable, assignVariable
        case reshape, dequantize, quantize, logistic
        case concatenation(axis: Int)
        case stridedSlice(beginMask: Int, endMask: Int, otherMasks: Int)
        case splitSizes
        /// `same` is TensorFlow's padding; strides and dilation count rows (time).
        case convolution(same: Bool, stride: Int, activation: Int)
        case depthwise(same: Bool, stride: Int, multiplier: Int, activation: Int)
        case fullyConnected(activation: Int)
        case add(activation: Int)
    }

    var kind: Kind
    var inputs: [Int]
    var outputs: [Int]
}

/// One graph of a file.
struct ModelSubgraph: Sendable {
    var tensors: [ModelTensor]
    var operators: [ModelOperator]
    var inputs: [Int]
    var outputs: [Int]
}
