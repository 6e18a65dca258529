/// Why a model file is refused. Nothing of a refused model runs.
package enum ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Not a TensorFlow Lite file of schema version 3.
    case notAModel
    /// The file points outside itself, at this byte.
    case truncated(atByte: Int)
    /// A number in the file is outside what can be; the text names it.
    case invalid(String)
    /// The model uses something that this engine does not compute; the text names it.
    case unsupported(String)
    /// The model is larger than a relay allows.
    case tooLarge(String)

    package var description: String {
        switch self {
        case .notAModel: "this is not a TensorFlow Lite model (no TFL3 mark, or another schema than 3)"
        case .truncated(let byte):
            "the model file is damaged or cut off: it points outside itself at byte \(byte)"
        case .invalid(let text): "the model file is damaged: \(text)"
        case .unsupported(let text):
            "the model needs what this engine does not compute: \(text); use a streaming microWakeWord model"
        case .tooLarge(let text): "the model is too large for a relay: \(text)"
        }
    }
}

/// Bounds on what a model file may ask for. The community's models stay under a tenth of each.
package enum ModelLimits {
    /// Bytes of a file.
    package static let fileByteCountMax = 1_048_576
    /// Tensors, operators, buffers and variables, each.
    package static let itemCountMax = 1_024
    /// Dimensions of a tensor.
    package static let rankMax = 5
    /// Elements of a tensor.
    package static let elementCountMax = 262_144
    /// Bytes of everything that is computed in between.
    package static let arenaByteCountMax = 524_288
    /// Multiplications of one call: far beyond real time on a small board.
    package static let multiplicationCountMax = 4_194_304
}
