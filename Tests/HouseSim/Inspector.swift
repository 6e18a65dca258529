import LoqaBase
import LoqaCrypto
import LoqaWire

/// Watches a house and says what does not hold. It knows the truth, which no host does.
final class Inspector {
    /// What a story was made of, to see that it was rich.
    struct Tally {
        var outcomes: [TurnEnd.Outcome: Int] = [:]
        var grantCount = 0
        var decodedCount = 0
        var playedCount = 0
        var handshakeCount = 0
        var announcedCount = 0
        var clockCheckCount = 0
        var togetherCount = 0
    }

    /// The first thing that did not hold.
    private(set) var violation: Violation?
    var tally = Tally()
    var now = HouseInstant.origin

    /// Who the owner has let in, and has struck off.
    var allowed: Set<PublicKey> = []
    var revoked: Set<PublicKey> = []
    private var redeemers: [[UInt8]: PublicKey] = [:]
    private var accepted: Set<PacketID> = []
    private var sealed: [SealerID: UInt32] = [:]
    private var ephemerals: Set<[UInt8]> = []
    private var openTurns: [TurnKey: HouseInstant] = [:]
    private var answered: Set<TurnKey> = []
    private var starts: [Int: [(relay: Int, at: HouseInstant, bound: Duration)]] = [:]

    struct PacketID: Hashable {
        var link: Int
        var toHub: Bool
        var stream: UInt32
        var sequence: UInt32
    }

    struct SealerID: Hashable {
        var link: Int
        var toHub: Bool
    }

    struct TurnKey: Hashable {
        var link: Int
        var turn: UInt32
    }

    /// Notes the first violation; what follows from it says nothing new.
    func fail(_ invariant: Invariant, host: Int, _ message: @autoclosure () -> String) {
        guard violation == nil else { return }
        violation = Violation(invariant: invariant, time: now, host: host, message: message())
    }
}

// MARK: - Packets

extension Inspector {
    func accepted(_ packet: MediaPacket, link: Int, toHub: Bool, host: Int) {
        let id = PacketID(
            link: link, toHub: toHub, stream: packet.stream.value, sequence: packet.sequence)
        guard accepted.insert(id).inserted else {
            return fail(
                .acceptedOnce, host: host, "packet \(packet.sequence) of stream \(packet.stream.value) twice")
        }
        guard let tag = SoundTag(packet.payload), tag.stream == packet.stream.value, tag.link == link,
            tag.sequence == packet.sequence, tag.timestamp == packet.timestamp
        else {
            return fail(
                .decodedInOrder, host: host, "a packet of stream \(packet.stream.value) is not as sent")
        }
    }

    func sealed(_ datagram: [UInt8], link: Int, toHub: Bool, host: Int) {
        let counter = datagram[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let id = SealerID(link: link, toHub: toHub)
        if let last = sealed[id], counter <= last {
            fail(.counterOnce, host: host, "counter \(counter) was sealed again, after \(last)")
        }
        sealed[id] = counter
    }

    func ephemeral(_ key: some Collection<UInt8>, host: Int) {
        tally.handshakeCount += 1
        if !ephemerals.insert(Array(key)).inserted {
            fail(.ephemeralOnce, host: host, "an ephemeral key came back")
        }
    }
}

// MARK: - Turns

extension Inspector {
    func granted(_ turn: TurnID, link: Int) {
        tally.grantCount += 1
        if openTurns.updateValue(now, forKey: TurnKey(link: link, turn: turn.value)) != nil {
            fail(.oneOutcome, host: 0, "turn \(turn.value) was granted twice")
        }
    }

    func closed(_ turn: TurnID, _ outcome: TurnEnd.Outcome, link: Int) {
        guard turn != .none else { return }
        tally.outcomes[outcome, default: 0] += 1
        if openTurns.removeValue(forKey: TurnKey(link: link, turn: turn.value)) == nil {
            fail(.oneOutcome, host: 0, "turn \(turn.value) came to a second outcome, \(outcome)")
        }
    }

    /// The hub sends a frame of a turn that it conducts.
    func sent(_ frame: ControlFrame, link: Int) {
        guard let turn = frame.turn, turn != .none else { return }
        if case .grant = frame { return }
        if case .deny = frame { return }
        if case .answerStart = frame, !answered.insert(TurnKey(link: link, turn: turn.value)).inserted {
            fail(.oneAnswer, host: 0, "turn \(turn.value) is answered twice")
        }
        if openTurns[TurnKey(link: link, turn: turn.value)] == nil {
            fail(.overIsOver, host: 0, "\(frame.kind) is sent for turn \(turn.value), which is over")
        }
    }

    /// The hub's end of a link is gone: none of its turns is left open.
    func left(link: Int) {
        for key in openTurns.keys where key.link == link {
            fail(.oneOutcome, host: 0, "turn \(key.turn) had no outcome when its relay was lost")
        }
    }

    /// The hub's memory is gone, and its turns with it.
    func hubDied() { openTurns = [:] }

    /// Turns that are open for longer than all their deadlines together.
    func checkTurnAges(sleptUntil: HouseInstant) {
        for (key, since) in openTurns where now - max(since, sleptUntil) > .seconds(75) {
            fail(
                .deadlineKept, host: 0, "turn \(key.turn) is open since \(since.sinceOrigin.milliseconds) ms")
        }
    }
}

// MARK: - Identity

extension Inspector {
    func redeemed(_ invite: [UInt8], by key: PublicKey) {
        if let first = redeemers[invite], first != key {
            fail(.tokenWorksOnce, host: 0, "a token that brought \(first) in brings \(key) in")
        }
        redeemers[invite] = key
        allowed.insert(key)
    }

    func admitted(_ key: PublicKey, opener: PublicKey?) {
        if key != opener {
            fail(.proofComesFirst, host: 0, "\(key) is admitted, but somebody else connected")
        }
        if revoked.contains(key) { fail(.revokedStaysOut, host: 0, "\(key) is revoked, and admitted") }
        if !allowed.contains(key) { fail(.strangerStaysOut, host: 0, "nobody let \(key) in") }
    }
}

// MARK: - Announcements

extension Inspector {
    func started(_ announcement: Int, relay: Int, at: HouseInstant, bound: Duration) {
        let others = starts[announcement] ?? []
        for other in others {
            tally.togetherCount += 1
            let (apart, limit) = (at - other.at, bound + other.bound + .milliseconds(20))
            if max(apart, .zero - apart) > limit {
                fail(
                    .spokenTogether, host: relay,
                    "announcement \(announcement) begins \(apart) after relay \(other.relay), limit \(limit)")
            }
        }
        starts[announcement] = others + [(relay, at, bound)]
    }
}

extension ControlFrame {
    /// The turn that a frame is about.
    var turn: TurnID? {
        switch self {
        case .claim(let frame): frame.turn
        case .grant(let frame): frame.turn
        case .deny(let frame): frame.turn
        case .turnCancel(let frame): frame.turn
        case .speechEnd(let frame): frame.turn
        case .answerStart(let frame): frame.turn
        case .turnEnd(let frame): frame.turn
        case .ping, .pong, .streamEnd, .goodbye, .hello, .drained, .status, .adoptCommit, .adoptReveal,
            .hubKeyStored,
            .welcome, .ringStart, .ringStop, .adoptNonce, .adopted, .hubKey, .media, .pathProbe, .pathReply,
            .ringSilenced, .wakePartWanted, .wakeReport, .wakeWord, .wakePart:
            nil
        }
    }
}
