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
    /// 20 ms of sound. Travels as a datagram, or here while UDP is blocked.
    case media(MediaPacket)

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
    /// An unknown relay asks to be adopted, and binds itself to a number that it does not show yet.
    case adoptCommit(AdoptCommit)
    /// Shows that number: both ends know the six digits now.
    case adoptReveal(AdoptReveal)
    /// The relay has stored the hub's new key.
    case hubKeyStored(HubKeyStored)
    /// Asks what the UDP path and the hub's clock are like. Travels as a datagram, or here while UDP is blocked.
    case pathProbe(PathProbe)
    /// The stop word ended a ring.
    case ringSilenced(RingSilenced)
    /// The relay lacks a model that it is to listen for.
    case wakePartWanted(WakePartWanted)
    /// How the relay's wake words fare.
    case wakeReport(WakeReport)

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
    /// The hub's number for the six digits.
    case adoptNonce(AdoptNonce)
    /// The owner has approved the relay: it may greet.
    case adopted(Adopted)
    /// The hub is about to change its key.
    case hubKey(HubKey)
    /// Answers ``pathProbe(_:)``.
    case pathReply(PathReply)
    /// One of the words that the relay is to listen for.
    case wakeWord(WakeWordChoice)
    /// A piece of a model.
    case wakePart(WakePart)

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
        case adoptCommit = 0x15
        case adoptReveal = 0x16
        case hubKeyStored = 0x17
        case ringSilenced = 0x18
        case wakePartWanted = 0x19
        case wakeReport = 0x1A
        case welcome = 0x20
        case grant = 0x21
        case deny = 0x22
        case speechEnd = 0x23
        case answerStart = 0x24
        case turnEnd = 0x25
        case ringStart = 0x26
        case ringStop = 0x27
        case adoptNonce = 0x28
        case adopted = 0x29
        case hubKey = 0x2A
        case wakeWord = 0x2B
        case wakePart = 0x2C
        case media = 0x4D
        case pathProbe = 0x50
        case pathReply = 0x51
    }
}
