import HubCore
import LoqaBase
import LoqaLink
import LoqaTestKit
import LoqaWire
import RelayCore

/// A whole house in one process on one made-up clock: relays, a hub, engines, and a network that can break.
///
/// The real machines of both ends run here; sockets, devices and engines are events in a queue. One seed gives one
/// story. Time is in whole milliseconds of the house; each end sees it as its own clock.
struct House {
    /// What the story may do to the house.
    struct Faults {
        /// Chance in percent that an engine fails, or never answers.
        var engineFails = 0
        var engineHangs = 0
        /// Chance in percent that a control frame takes a second instead of a few milliseconds.
        var frameIsSlow = 0
    }

    private enum Event {
        case relayTick(Int, life: Int)
        case hubTick(connection: Int)
        case connectArrives(Int, connection: Int)
        case toHub(ControlFrame, connection: Int)
        case toRelay(ControlFrame, connection: Int)
        case cut(connection: Int)
        case endpoint(connection: Int, turn: TurnID)
        case recognised(connection: Int, attempt: Int, fails: Bool)
        case spoken(connection: Int, StreamID)
        case played(relay: Int, StreamID, life: Int)
    }

    struct Relay {
        var session = RelaySession()
        var connector: Connector<RelayClock>
        var connection: Int?
        var isAlive = true
        /// Counts restarts, so that what belonged to an earlier life is dropped.
        var life = 0
    }

    struct Connection {
        var relay: Int
        var turn = HubTurn()
        var id: RelayID?
        var isOpen = true
        /// When the last frame of each direction arrives: TCP keeps their order.
        var lastArrival = [true: 0, false: 0]
    }

    private(set) var relays: [Relay] = []
    private(set) var connections: [Int: Connection] = [:]
    /// Turns that the hub closed, by outcome.
    private(set) var closed: [TurnEnd.Outcome: Int] = [:]
    var faults = Faults()
    private var roster: RelayRoster
    private var hubIsAlive = true
    private var nextConnection = 1
    private var now = 0
    private var queue: [(time: Int, event: Event)] = []
    private var random: SeededGenerator

    init(relayCount: Int, seed: UInt64) {
        random = SeededGenerator(seed: seed)
        roster = RelayRoster(rooms: (0..<relayCount).map { "room \($0)" })
        for index in 0..<relayCount {
            relays.append(Relay(connector: Self.connector(at: 0)))
            start(index)
        }
    }
}

// MARK: - The story's hand

extension House {
    /// Lets the house run for a while.
    mutating func run(milliseconds: Int) {
        let end = now + milliseconds
        while let next = queue.last, next.time <= end {
            queue.removeLast()
            now = next.time
            handle(next.event)
        }
        now = end
    }

    mutating func wake(_ relay: Int) {
        guard relays[relay].isAlive else { return }
        let end = SampleCount(Int64(now + 2_000) * 16)
        let heard = Wake(
            start: end - SampleCount(12_000), end: end, oldest: SampleCount(0), level: .floor,
            noiseFloor: .floor)
        perform(relays[relay].session.wakeHeard(heard, at: relayNow), relay)
    }

    mutating func mute(_ relay: Int, _ isMuted: Bool) {
        perform(relays[relay].session.muteChanged(isMuted), relay)
    }

    mutating func killHub() {
        hubIsAlive = false
        for connection in connections.keys { cut(connection) }
        roster = RelayRoster(rooms: relays.indices.map { "room \($0)" })
    }

    mutating func startHub() { hubIsAlive = true }

    mutating func killRelay(_ relay: Int) {
        relays[relay].isAlive = false
        if let connection = relays[relay].connection { cut(connection) }
    }

    mutating func startRelay(_ relay: Int) {
        guard !relays[relay].isAlive else { return }
        let life = relays[relay].life + 1
        relays[relay] = Relay(connector: Self.connector(at: now), life: life)
        start(relay)
    }

    /// Cuts a relay's cable: neither end is told, each has to notice.
    mutating func unplug(_ relay: Int) {
        if let connection = relays[relay].connection { connections[connection]?.isOpen = false }
    }

    var isAllArmed: Bool {
        relays.allSatisfy { $0.session.state == .idle && $0.connector.isUp && $0.session.light == .idle }
    }

    /// Every relay is in touch with its hub and hears: it serves somebody or waits for the next word.
    var isAllUp: Bool {
        relays.allSatisfy {
            $0.connector.isUp && $0.session.state != .offline && $0.session.light != .cannotHear
        }
    }

    var story: String { relays.map { "\($0.session.state)" }.joined(separator: "; ") }
}

// MARK: - Events

