package import LoqaBase

// The frames of a ringing timer: PROTOCOL.md, "Rings".

/// A timer has run out.
package struct RingStart: Sendable, Equatable {
    /// The ring, numbered by the hub.
    package var ring: RingID
    package init(ring: RingID) { self.ring = ring }
}

extension RingStart: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) { ring = RingID(try reader.number("ring")) }
    func write(to writer: inout PayloadWriter) { writer.number(ring.value) }
}

/// The ringing was answered.
package struct RingStop: Sendable, Equatable {
    /// The ring to end.
    package var ring: RingID
    package init(ring: RingID) { self.ring = ring }
}

extension RingStop: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) { ring = RingID(try reader.number("ring")) }
    func write(to writer: inout PayloadWriter) { writer.number(ring.value) }
}
