/// A checked model turned into steps over one piece of memory.
///
/// Everything that a file may state wrongly is refused here, so that ``StreamingNetwork`` runs without a check.
struct NetworkPlan: Sendable {
    /// Feature vectors that one call takes.
    let featureCount: Int
    /// Numbers of a feature vector.
    let channelCount: Int
    let inputOffset: Int
    let inputScale: Float
    let inputZero: Int
    let outputOffset: Int
    let arenaByteCount: Int
    let scratchCount: Int
    let multiplicationCount: Int
    let steps: [NetworkStep]
    /// What the network remembers between calls: place and first content.
    let states: [(offset: Int, bytes: [UInt8])]
    /// Where the logit stands, with its scale and zero point.
    let logit: (offset: Int, scale: Float, zero: Int)

    /// - Throws: ``ModelError``.
    init(_ file: ModelFile) throws(ModelError) {
        let graph = file.subgraphs[0]
        guard graph.inputs.count == 1, graph.outputs.count == 1 else {
            throw .unsupported("\(graph.inputs.count) inputs and \(graph.outputs.count) outputs")
        }
        let (input, output) = (graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]])
        guard input.type == .int8, input.shape.count == 3, input.shape[0] == 1, input.scales.count == 1 else {
            throw .unsupported("an input of shape \(input.shape)")
        }
        guard (1...64).contains(input.shape[1]), input.shape[2] == MicroFrontEnd.channelCount else {
            throw .unsupported("an input of shape \(input.shape); 40 features a step are made")
        }
        guard output.type == .uint8, output.elementCount == 1 else {
            throw .unsupported("an output of shape \(output.shape)")
        }
        var builder = PlanBuilder(file: file, graph: graph)
        inputOffset = try builder.place(graph.inputs[0])
        for index in graph.operators.indices { try builder.add(graph.operators[index]) }
        outputOffset = try builder.offset(of: graph.outputs[0])
        guard let logit = builder.logit else { throw .unsupported("no LOGISTIC before the output") }
        self.logit = logit
        (featureCount, channelCount) = (input.shape[1], input.shape[2])
        (inputScale, inputZero) = (input.scale, input.zeroPoint)
        (arenaByteCount, scratchCount) = (builder.byteCount, builder.scratchCount)
        (multiplicationCount, steps) = (builder.multiplicationCount, builder.steps)
        states = builder.states
    }
}

/// The work of making a plan: where each tensor lies, and the steps so far.
struct PlanBuilder {
    let file: ModelFile
    let graph: ModelSubgraph
    var steps: [NetworkStep] = []
    private(set) var byteCount = 0
    var scratchCount = DenseLayer.lane
    var multiplicationCount = 0
    var logit: (offset: Int, scale: Float, zero: Int)?
    private(set) var states: [(offset: Int, bytes: [UInt8])] = []
    private var offsets: [Int: Int] = [:]
    private var handles: [Int: String] = [:]
    private var variables: [String: Int] = [:]

    init(file: ModelFile, graph: ModelSubgraph) { (self.file, self.graph) = (file, graph) }

    /// Takes memory for a tensor that is about to be written.
    mutating func place(_ index: Int) throws(ModelError) -> Int {
        let tensor = graph.tensors[index]
        guard offsets[index] == nil, tensor.data == nil else {
            throw .invalid("tensor \(index) is written twice")
        }
        guard tensor.type != .resource else {
            throw .invalid("tensor \(index) is a handle and no place for numbers")
        }
        let offset = try take(tensor.byteCount)
        offsets[index] = offset
        return offset
    }

    private mutating func take(_ count: Int) throws(ModelError) -> Int {
        let offset = byteCount
        byteCount += (count + 15) / 16 * 16
        guard byteCount <= ModelLimits.arenaByteCountMax else {
            throw .tooLarge("more than \(ModelLimits.arenaByteCountMax) bytes of working memory")
        }
        return offset
    }

    /// Where a tensor that was written lies.
    func offset(of index: Int) throws(ModelError) -> Int {
        guard let offset = offsets[index] else {
            throw .invalid("tensor \(index) is read before it is written")
        }
        return offset
    }

