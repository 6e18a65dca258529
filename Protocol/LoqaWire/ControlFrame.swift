package import LoqaBase

/// One message of the control connection (TCP), as a value. PROTOCOL.md, "Control frames", is its law.
package enum ControlFrame: Sendable, Equatable {
    // Either end.

    /// Asks the other end to answer with ``pong(_:)``.
    case ping(Probe)
    /// Answers ``ping(_:)`` with the same number.
    case pong(Probe)
    /// A sender's stream is complete: nothing with a higher sequence number follows.
    case streamEnd(StreamEnd)
    /// The last frame before this end closes the connection.
    case goodbye(Goodbye)

    // Relay to hub.

    /// The first frame of a connection.
    case hello(Hello)
    /// The relay heard its wake word (or was asked a question) and streams already.
    case claim(Claim)
    /// The relay gave up a turn.
    case turnCancel(TurnCancel)
    /// An answer has left the loudspeaker.
    case drained(Drained)
    /// What the relay can do at the moment. Sent after each change.
    case status(Status)

    // Hub to relay.

    /// The hub accepts the relay; the second frame of a connection.
    case welcome(Welcome)
    /// This relay has the turn: it lights up.
    case grant(Grant)
    /// The turn goes on without this relay: it stops streaming and stays dark.
    case deny(Deny)
    /// The hub has heard enough: the relay stops streaming and waits for an answer.
    case speechEnd(SpeechEnd)
    /// An answer or announcement begins on the media plane.
    case answerStart(AnswerStart)
    /// Nothing more belongs to this turn; the relay is free.
    case turnEnd(TurnEnd)
    /// The relay rings for a timer until told otherwise.
    case ringStart(RingStart)
    /// The relay stops ringing.
    case ringStop(RingStop)

    /// Kinds on the wire. A number is never used again for something else.
    package enum Kind: UInt8, Sendable, CaseIterable {
        case ping = 0x01
        case pong = 0x02
        case streamEnd = 0x03
        case goodbye = 0x04
        case hello = 0x10
        case claim = 0x11
        case turnCancel = 0x12
        case drained = 0x13
        case status = 0x14
        case welcome = 0x20
        case grant = 0x21
        case deny = 0x22
        case speechEnd = 0x23
        case answerStart = 0x24
        case turnEnd = 0x25
        case ringStart = 0x26
        case ringStop = 0x27
    }
}

/// A number that comes back unchanged; the sender makes up its meaning.
package struct Probe: Sendable, Equatable {
    package var number: UInt32
    package init(number: UInt32) { self.number = number }
}

/// What a relay says first.
package struct Hello: Sendable, Equatable {
    /// The oldest and newest protocol version that the relay speaks.
    package var versionMin: UInt8
    package var versionMax: UInt8
    /// The UDP port at which the relay receives media packets.
    package var mediaPort: UInt16
    /// The relay's own name, unique in the house; 1 to 64 bytes of UTF-8.
    package var name: String
    /// The room the relay stands in, as the home file calls it; 1 to 64 bytes of UTF-8.
    package var room: String

    package init(versionMin: UInt8, versionMax: UInt8, mediaPort: UInt16, name: String, room: String) {
        (self.versionMin, self.versionMax, self.mediaPort) = (versionMin, versionMax, mediaPort)
        (self.name, self.room) = (name, room)
    }
}

/// The hub's answer to ``Hello``.
package struct Welcome: Sendable, Equatable {
    /// The version both ends speak from now on.
    package var version: UInt8
    /// The number the hub gave this relay.
    package var relay: RelayID
    /// The UDP port at which the hub receives media packets.
    package var mediaPort: UInt16

    package init(version: UInt8, relay: RelayID, mediaPort: UInt16) {
        (self.version, self.relay, self.mediaPort) = (version, relay, mediaPort)
    }
}

