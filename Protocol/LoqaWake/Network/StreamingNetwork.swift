/// Runs a streaming microWakeWord model: features in, a probability out, every few steps of 10 ms.
///
/// Equal in every output to TensorFlow Lite's reference kernels. Memory is taken in `init`; ``push(_:)`` allocates nothing.
/// For one thread.
package final class StreamingNetwork {
    /// Feature vectors of 10 ms that one output needs: 3 in most models.
    package var featureCount: Int { plan.featureCount }
    /// Multiplications that one output needs.
    package var multiplicationCount: Int { plan.multiplicationCount }
    /// Bytes that this network holds, its weights included.
    package let byteCount: Int

    private let plan: NetworkPlan
    private let arena: NetworkArena
    private let scratch: UnsafeMutablePointer<Int16>
    /// Feature value to input byte.
    private let inputTable: [Int8]
    private var filledCount = 0

    /// Microfrontend's output times this is what models were trained on.
    private static let featureScale = 0.039_062_5
    /// Features from here on saturate every input.
    private static let tableCount = 1_024

    /// - Throws: ``ModelError`` when the bytes are no model that can be run.
    package init(model bytes: [UInt8]) throws(ModelError) {
        let plan = try NetworkPlan(try ModelFile(bytes))
        self.plan = plan
        arena = NetworkArena(byteCount: plan.arenaByteCount)
        scratch = .allocate(capacity: plan.scratchCount)
        scratch.initialize(repeating: 0, count: plan.scratchCount)
        inputTable = (0..<Self.tableCount).map { value in
            let scaled = Double(value) * Self.featureScale / Double(plan.inputScale) + Double(plan.inputZero)
            return Int8(min(max(scaled.rounded(.toNearestOrEven), -128), 127))
        }
        let weights = plan.steps.reduce(0) { sum, step in
            switch step {
            case .dense(let layer): sum + 2 * layer.weights.count + 28 * layer.biases.count
            case .depthwise(let layer): sum + 2 * layer.weights.count + 28 * layer.biases.count
            default: sum
            }
        }
        byteCount = plan.arenaByteCount + 2 * plan.scratchCount + weights + inputTable.count
        reset()
    }

    deinit { scratch.deallocate() }

    /// Forgets what it heard.
    package func reset() {
        filledCount = 0
        for state in plan.states {
            for (index, byte) in state.bytes.enumerated() {
                arena[state.offset + index] = Int8(bitPattern: byte)
            }
        }
    }

    /// Takes the next feature vector of ``MicroFrontEnd``; every ``featureCount``-th time it says the probability in 1/256.
    ///
    /// - Precondition: `features` holds 40 numbers.
    package func push(_ features: Span<UInt16>) -> UInt8? {
        precondition(features.count == plan.channelCount, "a feature vector has 40 numbers")
        let target = plan.inputOffset + filledCount * plan.channelCount
        for index in features.indices {
            arena[target + index] = inputTable[min(Int(features[index]), Self.tableCount - 1)]
        }
        filledCount += 1
        guard filledCount == plan.featureCount else { return nil }
        filledCount = 0
        for index in plan.steps.indices { plan.steps[index].run(in: arena, scratch: scratch) }
        return UInt8(bitPattern: arena[plan.outputOffset])
    }

    /// The newest output before the logistic function: does not saturate where the probability does.
    package var logit: Float { Float(Int(arena[plan.logit.offset]) - plan.logit.zero) * plan.logit.scale }
}