extension House {
    private mutating func handle(_ event: Event) {
        switch event {
        case .relayTick(let relay, let life): relayTick(relay, life)
        case .hubTick(let connection): hubTick(connection)
        case .connectArrives(let relay, let connection): connectArrives(relay, connection)
        case .toHub(let frame, let connection): hubReceives(frame, connection)
        case .toRelay(let frame, let connection): relayReceives(frame, connection)
        case .cut(let connection): relayLoses(connection)
        case .endpoint(let connection, let turn):
            guard connections[connection]?.turn.turn == turn else { return }
            advance(connection) { turn, _ in turn.paused() }
            let reason: SpeechEnd.Reason = chance(25) ? .noSpeech : .endpoint
            advance(connection) { turn, now in turn.speechEnded(reason, at: now) }
        case .recognised(let connection, let attempt, let fails):
            advance(connection) { turn, _ in
                fails ? turn.recognitionFailed(attempt: attempt) : turn.recognised(nil, attempt: attempt)
            }
        case .spoken(let connection, let stream):
            advance(connection) { turn, now in
                turn.answerSent(stream, packetCount: 40, remaining: .milliseconds(800), at: now)
            }
        case .played(let relay, let stream, let life):
            guard relays[relay].life == life, relays[relay].isAlive else { return }
            let report = Drained(stream: stream, playedCount: 40, concealedCount: 0)
            let position = SampleCount(Int64(now) * 16)
            perform(relays[relay].session.drained(report, position: position, at: relayNow), relay)
        }
    }

    private mutating func relayTick(_ relay: Int, _ life: Int) {
        guard relays[relay].isAlive, relays[relay].life == life else { return }
        switch relays[relay].connector.tick(at: relayNow) {
        case .none: break
        case .connect:
            let connection = nextConnection
            nextConnection += 1
            relays[relay].connection = connection
            plan(1, .connectArrives(relay, connection: connection))
        case .greet: break
        case .ping(let probe): send(.ping(probe), from: relay)
        case .close:
            relays[relay].connection = nil
            perform(relays[relay].session.linkDown(), relay)
        }
        perform(relays[relay].session.tick(at: relayNow), relay)
        plan(20, .relayTick(relay, life: life))
    }

    private mutating func connectArrives(_ relay: Int, _ connection: Int) {
        guard relays[relay].connection == connection, relays[relay].isAlive else { return }
        guard hubIsAlive else {
            relays[relay].connection = nil
            return relays[relay].connector.closed(at: relayNow)
        }
        connections[connection] = Connection(relay: relay)
        guard relays[relay].connector.connected(at: relayNow) == .greet else { return }
        let hello = Hello(session: 1, name: "relay \(relay)", room: "room \(relay)")
        send(.hello(hello), from: relay)
        plan(20, .hubTick(connection: connection))
    }

    private mutating func hubReceives(_ frame: ControlFrame, _ connection: Int) {
        guard hubIsAlive, connections[connection]?.isOpen == true else { return }
        switch frame {
        case .hello(let hello):
            guard case .admit(let id, let replaced) = roster.admit(name: hello.name, room: hello.room) else {
                return
            }
            if let old = connections.first(where: { $0.value.id == replaced && replaced != nil })?.key {
                cut(old)
            }
            connections[connection]?.id = id
            let welcome = Welcome(relay: id, mediaPort: 9, session: 1, name: hello.name, room: hello.room)
            reply(.welcome(welcome), on: connection)
        case .ping(let probe): reply(.pong(probe), on: connection)
        case .claim(let claim):
            advance(connection) { turn, now in turn.claimed(claim, at: now) }
        case .turnCancel(let cancel):
            perform(connections[connection]?.turn.cancelled(cancel) ?? [], at: connection)
        case .drained(let report):
            perform(connections[connection]?.turn.drained(report) ?? [], at: connection)
        case .pong, .streamEnd, .goodbye, .status, .welcome, .grant, .deny, .speechEnd, .answerStart,
            .turnEnd, .ringStart, .ringStop, .media, .adoptCommit, .adoptReveal, .adoptNonce, .adopted,
            .hubKey,
            .hubKeyStored, .pathProbe, .pathReply:
            break
        }
    }

    private mutating func relayReceives(_ frame: ControlFrame, _ connection: Int) {
        guard let relay = relays.firstIndex(where: { $0.connection == connection && $0.isAlive }) else {
            return
        }
        relays[relay].connector.heard(at: relayNow)
        if case .welcome = frame {
            relays[relay].connector.welcomed(at: relayNow)
            guard relays[relay].connector.isUp else { return }
            return perform(relays[relay].session.linkUp(at: relayNow), relay)
        }
        if case .pong = frame { return }
        perform(relays[relay].session.receive(frame, at: relayNow), relay)
    }

