import Glibc
import HubCore
package import HubFallback
package import HubSkills
package import HubSpeech
import HubUnderstanding
package import HubWake
package import Logging
import LoqaBase
import LoqaCrypto
import LoqaLink
package import LoqaSystem
import LoqaWire
package import NIOCore

/// What a hub is made of, handed in by the program that wires it.
package struct HubParts: Sendable {
    /// Understands and acts; see ``HubSkills/Assistant``.
    package var assistant: Assistant
    package var wakePhrases: [String]
    /// Makes what is heard besides the assistant's built-in sentences; nil for these alone.
    package var makeHearing: MakeHearing?
    package var synthesiser: any SpeechSynthesiser
    /// Makes a recogniser; called ``recogniserCountMax`` times at most.
    package var makeRecogniser: @Sendable () throws(EngineFailure) -> any SpeechRecogniser
    /// People that may speak at once.
    package var recogniserCountMax: Int
    package var door: HubDoor
    /// Reads the clocks of the house.
    package var now: @Sendable () -> Moment
    /// Keeps the state of the house; tells the log itself if it cannot.
    package var save: @Sendable (HouseState) -> Void
    package var trace: Trace
    /// Answers what no sentence knows; nil unless the owner switched a chat model on.
    package var fallback: (any OpenFallback)?
    /// Writes what the link carries in clear, if the owner asked for it.
    package var capture: WireCapture
    package var logger: Logger
    /// The wake words that relays are given, if the hub does so.
    package var wake: WakeShelf?
    /// Where the sound of false wakes is kept; nil keeps none.
    package var falseWakes: FalseWakeStore?

    package init(
        assistant: Assistant, wakePhrases: [String], makeHearing: MakeHearing? = nil,
        synthesiser: any SpeechSynthesiser,
        makeRecogniser: @escaping @Sendable () throws(EngineFailure) -> any SpeechRecogniser,
        recogniserCountMax: Int = 4, door: HubDoor,
        now: @escaping @Sendable () -> Moment, save: @escaping @Sendable (HouseState) -> Void,
        fallback: (any OpenFallback)? = nil, trace: Trace, capture: WireCapture, logger: Logger,
        wake: WakeShelf? = nil, falseWakes: FalseWakeStore? = nil
    ) {
        (self.assistant, self.wakePhrases, self.makeHearing) = (assistant, wakePhrases, makeHearing)
        self.synthesiser = synthesiser
        (self.makeRecogniser, self.recogniserCountMax, self.door) = (makeRecogniser, recogniserCountMax, door)
        (self.now, self.save) = (now, save)
        (self.fallback, self.trace, self.capture, self.logger) = (fallback, trace, capture, logger)
        (self.wake, self.falseWakes) = (wake, falseWakes)
    }
}

/// The hub while it runs: joins the pure machines to relays and engines.
///
/// An actor on the event loop that also moves the bytes, so everything happens in one order and no lock is needed.
/// See `+Door` for who may come in, `+Connections` for the control plane, `+Media` for sound in, `+Turns` for what a turn
/// wants done, `+Answers` for sound out, `+Admin` for the owner's questions.
package actor Hub {
    /// What may be changed freely.
    enum Tuning {
        /// Time in which the next sentence may be the answer to a question.
        static let questionTime: Duration = .seconds(30)
        /// Rest before a recogniser that took no grammar is given it again.
        static let grammarRetry: Duration = .seconds(1)
        /// Time between two looks at the clock for words that are listened for at certain hours.
        static let wakeHoursStep: Duration = .seconds(20)
        /// Wakes whose sound is remembered so that they can be marked as false.
        static let wakeSoundCountMax = 16
    }

    let loop: any EventLoop
    let parts: HubParts
    var assistant: Assistant
    var roster: RelayRoster
    var connections: [ConnectionID: RelayConnection] = [:]
    var door: HubDoor
    /// What strangers may cost (D1).
    var limits = AddressLimits<HubClock>()
    var recognisers: RecogniserPool
    /// Which connection a datagram's session belongs to (N3).
    var sessions: [UInt32: ConnectionID] = [:]
    /// When the relays that are not connected were here last, in seconds since 1970; since the hub started.
    var lastSeen: [PublicKey: Int64] = [:]
    /// Seconds since 1970.
    let startedAt: Int64
    var wake: WakeState?
    var chatCounters = ChatCounters()
    /// Datagrams of no session.
    var strayDatagramCount = 0
    /// The built-in sentences that are heard when nothing was asked.
    var plainGrammar: HubSpeech.SpeechGrammar?
    /// The whole language as well; nil until it is made, and if it cannot be.
    var hearing: Hearing?
    let hearingKeeper = GrammarKeeper<Hearing.Source, Hearing> { try $0.make($0.assistant) }
    var media: (any Channel)?
    private var lastConnection = 0
    private var alarm: (at: HubInstant, task: Scheduled<Void>)?
    var isStopping = false

    /// The event loop that moves the bytes: all of the hub runs on it.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    package init(_ parts: HubParts, on loop: any EventLoop) {
        (self.parts, self.loop, assistant, door) = (parts, loop, parts.assistant, parts.door)
        wake = parts.wake.map { WakeState(shelf: $0) }
        startedAt = parts.now().wallMilliseconds / 1_000
        recognisers = RecogniserPool(laneCountMax: parts.recogniserCountMax, make: parts.makeRecogniser)
        roster = RelayRoster(rooms: parts.assistant.home.rooms.map(\.name))
    }

    func attach(media: any Channel) { self.media = media }

    /// Takes up the timers that were set before the hub was started, and warms a recogniser up.
    package func start() {
        warmUp()
        startWake()
        makeHearing(parts.makeHearing)
        rearm()
    }

    /// The home is another one now. Devices and timers keep their state; the old sentences are heard until the new ones
    /// are ready. Its rooms must be the same: relays stand in them.
    package func homeChanged(to home: Home, mind: Mind?, makeHearing make: MakeHearing?)
        throws(AssistantError)
    {
        try assistant.change(home: home, mind: mind)
        plainGrammar = nil
        if make == nil {
            hearing = nil
            reloadIdleRecognisers()
        }
        makeHearing(make)
        rearm()
        parts.save(assistant.state)
    }

    /// Says goodbye to all relays and ends the engines.
    package func stop() async {
        isStopping = true
        alarm?.task.cancel()
        for connection in Array(connections.values) {
            connection.member?.deliberation?.cancel()
            part(from: connection, Goodbye(code: .shuttingDown, text: ""))
        }
        for lane in recognisers.lanes { await lane.recogniser.stop() }
        await parts.synthesiser.stop()
        parts.save(assistant.state)
    }

    var now: HubInstant { MonotonicClock.now() }

    /// Numbers a connection, or closes one too many without a word (D1, D2).
    func accept(_ channel: any Channel) -> ConnectionID? {
        let source = channel.remoteAddress.map(Self.bytes) ?? []
        guard !isStopping, limits.admit(source, at: now) == .admitted else {
            channel.close(promise: nil)
            return nil
        }
        lastConnection += 1
        let id = ConnectionID(value: lastConnection)
        var endpoint = HubEndpoint(keys: door.keys, random: SystemRandomNumberGenerator(), at: now)
        if parts.capture.isOn {
            let (capture, number) = (parts.capture, UInt16(clamping: lastConnection))
            endpoint.tap = { isFromRelay, isDatagram, bytes in
                capture.record(
                    isFromRelay ? .relayToHub : .hubToRelay, isDatagram ? .media : .control, relay: number,
                    bytes)
            }
        }
        let connection = RelayConnection(id, channel: channel, source: source, endpoint: endpoint, at: now)
        connections[id] = connection
        rearm(for: connection, at: now)
        return id
    }

    /// 4 or 16 bytes; none for an address that is no Internet address.
    private static func bytes(of address: SocketAddress) -> [UInt8] {
        guard let text = address.ipAddress else { return [] }
        let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
        var bytes = [UInt8](repeating: 0, count: family == AF_INET6 ? 16 : 4)
        return inet_pton(family, text, &bytes) == 1 ? bytes : []
    }
}

