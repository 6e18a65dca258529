/// What is wrong with bytes that a peer sent. Every case is the peer's doing; none of ours traps on it.
///
/// On the control plane any of these ends the connection (C10); in a datagram it is dropped and counted (M2).
/// Offsets count bytes from the start of a frame's payload.
package enum WireError: Error, Sendable, Equatable {
    /// C2: a header claims a payload longer than ``WireLimits/payloadByteCountMax``.
    case payloadTooLong(kind: UInt8, byteCount: Int)
    /// C3: a header sets a flag that this version reserves.
    case reservedFlag(kind: UInt8, flags: UInt8)
    /// C4: a kind that we do not know asks to be understood.
    case notUnderstood(kind: UInt8)
    /// C9: a kind came from the end that never sends it.
    case wrongDirection(ControlFrame.Kind)
    /// C7: a payload ends before or within a field.
    case tooShort(ControlFrame.Kind, field: String, offset: Int)
    /// C8: a field's value is outside its range.
    case outOfRange(ControlFrame.Kind, field: String, offset: Int, value: Int)
    /// C6: a text is not valid UTF-8 or holds a character that PROTOCOL.md forbids.
    case badText(ControlFrame.Kind, field: String, offset: Int)
    /// More bytes were handed to a ``ControlFrameReader`` than it holds unread.
    case tooManyUnread(byteCount: Int)
}

extension WireError: CustomStringConvertible {
    /// One line for a log or a ``Goodbye``: what is wrong and what would have been right.
    package var description: String {
        switch self {
        case .payloadTooLong(let kind, let byteCount):
            "a frame of kind \(kind) claims a payload of \(byteCount) bytes;"
                + " at most \(WireLimits.payloadByteCountMax) are allowed"
        case .reservedFlag(let kind, let flags):
            "a frame of kind \(kind) sets reserved flags (\(flags)); only flag 1 is defined"
        case .notUnderstood(let kind):
            "a frame of the unknown kind \(kind) must be understood; update the older end"
        case .wrongDirection(let kind):
            "\(kind): this end of a connection never sends it"
        case .tooShort(let kind, let field, let offset):
            "\(kind): the payload ends before the end of \(field) (offset \(offset))"
        case .outOfRange(let kind, let field, let offset, let value):
            "\(kind): \(field) = \(value) is out of range (offset \(offset))"
        case .badText(let kind, let field, let offset):
            "\(kind): \(field) is not UTF-8 text without control characters (offset \(offset))"
        case .tooManyUnread(let byteCount):
            "\(byteCount) bytes wait to be decoded; the reader holds at most \(ControlFrameReader.capacity)"
        }
    }

    /// The case's name alone, as golden vectors and counters spell it.
    package var name: String {
        switch self {
        case .payloadTooLong: "payloadTooLong"
        case .reservedFlag: "reservedFlag"
        case .notUnderstood: "notUnderstood"
        case .wrongDirection: "wrongDirection"
        case .tooShort: "tooShort"
        case .outOfRange: "outOfRange"
        case .badText: "badText"
        case .tooManyUnread: "tooManyUnread"
        }
    }
}
