/// Writes one control frame: header first, then the fields in table order.
///
/// The values are our own, so a value that the specification forbids is our bug and stops the program.
struct PayloadWriter {
    private var bytes: [UInt8]

    init(_ kind: ControlFrame.Kind) {
        bytes = [0, 0, kind.rawValue, kind.mustUnderstand ? ControlFrame.mustUnderstandFlag : 0]
    }

    /// Appends a number, big-endian. - Precondition: it is in `range`.
    mutating func number<Number: FixedWidthInteger>(
        _ number: Number, in range: ClosedRange<Number> = Number.min...Number.max
    ) {
        precondition(range.contains(number), "a frame's number is out of its range")
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    /// Appends no (0) or yes (1).
    mutating func flag(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    /// Appends a text with its length. - Precondition: it is plain and its length is in `byteCounts`.
    mutating func text(_ text: String, byteCounts: ClosedRange<Int>) {
        precondition(byteCounts.contains(text.utf8.count), "a frame's text has a forbidden length")
        precondition(text.unicodeScalars.allSatisfy(isPlain), "a frame's text holds a control character")
        bytes.append(UInt8(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends bytes as they are. - Precondition: there are as many as `byteCounts` allows.
    mutating func bytes(_ more: [UInt8], byteCounts: ClosedRange<Int>) {
        precondition(byteCounts.contains(more.count), "a frame's bytes have a forbidden length")
        bytes += more
    }

    /// The whole frame.
    func finish() -> [UInt8] {
        let count = bytes.count - WireLimits.frameHeaderByteCount
        precondition(count <= WireLimits.payloadByteCountMax)
        var frame = bytes
        (frame[0], frame[1]) = (UInt8(count >> 8), UInt8(count & 0xFF))
        return frame
    }
}

/// The fields of one kind of frame, in the order of its table in PROTOCOL.md.
protocol FrameFields {
    init(from reader: inout PayloadReader) throws(WireError)
    func write(to writer: inout PayloadWriter)
}
