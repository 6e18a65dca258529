import LoqaBase
import LoqaTestKit
import LoqaWire

extension SeededGenerator {
    /// A frame of `kind` with random fields anywhere in their ranges, the ends included more often.
    mutating func frame(_ kind: ControlFrame.Kind) -> ControlFrame {
        let turn = TurnID(number(in: 1...UInt32.max))
        let stream = StreamID(number(in: 1...UInt32.max))
        switch kind {
        case .ping: return .ping(Probe(number: number(in: 0...UInt32.max)))
        case .pong: return .pong(Probe(number: number(in: 0...UInt32.max)))
        case .streamEnd: return .streamEnd(StreamEnd(stream: stream, packetCount: number(in: 0...180_000)))
        case .goodbye: return .goodbye(Goodbye(code: choice(), text: text(byteCounts: 0...200)))
        case .hello: return .hello(hello())
        case .claim: return .claim(claim(turn, stream))
        case .turnCancel: return .turnCancel(TurnCancel(turn: turn, reason: choice()))
        case .drained:
            let counts = (number(in: 0...UInt32(180_000)), number(in: 0...UInt32(180_000)))
            return .drained(Drained(stream: stream, playedCount: counts.0, concealedCount: counts.1))
        case .status: return .status(Status(isMuted: flag(), canHear: flag(), canSpeak: flag()))
        case .welcome:
            let relay = RelayID(number(in: 1...UInt16.max))
            return .welcome(
                Welcome(
                    relay: relay, mediaPort: number(in: 1...UInt16.max), session: number(in: 1...16_777_215),
                    name: text(byteCounts: 1...64), room: text(byteCounts: 1...64)))
        case .grant: return .grant(Grant(turn: turn))
        case .deny: return .deny(Deny(turn: turn, reason: choice()))
        case .speechEnd: return .speechEnd(SpeechEnd(turn: turn, reason: choice()))
        case .answerStart:
            return .answerStart(
                AnswerStart(
                    turn: flag() ? turn : .none, stream: stream, expectsReply: flag(),
                    presentAt: number(in: Self.clock)))
        case .turnEnd: return .turnEnd(TurnEnd(turn: turn, outcome: choice()))
        case .ringStart: return .ringStart(RingStart(ring: RingID(number(in: 0...UInt32.max))))
        case .ringStop: return .ringStop(RingStop(ring: RingID(number(in: 0...UInt32.max))))
        case .ringSilenced: return .ringSilenced(RingSilenced(ring: RingID(number(in: 0...UInt32.max))))
        case .wakePartWanted, .wakeReport, .wakeWord, .wakePart: return wake(kind)
        case .adoptCommit, .adoptReveal, .adoptNonce, .adopted, .hubKey, .hubKeyStored: return adoption(kind)
        case .media:
            return .media(
                MediaPacket(
                    stream: stream, sequence: number(in: 0...179_999), timestamp: number(in: 0...57_599_680),
                    payload: bytes(number(in: 1...1_000))))
        case .pathProbe:
            return .pathProbe(
                PathProbe(
                    number: number(in: 0...UInt32.max), sentAt: number(in: Self.clock), isReplied: flag(),
                    lossPermille: number(in: 0...1_000), jitter: number(in: 0...UInt32.max),
                    roundTrip: number(in: 0...UInt32.max),
                    clockOffset: number(in: -Int64(Self.clock.upperBound)...Int64(Self.clock.upperBound)),
                    clockBound: number(in: 0...UInt32.max)))
        case .pathReply:
            return .pathReply(
                PathReply(
                    number: number(in: 0...UInt32.max), sentAt: number(in: Self.clock),
                    receivedAt: number(in: Self.clock), repliedAt: number(in: Self.clock),
                    lossPermille: number(in: 0...1_000), jitter: number(in: 0...UInt32.max)))
        }
    }