    private mutating func relayLoses(_ connection: Int) {
        guard let relay = relays.firstIndex(where: { $0.connection == connection && $0.isAlive }) else {
            return
        }
        relays[relay].connection = nil
        relays[relay].connector.closed(at: relayNow)
        perform(relays[relay].session.linkDown(), relay)
    }

    private mutating func hubTick(_ connection: Int) {
        guard hubIsAlive, let open = connections[connection] else { return }
        if open.turn.turn != nil, case .listening = relays[open.relay].session.light {
            advance(connection) { turn, now in
                turn.packetArrived(at: now)
                return []
            }
        }
        advance(connection) { turn, now in turn.tick(at: now) }
        plan(20, .hubTick(connection: connection))
    }
}

// MARK: - Actions

extension House {
    private mutating func perform(_ actions: [RelaySession.Action], _ relay: Int) {
        for action in actions {
            switch action {
            case .send(let frame): send(frame, from: relay)
            case .startPlayback(let stream, _):
                plan(900, .played(relay: relay, stream, life: relays[relay].life))
            case .stopCapture, .startCapture, .startUplink, .endUplink, .stopPlayback, .startRing, .stopRing,
                .play:
                break
            }
        }
    }

    /// Tells a connection's turn of an event, and carries out what it answers.
    private mutating func advance(
        _ connection: Int, _ event: (inout HubTurn, HubInstant) -> [HubTurn.Action]
    ) {
        guard var turn = connections[connection]?.turn else { return }
        let actions = event(&turn, HubInstant(sinceOrigin: .milliseconds(now)))
        connections[connection]?.turn = turn
        perform(actions, at: connection)
    }

    private mutating func perform(_ actions: [HubTurn.Action], at connection: Int) {
        for action in actions {
            switch action {
            case .send(let frame): reply(frame, on: connection)
            case .startListening(let claim):
                plan(
                    Int.random(in: 300...4_000, using: &random),
                    .endpoint(connection: connection, turn: claim.turn))
            case .recognise(let attempt):
                if chance(faults.engineHangs) { continue }
                let fails = chance(faults.engineFails)
                let time = Int.random(in: 20...400, using: &random)
                plan(time, .recognised(connection: connection, attempt: attempt, fails: fails))
            case .interpret:
                let asks = chance(25)
                advance(connection) { turn, now in turn.replied("Done.", expectsReply: asks, at: now) }
            case .startSpeaking(_, let stream):
                if chance(faults.engineHangs) { continue }
                if chance(faults.engineFails) {
                    advance(connection) { turn, _ in turn.synthesisFailed(stream) }
                } else {
                    plan(Int.random(in: 20...600, using: &random), .spoken(connection: connection, stream))
                }
            case .closed(_, let outcome): closed[outcome, default: 0] += 1
            case .stopListening, .weigh, .stopSpeaking: break
            }
        }
    }

    private mutating func send(_ frame: ControlFrame, from relay: Int) {
        guard let connection = relays[relay].connection, connections[connection]?.isOpen == true else {
            return
        }
        plan(travel(connection, toHub: true), .toHub(frame, connection: connection))
    }

    private mutating func reply(_ frame: ControlFrame, on connection: Int) {
        guard connections[connection]?.isOpen == true else { return }
        plan(travel(connection, toHub: false), .toRelay(frame, connection: connection))
    }

    private mutating func cut(_ connection: Int) {
        guard var lost = connections.removeValue(forKey: connection) else { return }
        for case .closed(_, let outcome) in lost.turn.relayLost() { closed[outcome, default: 0] += 1 }
        if let id = lost.id { roster.leave(id) }
        plan(1, .cut(connection: connection))
    }

    private mutating func start(_ relay: Int) {
        _ = relays[relay].session.hearingChanged(true)
        _ = relays[relay].session.speakingChanged(true)
        plan(1, .relayTick(relay, life: relays[relay].life))
    }

    private mutating func travel(_ connection: Int, toHub: Bool) -> Int {
        let delay = chance(faults.frameIsSlow) ? 1_000 : Int.random(in: 1...15, using: &random)
        let arrival = max(now + delay, connections[connection]?.lastArrival[toHub] ?? 0)
        connections[connection]?.lastArrival[toHub] = arrival
        return arrival - now
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func plan(_ delay: Int, _ event: Event) {
        // Sorted, the next event last; among equals the one planned first.
        let time = now + delay
        var (low, high) = (0, queue.count)
        while low < high {
            let middle = (low + high) / 2
            if queue[middle].time > time { low = middle + 1 } else { high = middle }
        }
        queue.insert((time, event), at: low)
    }

    private var relayNow: RelayInstant { RelayInstant(sinceOrigin: .milliseconds(now)) }

    private static func connector(at now: Int) -> Connector<RelayClock> {
        Connector(at: RelayInstant(sinceOrigin: .milliseconds(now)))
    }
}