/// A relay's claim that somebody speaks to it.
package struct Claim: Sendable, Equatable {
    /// What opened the turn.
    package enum Cause: UInt8, Sendable, CaseIterable {
        /// The wake word was heard.
        case wakeWord = 1
        /// An answer asked for a reply (``AnswerStart/expectsReply``) and has left the loudspeaker.
        case followUp = 2
    }

    package var turn: TurnID
    /// The uplink stream that carries the turn's sound.
    package var stream: StreamID
    package var cause: Cause
    /// Samples from the stream's first one to the start and the end of the wake word; both 0 without one.
    package var wakeStart: UInt32
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

/// The hub's yes to a ``Claim``.
package struct Grant: Sendable, Equatable {
    package var turn: TurnID
    package init(turn: TurnID) { self.turn = turn }
}

/// The hub's no to a ``Claim``.
package struct Deny: Sendable, Equatable {
    package enum Reason: UInt8, Sendable, CaseIterable {
        /// Another relay answers.
        case otherRelay = 1
        /// The hub has no room for another turn.
        case busy = 2
        /// The claim was not acceptable (a number out of order, or a turn already open).
        case invalid = 3
    }

    package var turn: TurnID
    package var reason: Reason
    package init(turn: TurnID, reason: Reason) { (self.turn, self.reason) = (turn, reason) }
}

/// The relay's end of a turn before the hub ended it.
package struct TurnCancel: Sendable, Equatable {
    package enum Reason: UInt8, Sendable, CaseIterable {
        /// The microphone was muted.
        case muted = 1
        /// The capture device failed.
        case microphoneLost = 2
        /// The talker woke the relay again: a new claim follows.
        case bargeIn = 3
        /// A deadline of the relay passed.
        case deadline = 4
    }

    package var turn: TurnID
    package var reason: Reason
    package init(turn: TurnID, reason: Reason) { (self.turn, self.reason) = (turn, reason) }
}

/// The hub's sign to stop streaming.
package struct SpeechEnd: Sendable, Equatable {
    package enum Reason: UInt8, Sendable, CaseIterable {
        /// The talker finished.
        case endpoint = 1
        /// Nobody spoke after the wake word.
        case noSpeech = 2
        /// The turn reached its longest time.
        case tooLong = 3
    }

    package var turn: TurnID
    package var reason: Reason
    package init(turn: TurnID, reason: Reason) { (self.turn, self.reason) = (turn, reason) }
}

/// The start of a downlink stream.
package struct AnswerStart: Sendable, Equatable {
    /// The turn that is answered, or ``TurnID/none`` for an announcement.
    package var turn: TurnID
    package var stream: StreamID
    /// The relay listens again, without a wake word, once this answer has left the loudspeaker.
    package var expectsReply: Bool

    package init(turn: TurnID, stream: StreamID, expectsReply: Bool) {
        (self.turn, self.stream, self.expectsReply) = (turn, stream, expectsReply)
    }
}

/// How a turn came out.
package struct TurnEnd: Sendable, Equatable {
    package enum Outcome: UInt8, Sendable, CaseIterable {
        /// The answer was sent in full.
        case answered = 1
        /// Nobody spoke.
        case silence = 2
        /// The hub could not serve the turn (an engine failed).
        case failed = 3
        /// The relay cancelled the turn.
        case cancelled = 4
    }

    package var turn: TurnID
    package var outcome: Outcome
    package init(turn: TurnID, outcome: Outcome) { (self.turn, self.outcome) = (turn, outcome) }
}

/// The end of a stream, sent on the control connection because a media packet can be lost.
package struct StreamEnd: Sendable, Equatable {
    package var stream: StreamID
    /// Packets that were sent; the sequence numbers are 0..<packetCount.
    package var packetCount: UInt32
    package init(stream: StreamID, packetCount: UInt32) {
        (self.stream, self.packetCount) = (stream, packetCount)
    }
}

/// The relay's report that a downlink stream was played to its end, and how well it arrived.
package struct Drained: Sendable, Equatable {
    package var stream: StreamID
    /// Packets played as they came, and packets that concealment stood in for.
    package var playedCount: UInt32
    package var concealedCount: UInt32
    package init(stream: StreamID, playedCount: UInt32, concealedCount: UInt32) {
        (self.stream, self.playedCount, self.concealedCount) = (stream, playedCount, concealedCount)
    }
}

/// What works on a relay at the moment.
package struct Status: Sendable, Equatable {
    /// The household has switched the microphone off.
    package var isMuted: Bool
    /// The capture device and the wake engine run.
    package var canHear: Bool
    /// The playback device runs.
    package var canSpeak: Bool
    package init(isMuted: Bool, canHear: Bool, canSpeak: Bool) {
        (self.isMuted, self.canHear, self.canSpeak) = (isMuted, canHear, canSpeak)
    }
}

/// A timer has run out.
package struct RingStart: Sendable, Equatable {
    package var ring: RingID
    package init(ring: RingID) { self.ring = ring }
}

/// The ringing was answered.
package struct RingStop: Sendable, Equatable {
    package var ring: RingID
    package init(ring: RingID) { self.ring = ring }
}

/// Why an end closes the connection.
package struct Goodbye: Sendable, Equatable {
    /// Error codes of the protocol. A number is never used again for something else.
    package enum Code: UInt16, Sendable, CaseIterable {
        /// The program ends; come back later.
        case shuttingDown = 1
        /// No common protocol version.
        case unsupportedVersion = 2
        /// A frame could not be decoded, or came where the order of frames forbids it.
        case protocolViolation = 3
        /// The hub has as many relays as it may.
        case tooManyRelays = 4
        /// Another relay of the same name is connected.
        case duplicateName = 5
        /// The hub's home file has no such room.
        case unknownRoom = 6
        /// No frame came for longer than the liveness limit.
        case silent = 7
    }

    package var code: Code
    /// For a person's eyes; at most 200 bytes of UTF-8.
    package var text: String
    package init(code: Code, text: String) { (self.code, self.text) = (code, text) }
}
