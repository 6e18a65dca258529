package import LoqaBase

// The frames that open and close a turn: PROTOCOL.md, "Turns".

/// A relay's claim that somebody speaks to it.
package struct Claim: Sendable, Equatable {
    /// What opened the turn.
    package enum Cause: UInt8, Sendable, CaseIterable {
        /// The wake word was heard.
        case wakeWord = 1
        /// An answer asked for a reply (``AnswerStart/expectsReply``) and has left the loudspeaker.
        case followUp = 2
        /// A button was pressed.
        case button = 3
    }

    /// The relay's next turn; never ``TurnID/none``.
    package var turn: TurnID
    /// The uplink stream that carries the turn's sound.
    package var stream: StreamID
    /// What opened the turn.
    package var cause: Cause
    /// Samples from the stream's first one to the start of the wake word; 0 without one.
    package var wakeStart: UInt32
    /// Samples from the stream's first one to the end of the wake word; not before its start, 0 without one.
    package var wakeEnd: UInt32
    /// Mean level over the wake word.
    package var level: DecibelsFullScale
    /// The tracked noise floor just before it.
    package var noiseFloor: DecibelsFullScale

    package init(
        turn: TurnID, stream: StreamID, cause: Cause, wakeStart: UInt32, wakeEnd: UInt32,
        level: DecibelsFullScale, noiseFloor: DecibelsFullScale
    ) {
        (self.turn, self.stream, self.cause) = (turn, stream, cause)
        (self.wakeStart, self.wakeEnd) = (wakeStart, wakeEnd)
        (self.level, self.noiseFloor) = (level, noiseFloor)
    }
}

extension Claim: FrameFields {
    private static let levels =
        DecibelsFullScale.floor.hundredths...DecibelsFullScale.fullScale.hundredths

    init(from reader: inout PayloadReader) throws(WireError) {
        turn = try TurnID(from: &reader)
        stream = try StreamID(from: &reader)
        cause = try reader.choice("cause")
        wakeStart = try reader.number("wakeStart", in: MediaPacket.Header.timestamps)
        wakeEnd = try reader.number("wakeEnd", in: MediaPacket.Header.timestamps)
        // C8: a word does not end before it starts.
        guard wakeStart <= wakeEnd else {
            throw reader.outOfRange("wakeEnd", offset: 13, value: Int(wakeEnd))
        }
        level = DecibelsFullScale(hundredths: try reader.number("level", in: Self.levels))
        noiseFloor = DecibelsFullScale(hundredths: try reader.number("noiseFloor", in: Self.levels))
    }

    func write(to writer: inout PayloadWriter) {
        precondition(wakeStart <= wakeEnd, "a wake word that ends before it starts")
        turn.write(to: &writer)
        stream.write(to: &writer)
        writer.number(cause.rawValue)
        writer.number(wakeStart, in: MediaPacket.Header.timestamps)
        writer.number(wakeEnd, in: MediaPacket.Header.timestamps)
        writer.number(level.hundredths, in: Self.levels)
        writer.number(noiseFloor.hundredths, in: Self.levels)
    }
}

/// The hub's yes to a ``Claim``.
package struct Grant: Sendable, Equatable {
    /// The claimed turn.
    package var turn: TurnID
    package init(turn: TurnID) { self.turn = turn }
}

extension Grant: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) { turn = try TurnID(from: &reader) }
    func write(to writer: inout PayloadWriter) { turn.write(to: &writer) }
}

/// The hub's no to a ``Claim``.
package struct Deny: Sendable, Equatable {
    /// Why the relay does not have the turn.
    package enum Reason: UInt8, Sendable, CaseIterable {
        /// Another relay answers.
        case otherRelay = 1
        /// The hub has no room for another turn.
        case busy = 2
        /// The claim was not acceptable (a number out of order, or a turn already open).
        case invalid = 3
    }

    /// The claimed turn, over with this.
    package var turn: TurnID
    /// Why.
    package var reason: Reason
    package init(turn: TurnID, reason: Reason) { (self.turn, self.reason) = (turn, reason) }
}

extension Deny: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        turn = try TurnID(from: &reader)
        reason = try reader.choice("reason")
    }

    func write(to writer: inout PayloadWriter) {
        turn.write(to: &writer)
        writer.number(reason.rawValue)
    }
}

/// The relay's end of a turn before the hub ended it.
package struct TurnCancel: Sendable, Equatable {
    /// Why a relay gives a turn up.
    package enum Reason: UInt8, Sendable, CaseIterable {
        /// The microphone was muted.
        case muted = 1
        /// The capture device failed.
        case microphoneLost = 2
        /// The talker woke the relay again: a new claim follows.
        case bargeIn = 3
        /// A deadline of the relay passed.
        case deadline = 4
        /// The talker said the stop word (T18).
        case stopWord = 5
    }

    /// The relay's open turn, over with this.
    package var turn: TurnID
    /// Why.
    package var reason: Reason
    package init(turn: TurnID, reason: Reason) { (self.turn, self.reason) = (turn, reason) }
}

extension TurnCancel: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        turn = try TurnID(from: &reader)
        reason = try reader.choice("reason")
    }

    func write(to writer: inout PayloadWriter) {
        turn.write(to: &writer)
        writer.number(reason.rawValue)
    }
}

/// The hub's sign to stop streaming.
package struct SpeechEnd: Sendable, Equatable {
    /// Why the hub has heard enough.
    package enum Reason: UInt8, Sendable, CaseIterable {
        /// The talker finished.
        case endpoint = 1
        /// Nobody spoke after the wake word.
        case noSpeech = 2
        /// The turn reached its longest time.
        case tooLong = 3
    }

    /// The turn whose streaming ends.
    package var turn: TurnID
    /// Why.
    package var reason: Reason
    package init(turn: TurnID, reason: Reason) { (self.turn, self.reason) = (turn, reason) }
}

extension SpeechEnd: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        turn = try TurnID(from: &reader)
        reason = try reader.choice("reason")
    }

    func write(to writer: inout PayloadWriter) {
        turn.write(to: &writer)
        writer.number(reason.rawValue)
    }
}

/// How a turn came out.
package struct TurnEnd: Sendable, Equatable {
    /// How a turn can come out.
    package enum Outcome: UInt8, Sendable, CaseIterable {
        /// The answer was sent in full.
        case answered = 1
        /// Nobody spoke.
        case silence = 2
        /// The hub could not serve the turn (an engine failed).
        case failed = 3
        /// The relay cancelled the turn.
        case cancelled = 4
        /// The wake word was not said (T19).
        case notMeant = 5
    }

    /// The turn that is over.
    package var turn: TurnID
    /// How it came out.
    package var outcome: Outcome
    package init(turn: TurnID, outcome: Outcome) { (self.turn, self.outcome) = (turn, outcome) }
}

extension TurnEnd: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        turn = try TurnID(from: &reader)
        outcome = try reader.choice("outcome")
    }

    func write(to writer: inout PayloadWriter) {
        turn.write(to: &writer)
        writer.number(outcome.rawValue)
    }
}

extension TurnID {
    /// Reads the field `turn`; zero, which means none, is out of range.
    init(from reader: inout PayloadReader) throws(WireError) {
        self.init(try reader.number("turn", in: 1...UInt32.max))
    }

    func write(to writer: inout PayloadWriter) { writer.number(value, in: 1...UInt32.max) }
}
