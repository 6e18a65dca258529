import LoqaBase
import LoqaWire

extension ControlFrame {
    /// A valid frame of each kind.
    static func sample(_ kind: Kind) -> ControlFrame {
        switch kind {
        case .ping: .ping(Probe(number: 1))
        case .pong: .pong(Probe(number: 1))
        case .streamEnd: .streamEnd(StreamEnd(stream: StreamID(1), packetCount: 1))
        case .goodbye: .goodbye(Goodbye(code: .shuttingDown, text: "bye"))
        case .hello: .hello(Hello(session: 3, name: "n", room: ""))
        case .claim:
            .claim(
                Claim(
                    turn: TurnID(1), stream: StreamID(1), cause: .wakeWord, wakeStart: 1, wakeEnd: 2,
                    level: DecibelsFullScale(hundredths: -100),
                    noiseFloor: DecibelsFullScale(hundredths: -5_000)))
        case .turnCancel: .turnCancel(TurnCancel(turn: TurnID(1), reason: .muted))
        case .drained: .drained(Drained(stream: StreamID(1), playedCount: 1, concealedCount: 0))
        case .status: .status(Status(isMuted: false, canHear: true, canSpeak: true))
        case .adoptCommit:
            .adoptCommit(AdoptCommit(commitment: [UInt8](repeating: 1, count: 32), name: "n", room: ""))
        case .adoptReveal: .adoptReveal(AdoptReveal(nonce: [UInt8](repeating: 1, count: 16)))
        case .hubKeyStored: .hubKeyStored(HubKeyStored(key: [UInt8](repeating: 9, count: 32)))
        case .welcome:
            .welcome(Welcome(relay: RelayID(1), mediaPort: 1, session: 1, name: "n", room: "r"))
        case .grant: .grant(Grant(turn: TurnID(1)))
        case .deny: .deny(Deny(turn: TurnID(1), reason: .busy))
        case .speechEnd: .speechEnd(SpeechEnd(turn: TurnID(1), reason: .endpoint))
        case .answerStart:
            .answerStart(AnswerStart(turn: TurnID(1), stream: StreamID(1), expectsReply: false, presentAt: 0))
        case .turnEnd: .turnEnd(TurnEnd(turn: TurnID(1), outcome: .answered))
        case .ringStart: .ringStart(RingStart(ring: RingID(1)))
        case .ringStop: .ringStop(RingStop(ring: RingID(1)))
        case .adoptNonce: .adoptNonce(AdoptNonce(nonce: [UInt8](repeating: 2, count: 16)))
        case .adopted: .adopted(Adopted(name: "n", room: "r"))
        case .hubKey: .hubKey(HubKey(key: [UInt8](repeating: 9, count: 32)))
        case .media: .media(.sample(0))
        case .pathProbe: .pathProbe(PathProbe(number: 1, sentAt: 1))
        case .ringSilenced: .ringSilenced(RingSilenced(ring: RingID(1)))
        case .wakePartWanted:
            .wakePartWanted(WakePartWanted(model: [UInt8](repeating: 3, count: 32), offset: 0))
        case .wakeReport: .wakeReport(WakeReport())
        case .wakeWord:
            .wakeWord(
                WakeWordChoice(
                    revision: 1, index: 0, count: 1, model: [UInt8](repeating: 3, count: 32),
                    sensitivity: .normal))
        case .wakePart:
            .wakePart(
                WakePart(model: [UInt8](repeating: 3, count: 32), byteCount: 1, offset: 0, part: [1]))
        case .pathReply: .pathReply(PathReply(number: 1, sentAt: 1, receivedAt: 1, repliedAt: 1))
        }
    }
}

extension MediaPacket {
    static func sample(_ sequence: UInt32, stream: UInt32 = 1) -> MediaPacket {
        MediaPacket(
            stream: StreamID(stream), sequence: sequence, timestamp: 320 * sequence,
            payload: [UInt8(sequence & 0xFF), 7])
    }
}
