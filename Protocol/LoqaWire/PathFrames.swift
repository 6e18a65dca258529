// What the ends tell each other about the path between them and about time: PROTOCOL.md, "Path" and "Time".

/// The relay asks whether UDP works, what the hub's clock says, and tells what it has learnt itself.
package struct PathProbe: Sendable, Equatable {
    /// Counts the relay's probes.
    package var number: UInt32
    /// When it was sent: microseconds of the relay's clock.
    package var sentAt: UInt64
    /// One of the last probes was answered by UDP: the hub may send datagrams.
    package var isReplied: Bool
    /// Downlink packets lost lately, in thousandths; 0...1000.
    package var lossPermille: UInt16
    /// How unevenly downlink packets arrive, in microseconds.
    package var jitter: UInt32
    /// The round trip of the last probe that was answered, in microseconds; the highest number if there is none.
    package var roundTrip: UInt32
    /// The hub's clock less the relay's, in microseconds, as the relay believes.
    package var clockOffset: Int64
    /// How wrong that may be, in microseconds; the highest number if the relay does not know yet.
    package var clockBound: UInt32

    package init(
        number: UInt32, sentAt: UInt64, isReplied: Bool = false, lossPermille: UInt16 = 0, jitter: UInt32 = 0,
        roundTrip: UInt32 = .max, clockOffset: Int64 = 0, clockBound: UInt32 = .max
    ) {
        (self.number, self.sentAt, self.isReplied) = (number, sentAt, isReplied)
        (self.lossPermille, self.jitter, self.roundTrip) = (lossPermille, jitter, roundTrip)
        (self.clockOffset, self.clockBound) = (clockOffset, clockBound)
    }
}

extension PathProbe: FrameFields {
    private static let offsets = -Int64(clockReadings.upperBound)...Int64(clockReadings.upperBound)

    init(from reader: inout PayloadReader) throws(WireError) {
        number = try reader.number("number")
        sentAt = try reader.number("sentAt", in: clockReadings)
        isReplied = try reader.flag("isReplied")
        lossPermille = try reader.number("lossPermille", in: 0...1_000)
        jitter = try reader.number("jitter")
        roundTrip = try reader.number("roundTrip")
        clockOffset = try reader.number("clockOffset", in: Self.offsets)
        clockBound = try reader.number("clockBound")
    }

    func write(to writer: inout PayloadWriter) {
        writer.number(number)
        writer.number(sentAt, in: clockReadings)
        writer.flag(isReplied)
        writer.number(lossPermille, in: 0...1_000)
        writer.number(jitter)
        writer.number(roundTrip)
        writer.number(clockOffset, in: Self.offsets)
        writer.number(clockBound)
    }
}

/// The hub's answer to ``PathProbe``: the four times of a clock comparison (RFC 5905, section 8), but for the last.
package struct PathReply: Sendable, Equatable {
    /// The probe's number.
    package var number: UInt32
    /// The probe's ``PathProbe/sentAt``.
    package var sentAt: UInt64
    /// When the probe arrived: microseconds of the hub's clock.
    package var receivedAt: UInt64
    /// When this was sent: microseconds of the hub's clock.
    package var repliedAt: UInt64
    /// Uplink packets lost lately, in thousandths; 0...1000.
    package var lossPermille: UInt16
    /// How unevenly uplink packets arrive, in microseconds.
    package var jitter: UInt32

    package init(
        number: UInt32, sentAt: UInt64, receivedAt: UInt64, repliedAt: UInt64, lossPermille: UInt16 = 0,
        jitter: UInt32 = 0
    ) {
        (self.number, self.sentAt) = (number, sentAt)
        (self.receivedAt, self.repliedAt) = (receivedAt, repliedAt)
        (self.lossPermille, self.jitter) = (lossPermille, jitter)
    }
}

extension PathReply: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        number = try reader.number("number")
        sentAt = try reader.number("sentAt", in: clockReadings)
        receivedAt = try reader.number("receivedAt", in: clockReadings)
        repliedAt = try reader.number("repliedAt", in: clockReadings)
        lossPermille = try reader.number("lossPermille", in: 0...1_000)
        jitter = try reader.number("jitter")
    }

    func write(to writer: inout PayloadWriter) {
        writer.number(number)
        writer.number(sentAt, in: clockReadings)
        writer.number(receivedAt, in: clockReadings)
        writer.number(repliedAt, in: clockReadings)
        writer.number(lossPermille, in: 0...1_000)
        writer.number(jitter)
    }
}

/// K1: readings of a clock on the wire, in microseconds. Sums and differences of two of them fit 64 bits.
let clockReadings = 0...UInt64(1) << 62 - 1
