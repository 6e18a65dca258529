/// What is wrong with bytes that should be a ``SpeechFrame``. After one, the worker is ended: nothing further is read.
package enum SpeechFrameError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownKind(UInt8)
    /// A kind that only the other end may send.
    case wrongDirection(SpeechFrame.Kind)
    case tooLong(kind: UInt8, byteCount: Int)
    /// The payload ends inside a field, or goes on after the last one.
    case wrongLength(SpeechFrame.Kind)
    /// A text is no UTF-8 or holds control characters, or a field is outside its limits.
    case badField(SpeechFrame.Kind, String)

    package var description: String {
        switch self {
        case .unknownKind(let kind): "a frame of unknown kind \(kind): is the worker of the same version?"
        case .wrongDirection(let kind): "a frame of kind \(kind) from the wrong end"
        case .tooLong(let kind, let count): "a frame of kind \(kind) claims \(count) bytes"
        case .wrongLength(let kind): "a frame of kind \(kind) has the wrong length"
        case .badField(let kind, let field): "a frame of kind \(kind) has a bad \(field)"
        }
    }
}