    mutating func add(_ operation: ModelOperator) throws(ModelError) {
        let (inputs, outputs) = try arity(operation)
        switch operation.kind {
        case .callOnce(let subgraph): try initialise(subgraph)
        case .variableHandle(let name): handles[outputs[0]] = name
        case .readVariable:
            let state = try state(of: inputs[0], byteCount: graph.tensors[outputs[0]].byteCount)
            try addCopy(
                from: state, to: try place(outputs[0]), byteCount: graph.tensors[outputs[0]].byteCount)
        case .assignVariable:
            let count = graph.tensors[inputs[1]].byteCount
            try addCopy(
                from: try offset(of: inputs[1]), to: try state(of: inputs[0], byteCount: count),
                byteCount: count)
        case .reshape:
            let (from, to) = (graph.tensors[inputs[0]], graph.tensors[outputs[0]])
            guard from.type == to.type, from.elementCount == to.elementCount, offsets[outputs[0]] == nil
            else {
                throw .invalid("RESHAPE from \(from.shape) to \(to.shape)")
            }
            offsets[outputs[0]] = try offset(of: inputs[0])
        case .concatenation(let axis): try addConcatenation(inputs, outputs[0], axis: axis)
        case .stridedSlice(let beginMask, let endMask, let otherMasks):
            guard otherMasks == 0 else {
                throw .unsupported("STRIDED_SLICE with an ellipsis, new or lost axis")
            }
            try addSlice(inputs, outputs[0], beginMask: beginMask, endMask: endMask)
        case .splitSizes: try addSplit(inputs, outputs)
        case .convolution, .depthwise, .fullyConnected: try addLayer(operation)
        case .add(let activation): try addSum(inputs, outputs[0], activation: activation)
        case .logistic: try addLogistic(inputs[0], outputs[0])
        case .quantize: try addQuantize(inputs[0], outputs[0])
        case .dequantize: try addDequantize(inputs[0], outputs[0])
        }
    }

    /// The operator's tensors, of which there are as many as it needs.
    private func arity(_ operation: ModelOperator) throws(ModelError) -> ([Int], [Int]) {
        let (least, outputs): (Int, Int) =
            switch operation.kind {
            case .callOnce: (0, 0)
            case .variableHandle: (0, 1)
            case .readVariable, .reshape, .logistic, .quantize, .dequantize, .concatenation: (1, 1)
            case .assignVariable: (2, 0)
            case .add: (2, 1)
            case .stridedSlice: (4, 1)
            case .splitSizes: (3, 1)
            case .convolution, .depthwise, .fullyConnected: (3, 1)
            }
        guard operation.inputs.count >= least, operation.outputs.count >= outputs else {
            throw .invalid(
                "\(operation.kind) has \(operation.inputs.count) inputs and \(operation.outputs.count) outputs"
            )
        }
        return (operation.inputs, operation.outputs)
    }

    /// Reads the graph that fills the variables: handles and constants, nothing else.
    private mutating func initialise(_ index: Int) throws(ModelError) {
        guard file.subgraphs.indices.contains(index), index != 0 else {
            throw .invalid("CALL_ONCE names graph \(index)")
        }
        let initial = file.subgraphs[index]
        var names: [Int: String] = [:]
        for operation in initial.operators {
            switch operation.kind {
            case .variableHandle(let name) where operation.outputs.count == 1:
                names[operation.outputs[0]] = name
            case .assignVariable where operation.inputs.count == 2:
                guard let name = names[operation.inputs[0]], variables[name] == nil,
                    let data = file.constant(initial.tensors[operation.inputs[1]])
                else { throw .invalid("a variable is not filled with a constant, once") }
                let offset = try take(data.count)
                variables[name] = offset
                states.append((offset, Array(data)))
            default: throw .unsupported("\(operation.kind) in the graph that fills the variables")
            }
        }
    }

    private func state(of handle: Int, byteCount: Int) throws(ModelError) -> Int {
        guard let name = handles[handle], let offset = variables[name] else {
            throw .invalid("a variable is used before it is filled")
        }
        guard let state = states.first(where: { $0.offset == offset }), state.bytes.count == byteCount else {
            throw .invalid("variable \"\(name.prefix(40))\" is used with \(byteCount) bytes")
        }
        return offset
    }

    private mutating func addCopy(from: Int, to: Int, byteCount: Int) throws(ModelError) {
        steps.append(
            .copy(
                StridedCopy(
                    source: from, sourceStride: 0, target: to, targetStride: 0, byteCount: byteCount, count: 1
                )))
    }
}
