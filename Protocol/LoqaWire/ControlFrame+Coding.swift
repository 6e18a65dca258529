extension ControlFrame.Kind {
    /// Which end sends a kind.
    package enum Direction: Sendable, Equatable, CaseIterable { case eitherEnd, relayToHub, hubToRelay }

    /// Which end sends this kind. C9: from the other end it is malformed.
    package var direction: Direction {
        switch self {
        case .ping, .pong, .streamEnd, .goodbye, .media: .eitherEnd
        case .hello, .claim, .turnCancel, .drained, .status, .adoptCommit, .adoptReveal, .hubKeyStored,
            .pathProbe, .ringSilenced, .wakePartWanted, .wakeReport:
            .relayToHub
        case .welcome, .grant, .deny, .speechEnd, .answerStart, .turnEnd, .ringStart, .ringStop, .adoptNonce,
            .adopted, .hubKey, .pathReply, .wakeWord, .wakePart:
            .hubToRelay
        }
    }

    /// C5: whether a receiver that does not know this kind has to close the connection.
    package var mustUnderstand: Bool {
        switch self {
        case .ping, .pong, .goodbye, .drained, .status, .hubKeyStored, .hubKey, .media, .pathProbe,
            .pathReply, .ringSilenced, .wakePartWanted, .wakeReport, .wakeWord, .wakePart:
            false
        case .streamEnd, .hello, .claim, .turnCancel, .welcome, .grant, .deny, .speechEnd, .answerStart,
            .turnEnd, .ringStart, .ringStop, .adoptCommit, .adoptReveal, .adoptNonce, .adopted:
            true
        }
    }

    /// Whether `sender` may send this kind.
    package func mayCome(from sender: ControlFrame.Sender) -> Bool {
        switch direction {
        case .eitherEnd: true
        case .relayToHub: sender == .relay
        case .hubToRelay: sender == .hub
        }
    }
}

extension ControlFrame {
    /// The two ends of a connection.
    package enum Sender: Sendable, Equatable, CaseIterable { case relay, hub }

    /// C3: the header's flag that forbids a receiver to skip an unknown kind.
    static let mustUnderstandFlag: UInt8 = 1

    /// The kind of this frame.
    package var kind: Kind { kindAndFields.kind }

    /// The frame as bytes to send: header and payload.
    ///
    /// - Precondition: every field is in its range; values that come from a configuration or an engine are
    ///   checked before they get here. The text of a ``Goodbye`` alone is cut and cleaned as needed.
    package func encoded() -> [UInt8] {
        let (kind, fields) = kindAndFields
        var writer = PayloadWriter(kind)
        fields.write(to: &writer)
        return writer.finish()
    }

    /// Decodes the payload of a frame whose header named `kind`. Bytes after the last field are ignored (C7).
    ///
    /// - Throws: ``WireError`` `tooShort`, `outOfRange` or `badText`, naming the field.
    package init(_ kind: Kind, payload: ArraySlice<UInt8>) throws(WireError) {
        var reader = PayloadReader(kind, payload)
        switch kind {
        case .ping: self = .ping(try Probe(from: &reader))
        case .pong: self = .pong(try Probe(from: &reader))
        case .streamEnd: self = .streamEnd(try StreamEnd(from: &reader))
        case .goodbye: self = .goodbye(try Goodbye(from: &reader))
        case .hello: self = .hello(try Hello(from: &reader))
        case .claim: self = .claim(try Claim(from: &reader))
        case .turnCancel: self = .turnCancel(try TurnCancel(from: &reader))
        case .drained: self = .drained(try Drained(from: &reader))
        case .status: self = .status(try Status(from: &reader))
        case .welcome: self = .welcome(try Welcome(from: &reader))
        case .grant: self = .grant(try Grant(from: &reader))
        case .deny: self = .deny(try Deny(from: &reader))
        case .speechEnd: self = .speechEnd(try SpeechEnd(from: &reader))
        case .answerStart: self = .answerStart(try AnswerStart(from: &reader))
        case .turnEnd: self = .turnEnd(try TurnEnd(from: &reader))
        case .ringStart: self = .ringStart(try RingStart(from: &reader))
        case .ringStop: self = .ringStop(try RingStop(from: &reader))
        case .adoptCommit: self = .adoptCommit(try AdoptCommit(from: &reader))
        case .adoptReveal: self = .adoptReveal(try AdoptReveal(from: &reader))
        case .hubKeyStored: self = .hubKeyStored(try HubKeyStored(from: &reader))
        case .adoptNonce: self = .adoptNonce(try AdoptNonce(from: &reader))
        case .adopted: self = .adopted(try Adopted(from: &reader))
        case .hubKey: self = .hubKey(try HubKey(from: &reader))
        case .media: self = .media(try MediaPacket(from: &reader))
        case .pathProbe: self = .pathProbe(try PathProbe(from: &reader))
        case .pathReply: self = .pathReply(try PathReply(from: &reader))
        case .ringSilenced: self = .ringSilenced(try RingSilenced(from: &reader))
        case .wakePartWanted: self = .wakePartWanted(try WakePartWanted(from: &reader))
        case .wakeReport: self = .wakeReport(try WakeReport(from: &reader))
        case .wakeWord: self = .wakeWord(try WakeWordChoice(from: &reader))
        case .wakePart: self = .wakePart(try WakePart(from: &reader))
        }
    }

    /// The payload alone, as a datagram carries it.
    package var payload: [UInt8] { Array(encoded().dropFirst(WireLimits.frameHeaderByteCount)) }

    private var kindAndFields: (kind: Kind, fields: any FrameFields) {
        switch self {
        case .ping(let fields): (.ping, fields)
        case .pong(let fields): (.pong, fields)
        case .streamEnd(let fields): (.streamEnd, fields)
        case .goodbye(let fields): (.goodbye, fields)
        case .hello(let fields): (.hello, fields)
        case .claim(let fields): (.claim, fields)
        case .turnCancel(let fields): (.turnCancel, fields)
        case .drained(let fields): (.drained, fields)
        case .status(let fields): (.status, fields)
        case .welcome(let fields): (.welcome, fields)
        case .grant(let fields): (.grant, fields)
        case .deny(let fields): (.deny, fields)
        case .speechEnd(let fields): (.speechEnd, fields)
        case .answerStart(let fields): (.answerStart, fields)
        case .turnEnd(let fields): (.turnEnd, fields)
        case .ringStart(let fields): (.ringStart, fields)
        case .ringStop(let fields): (.ringStop, fields)
        case .adoptCommit(let fields): (.adoptCommit, fields)
        case .adoptReveal(let fields): (.adoptReveal, fields)
        case .hubKeyStored(let fields): (.hubKeyStored, fields)
        case .adoptNonce(let fields): (.adoptNonce, fields)
        case .adopted(let fields): (.adopted, fields)
        case .hubKey(let fields): (.hubKey, fields)
        case .media(let fields): (.media, fields)
        case .pathProbe(let fields): (.pathProbe, fields)
        case .pathReply(let fields): (.pathReply, fields)
        case .ringSilenced(let fields): (.ringSilenced, fields)
        case .wakePartWanted(let fields): (.wakePartWanted, fields)
        case .wakeReport(let fields): (.wakeReport, fields)
        case .wakeWord(let fields): (.wakeWord, fields)
        case .wakePart(let fields): (.wakePart, fields)
        }
    }
}
