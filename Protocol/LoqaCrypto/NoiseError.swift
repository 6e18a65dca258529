/// Why a handshake or a record came to nothing. After any of them the connection must be closed: the handshake
/// or the cipher that threw refuses everything else as ``closed``.
package enum NoiseError: Error, Sendable, Equatable {
    /// A message or record is shorter or longer than it can be; the count in bytes.
    case wrongLength(Int)
    /// The bytes were changed, or the peer's keys, pre-shared key or prologue are not what they should be.
    case authenticationFailed
    /// A peer's key of low order makes a shared secret that everybody knows.
    case lowOrderKey
    /// 2^64 - 1 records were sent under one key without end. Not in this universe; refused all the same.
    case nonceExhausted
    /// It is the other side's turn to speak, or the handshake is over.
    case outOfTurn
    /// An earlier failure closed this handshake or cipher.
    case closed
}

extension NoiseError: CustomStringConvertible {
    /// One line for a log: what is wrong and what to do.
    package var description: String {
        switch self {
        case .wrongLength(let byteCount):
            "a secured message of \(byteCount) bytes cannot be; close the connection"
        case .authenticationFailed:
            "a secured message is not authentic: changed on its way, or made with other keys;"
                + " if it repeats, enrol the relay again"
        case .lowOrderKey: "the peer's key is a weak point that no honest peer has; close the connection"
        case .nonceExhausted: "the connection carried all records it can; connect again"
        case .outOfTurn: "a handshake message came or went out of turn; close the connection"
        case .closed: "an earlier failure closed this connection; connect again"
        }
    }
}
