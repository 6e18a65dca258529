/// What is wrong with bytes that a peer sent. Every case is the peer's doing; none of ours traps on it.
///
/// On the control plane any of these ends the connection (C10); on the media plane the packet is dropped and
/// counted (M2). Offsets count bytes from the start of a frame's payload, or of a media packet.
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

    /// M1: a packet is shorter than its header and one byte, or longer than the longest packet.
    case mediaByteCount(Int)
    /// M1: a packet's first byte names a type that we do not know.
    case mediaType(UInt8)
    /// M2: a reserved field of a packet is not zero.
    case mediaReserved(offset: Int)
    /// M4: a packet's stream, sequence or timestamp is outside its range.
    case mediaOutOfRange(field: String, offset: Int, value: Int)
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
        case .mediaByteCount(let count):
            "a media packet has \(count) bytes; \(MediaPacket.byteCounts) are allowed"
        case .mediaType(let type):
            "a media packet is of the unknown type \(type)"
        case .mediaReserved(let offset):
            "a media packet has a reserved byte that is not zero (offset \(offset))"
        case .mediaOutOfRange(let field, let offset, let value):
            "a media packet's \(field) = \(value) is out of range (offset \(offset))"
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
        case .mediaByteCount: "mediaByteCount"
        case .mediaType: "mediaType"
        case .mediaReserved: "mediaReserved"
        case .mediaOutOfRange: "mediaOutOfRange"
        }
    }
}
