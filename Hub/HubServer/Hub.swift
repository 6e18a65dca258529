import HubCore
package import HubSkills
package import HubSpeech
import HubUnderstanding
package import Logging
import LoqaBase
import LoqaLink
package import LoqaSystem
import LoqaWire
package import NIOCore

/// What a hub is made of, handed in by the program that wires it.
package struct HubParts: Sendable {
    /// Understands and acts; see ``HubSkills/Assistant``.
    package var assistant: Assistant
    package var wakePhrases: [String]
    package var synthesiser: any SpeechSynthesiser
    /// Makes the recogniser of one relay. Called once for each relay's name.
    package var makeRecogniser: @Sendable (_ relay: String) throws(EngineFailure) -> any SpeechRecogniser
    /// Reads the clocks of the house.
    package var now: @Sendable () -> Moment
    /// Keeps the state of the house; tells the log itself if it cannot.
    package var save: @Sendable (HouseState) -> Void
    package var trace: Trace
    package var logger: Logger

    package init(
        assistant: Assistant, wakePhrases: [String], synthesiser: any SpeechSynthesiser,
        makeRecogniser: @escaping @Sendable (_ relay: String) throws(EngineFailure) -> any SpeechRecogniser,
        now: @escaping @Sendable () -> Moment, save: @escaping @Sendable (HouseState) -> Void,
        trace: Trace, logger: Logger
    ) {
        (self.assistant, self.wakePhrases, self.synthesiser) = (assistant, wakePhrases, synthesiser)
        (self.makeRecogniser, self.now, self.save) = (makeRecogniser, now, save)
        (self.trace, self.logger) = (trace, logger)
    }
}

/// The hub while it runs: joins the pure machines to relays and engines.
///
/// An actor on the event loop that also moves the bytes, so everything happens in one order and no lock is needed.
/// See `+Connections` for the control plane, `+Media` for sound in, `+Turns` for what a turn wants done, `+Answers` for
/// sound out.
package actor Hub {
    /// What may be changed freely.
    enum Tuning {
        /// Control connections at once, greeted or not.
        static let connectionCountMax = 96
        /// Time in which the next sentence may be the answer to a question.
        static let questionTime: Duration = .seconds(30)
        /// Rest before a recogniser that took no grammar is given it again.
        static let grammarRetry: Duration = .seconds(1)
    }

    let loop: any EventLoop
    let parts: HubParts
    var assistant: Assistant
    var roster: RelayRoster
    var connections: [ConnectionID: RelayConnection] = [:]
    /// By name, so that a relay that comes back finds the engine that knows its room.
    var recognisers: [String: any SpeechRecogniser] = [:]
    /// Which connection a media address belongs to (M6).
    var mediaSources: [SocketAddress: ConnectionID] = [:]
    var media: (any Channel)?
    private var lastConnection = 0
    private var alarm: (at: HubInstant, task: Scheduled<Void>)?
    private var isStopping = false

    /// The event loop that moves the bytes: all of the hub runs on it.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    package init(_ parts: HubParts, on loop: any EventLoop) {
        (self.parts, self.loop, assistant) = (parts, loop, parts.assistant)
        roster = RelayRoster(rooms: parts.assistant.home.rooms.map(\.name))
    }

    func attach(media: any Channel) { self.media = media }

    /// Takes up the timers that were set before the hub was started.
    package func start() {
        rearm()
    }

    /// Says goodbye to all relays and ends the engines.
    package func stop() async {
        isStopping = true
        alarm?.task.cancel()
        for connection in Array(connections.values) {
            part(from: connection, Goodbye(code: .shuttingDown, text: ""))
        }
        for recogniser in recognisers.values { await recogniser.stop() }
        await parts.synthesiser.stop()
        parts.save(assistant.state)
    }

    var now: HubInstant { MonotonicClock.now() }

    /// Numbers a connection, or refuses one too many.
    func accept(_ channel: any Channel) -> ConnectionID? {
        guard connections.count < Tuning.connectionCountMax, !isStopping else {
            channel.close(promise: nil)
            return nil
        }
        lastConnection += 1
        let id = ConnectionID(value: lastConnection)
        connections[id] = RelayConnection(id, channel: channel, at: now)
        rearm()
        return id
    }
}

// MARK: - Time

extension Hub {
    /// Sets the alarm for whatever is due next. Call it after everything that may have moved a deadline.
    func rearm() {
        let now = now
        var due = connections.values.map { $0.deadline(at: now) }
        if let timer = assistant.nextDeadline { due.append(timer) }
        guard let next = due.min() else {
            alarm?.task.cancel()
            alarm = nil
            return
        }
        if let alarm, alarm.at <= next, alarm.at > now { return }
        alarm?.task.cancel()
        let delay = max(.zero, next - now)
        let task = loop.scheduleTask(in: .nanoseconds(delay.nanoseconds)) { [self] in
            assumeIsolated { $0.ring() }
        }
        alarm = (next, task)
    }

    /// The alarm went off: gives every machine the time. Each call is harmless when nothing is due.
    private func ring() {
        alarm = nil
        let now = now
        if let due = assistant.nextDeadline, now >= due {
            perform(assistant.deadlineReached(at: now))
            parts.save(assistant.state)
        }
        for connection in Array(connections.values) { tick(connection, at: now) }
        rearm()
    }

    private func tick(_ connection: RelayConnection, at now: HubInstant) {
        if connection.member == nil, now >= connection.joinDeadline {
            return part(from: connection, Goodbye(code: .protocolViolation, text: "no hello came"))
        }
        if connection.liveness.tick(at: now) == .lost {
            return part(from: connection, Goodbye(code: .silent, text: "nothing came for too long"))  // L2
        }
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