    /// A frame that `sender` may send.
    mutating func frame(from sender: ControlFrame.Sender) -> ControlFrame {
        let kinds = ControlFrame.Kind.allCases.filter { $0.mayCome(from: sender) }
        return frame(kinds[Int.random(in: kinds.indices, using: &self)])
    }

    private static let clock = 0...UInt64(1) << 62 - 1

    private mutating func hello() -> Hello {
        Hello(
            session: number(in: 1...16_777_215), name: text(byteCounts: 1...64),
            room: text(byteCounts: 0...64))
    }

    private mutating func adoption(_ kind: ControlFrame.Kind) -> ControlFrame {
        switch kind {
        case .adoptCommit:
            .adoptCommit(
                AdoptCommit(
                    commitment: bytes(32), name: text(byteCounts: 1...64), room: text(byteCounts: 0...64)))
        case .adoptReveal: .adoptReveal(AdoptReveal(nonce: bytes(16)))
        case .adoptNonce: .adoptNonce(AdoptNonce(nonce: bytes(16)))
        case .hubKey: .hubKey(HubKey(key: bytes(32)))
        case .hubKeyStored: .hubKeyStored(HubKeyStored(key: bytes(32)))
        default: .adopted(Adopted(name: text(byteCounts: 1...64), room: text(byteCounts: 1...64)))
        }
    }

    private mutating func wake(_ kind: ControlFrame.Kind) -> ControlFrame {
        let offset: UInt32 = number(in: 0...1_048_575)
        switch kind {
        case .wakePartWanted: return .wakePartWanted(WakePartWanted(model: bytes(32), offset: offset))
        case .wakePart:
            return .wakePart(
                WakePart(
                    model: bytes(32), byteCount: number(in: 1...1_048_576), offset: offset,
                    part: bytes(number(in: 1...4_000))))
        case .wakeWord:
            let count: UInt8 = number(in: 0...8)
            return .wakeWord(
                WakeWordChoice(
                    revision: number(in: 1...UInt32.max), index: number(in: 0...max(count, 1) - 1),
                    count: count, model: bytes(32), sensitivity: choice()))
        default:
            let numbers = (0..<8).map { _ in number(in: 0...UInt32.max) }
            return .wakeReport(
                WakeReport(
                    revision: numbers[0], wakes: numbers[1], rejected: numbers[2], nearMisses: numbers[3],
                    stops: numbers[4], selfTests: numbers[5], failedSelfTests: numbers[6],
                    restarts: numbers[7]))
        }
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in .random(in: 0...255, using: &self) }
    }

    private mutating func claim(_ turn: TurnID, _ stream: StreamID) -> Claim {
        let wake = [number(in: 0...UInt32(57_599_680)), number(in: 0...UInt32(57_599_680))].sorted()
        return Claim(
            turn: turn, stream: stream, cause: choice(), wakeStart: wake[0], wakeEnd: wake[1],
            level: DecibelsFullScale(hundredths: number(in: -12_000...0)),
            noiseFloor: DecibelsFullScale(hundredths: number(in: -12_000...0)))
    }

    private mutating func number<Number: FixedWidthInteger>(in range: ClosedRange<Number>) -> Number {
        switch UInt8.random(in: 0...7, using: &self) {
        case 0: range.lowerBound
        case 1: range.upperBound
        default: .random(in: range, using: &self)
        }
    }

    private mutating func flag() -> Bool { .random(using: &self) }

    private mutating func choice<Choice: CaseIterable>() -> Choice {
        Array(Choice.allCases)[Int.random(in: 0..<Choice.allCases.count, using: &self)]
    }

    private mutating func text(byteCounts: ClosedRange<Int>) -> String {
        let count = number(in: byteCounts)
        var text = ""
        while text.utf8.count < count {
            let scalar = ["a", " ", "-", "7", "é", "€", "客", "🛋"].randomElement(using: &self) ?? "a"
            text += text.utf8.count + scalar.utf8.count <= count ? scalar : "x"
        }
        return text
    }
}