// MARK: - Time

extension Hub {
    /// Sets the alarm for whatever is due next. Call it after everything that may have moved the deadlines of several
    /// relays.
    func rearm() {
        let now = now
        for connection in connections.values { connection.due = connection.deadline(at: now) }
        arm(at: now)
    }

    /// The same after something that moved the deadlines of one relay, or of timers, and no other: it does not look at
    /// the rest. A packet of sound needs neither, as it only puts a deadline off: the alarm then goes off early.
    func rearm(for connection: RelayConnection, at now: HubInstant) {
        connection.due = connection.deadline(at: now)
        arm(for: min(connection.due, assistant.nextDeadline ?? connection.due), at: now)
    }

    private func arm(at now: HubInstant) {
        let due = [connections.values.lazy.map(\.due).min(), assistant.nextDeadline].compactMap { $0 }
        if let next = due.min() { arm(for: next, at: now) }
    }

    /// An alarm that is set for an earlier time stays, also one that is overdue and about to go off.
    private func arm(for next: HubInstant, at now: HubInstant) {
        if let alarm, alarm.at <= next { return }
        alarm?.task.cancel()
        let delay = max(.zero, next - now)
        let task = loop.scheduleTask(in: .nanoseconds(delay.nanoseconds)) { [self] in
            assumeIsolated { $0.ring() }
        }
        alarm = (next, task)
    }

    /// The alarm went off: gives the time to every machine that is due. Each call is harmless when nothing is.
    private func ring() {
        alarm = nil
        let now = now
        if let due = assistant.nextDeadline, now >= due {
            perform(assistant.deadlineReached(at: now))
            parts.save(assistant.state)
        }
        if !door.registry.pending.isEmpty {
            for key in door.registry.expirePending(now: wallSeconds) {
                drop(key, Goodbye(code: .adoptionExpired, text: "nobody decided about this relay"))
            }
        }
        for connection in Array(connections.values) where connection.due <= now {
            tick(connection, at: now)
            connection.due = connection.deadline(at: now)
        }
        arm(at: now)
    }

    private func tick(_ connection: RelayConnection, at now: HubInstant) {
        perform(connection.endpoint.tick(at: now), on: connection)
        guard connections[connection.id] != nil else { return }
        drainUplink(of: connection)
        sendDue(of: connection)
        advance(connection) { $0.tick(at: now) }
    }
}

// MARK: - Writing down

extension Hub {
    /// Writes a line of the trace, with the relay and its turn in it.
    func record(_ event: String, _ connection: RelayConnection, _ fields: [(String, Trace.Value)] = []) {
        guard parts.trace.isOn, let member = connection.member else { return }
        let turn = Int64(member.turn.turn?.value ?? 0)
        parts.trace.write(event, [("relay", .text(member.relay.name)), ("turn", .integer(turn))] + fields)
    }

    func record(_ event: String, _ fields: [(String, Trace.Value)] = []) { parts.trace.write(event, fields) }
}
