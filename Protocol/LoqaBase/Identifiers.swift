/// A relay as the hub numbers it, unique while the hub runs. Zero is never given out.
package struct RelayID: Sendable, Hashable, Comparable {
    package var value: UInt16
    package init(_ value: UInt16) { self.value = value }
    package static func < (left: RelayID, right: RelayID) -> Bool { left.value < right.value }
}

/// One exchange with a talker, from the wake word to the end of the answer. The relay numbers its turns
/// from 1 within one connection; zero means "no turn".
package struct TurnID: Sendable, Hashable {
    package var value: UInt32
    package init(_ value: UInt32) { self.value = value }
    /// No turn, as an announcement belongs to none.
    package static let none = TurnID(0)
    /// The turn after this one; wraps past the highest number to 1, never to ``none``.
    package var next: TurnID { TurnID(value == .max ? 1 : value + 1) }
}

/// One run of sound packets in one direction, numbered by its sender from 1 within one connection.
package struct StreamID: Sendable, Hashable {
    package var value: UInt32
    package init(_ value: UInt32) { self.value = value }
    /// No stream; no sender numbers one so.
    package static let none = StreamID(0)
    /// The stream after this one; wraps past the highest number to 1, never to ``none``.
    package var next: StreamID { StreamID(value == .max ? 1 : value + 1) }
}

/// One ringing of a timer, numbered by the hub.
package struct RingID: Sendable, Hashable {
    package var value: UInt32
    package init(_ value: UInt32) { self.value = value }
}
