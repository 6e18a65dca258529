/// Runs a ``MaskModel``, one hop at a time. Takes its memory when made.
final class MaskNetwork {
    /// Gain of every band after the last ``step(_:)``, amplitudes in 0...1.
    let gains = Lanes(count: MaskBands.count / 8)
    private let front: DenseLayer
    private let first: RecurrentLayer
    private let second: RecurrentLayer
    private let last: DenseLayer
    private let hidden: Lanes
    private let decided: Lanes

    init(_ model: MaskModel) {
        front = DenseLayer(model.matrices[0])
        first = RecurrentLayer(input: model.matrices[1], state: model.matrices[2])
        second = RecurrentLayer(input: model.matrices[3], state: model.matrices[4])
        last = DenseLayer(model.matrices[5])
        hidden = Lanes(count: front.laneCount)
        decided = Lanes(count: last.laneCount)
        gains.fill(Lane(repeating: 1))
    }

    /// Forgets what was heard.
    func forget() {
        first.state.fill(.zero)
        second.state.fill(.zero)
    }

    /// Hears one hop: ``MaskFeatures/count`` numbers.
    func step(_ features: UnsafePointer<Float>) {
        front.multiply(features, into: hidden.base)
        for index in 0..<front.laneCount { hidden[index] = greater(hidden[index], .zero) }
        first.step(hidden.floats)
        second.step(first.state.floats)
        last.multiply(second.state.floats, into: decided.base)
        for index in 0..<gains.count { gains[index] = Elementary.logistic(decided[index]) }
    }
}

/// A matrix with a bias.
final class DenseLayer {
    /// Lanes of a result: a multiple of four, of which the last may be empty.
    let laneCount: Int
    private let columnCount: Int
    /// By blocks of four lanes of rows; in a block by columns.
    private let weights: Lanes
    private let biases: Lanes

    init(_ matrix: MaskModel.Matrix) {
        laneCount = (matrix.rowCount + 31) / 32 * 4
        columnCount = matrix.columnCount
        weights = Lanes(count: laneCount * columnCount)
        biases = Lanes(count: laneCount)
        for row in 0..<matrix.rowCount {
            biases.floats[row] = matrix.biases[row]
            for column in 0..<columnCount {
                let place = (row / 32 * columnCount + column) * 32 + row % 32
                weights.floats[place] = matrix.weights[row * columnCount + column]
            }
        }
    }

    /// The product with `columnCount` numbers, plus the bias: `laneCount` lanes.
    func multiply(_ input: UnsafePointer<Float>, into result: UnsafeMutablePointer<Lane>) {
        var weight = weights.base
        for block in stride(from: 0, to: laneCount, by: 4) {
            var (a, b) = (biases.base[block], biases.base[block + 1])
            var (c, d) = (biases.base[block + 2], biases.base[block + 3])
            for column in 0..<columnCount {
                let value = Lane(repeating: input[column])
                a += weight[0] * value
                b += weight[1] * value
                c += weight[2] * value
                d += weight[3] * value
                weight += 4
            }
            (result[block], result[block + 1], result[block + 2], result[block + 3]) = (a, b, c, d)
        }
    }
}

/// A gated recurrent layer; its matrices hold the reset, update and new gates' rows one after the other.
final class RecurrentLayer {
    /// What the layer remembers, and its output.
    let state: Lanes
    private let input: DenseLayer
    private let own: DenseLayer
    private let fromInput: Lanes
    private let fromState: Lanes

    init(input: MaskModel.Matrix, state matrix: MaskModel.Matrix) {
        self.input = DenseLayer(input)
        own = DenseLayer(matrix)
        state = Lanes(count: matrix.columnCount / 8)
        fromInput = Lanes(count: self.input.laneCount)
        fromState = Lanes(count: own.laneCount)
    }

    /// Takes the next input.
    func step(_ values: UnsafePointer<Float>) {
        input.multiply(values, into: fromInput.base)
        own.multiply(state.floats, into: fromState.base)
        let count = state.count
        for index in 0..<count {
            let reset = Elementary.logistic(fromInput[index] + fromState[index])
            let update = Elementary.logistic(fromInput[count + index] + fromState[count + index])
            let new = fromInput[2 * count + index] + reset * fromState[2 * count + index]
            // tanh x = 2 / (1 + exp(-2 x)) - 1
            let candidate = 2 * Elementary.logistic(2 * new) - 1
            state[index] = candidate + update * (state[index] - candidate)
        }
    }
}
