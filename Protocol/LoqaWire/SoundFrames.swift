package import LoqaBase

// The frames that frame a stream of the media plane: PROTOCOL.md, "Turns" and "Media".

/// The start of a downlink stream.
package struct AnswerStart: Sendable, Equatable {
    /// The turn that is answered, or ``TurnID/none`` for an announcement.
    package var turn: TurnID
    /// The hub's stream that carries the answer.
    package var stream: StreamID
    /// The relay listens again, without a wake word, once this answer has left the loudspeaker.
    package var expectsReply: Bool
    /// When the first sample is to leave the loudspeaker, in microseconds of the hub's clock; 0 for as soon as can be.
    package var presentAt: UInt64

    package init(turn: TurnID, stream: StreamID, expectsReply: Bool, presentAt: UInt64 = 0) {
        (self.turn, self.stream, self.expectsReply) = (turn, stream, expectsReply)
        self.presentAt = presentAt
    }
}

extension AnswerStart: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        turn = TurnID(try reader.number("turn"))
        stream = try StreamID(from: &reader)
        expectsReply = try reader.flag("expectsReply")
        presentAt = try reader.number("presentAt", in: clockReadings)
    }

    func write(to writer: inout PayloadWriter) {
        writer.number(turn.value)
        stream.write(to: &writer)
        writer.flag(expectsReply)
        writer.number(presentAt, in: clockReadings)
    }
}

/// The end of a stream, sent on the control connection because a media packet can be lost.
package struct StreamEnd: Sendable, Equatable {
    /// The sender's stream that is complete.
    package var stream: StreamID
    /// Packets that were sent; the sequence numbers are 0..<packetCount.
    package var packetCount: UInt32
    package init(stream: StreamID, packetCount: UInt32) {
        (self.stream, self.packetCount) = (stream, packetCount)
    }
}

extension StreamEnd: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        stream = try StreamID(from: &reader)
        packetCount = try reader.number("packetCount", in: packetCounts)
    }

    func write(to writer: inout PayloadWriter) {
        stream.write(to: &writer)
        writer.number(packetCount, in: packetCounts)
    }
}

/// The relay's report that a downlink stream was played to its end, and how well it arrived.
package struct Drained: Sendable, Equatable {
    /// The hub's stream that was played.
    package var stream: StreamID
    /// Packets played as they came.
    package var playedCount: UInt32
    /// Packets that concealment stood in for.
    package var concealedCount: UInt32
    package init(stream: StreamID, playedCount: UInt32, concealedCount: UInt32) {
        (self.stream, self.playedCount, self.concealedCount) = (stream, playedCount, concealedCount)
    }
}

extension Drained: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        stream = try StreamID(from: &reader)
        playedCount = try reader.number("playedCount", in: packetCounts)
        concealedCount = try reader.number("concealedCount", in: packetCounts)
    }

    func write(to writer: inout PayloadWriter) {
        stream.write(to: &writer)
        writer.number(playedCount, in: packetCounts)
        writer.number(concealedCount, in: packetCounts)
    }
}

/// M4: how many packets a stream can have.
private let packetCounts = 0...UInt32(WireLimits.streamPacketCountMax)

extension StreamID {
    /// Reads the field `stream`; zero, which means none, is out of range.
    init(from reader: inout PayloadReader) throws(WireError) {
        self.init(try reader.number("stream", in: 1...UInt32.max))
    }

    func write(to writer: inout PayloadWriter) { writer.number(value, in: 1...UInt32.max) }
}
