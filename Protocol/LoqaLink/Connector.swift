package import LoqaBase
package import LoqaWire

/// Keeps a relay connected: connects, greets, watches, and starts again after any failure, for ever.
///
/// A pure value: it opens no socket. Tell it what happened; carry out the action it returns; wake it at ``deadline``.
///
///     resting --deadline--> connecting --connected--> greeting --welcome--> up
///        ^--------------------- any failure, any deadline ----------------'
package struct Connector<Clock>: Sendable {
    /// What the caller does next.
    package enum Action: Sendable, Equatable {
        case none
        /// Open a connection; report ``connected(at:)`` or ``closed(at:)``.
        case connect
        /// Send the greeting.
        case greet
        /// Send a ping.
        case ping(Probe)
        /// Close the connection. Nothing more is expected of it.
        case close(Failure)
    }

    /// Why a connection was given up.
    package enum Failure: Sendable, Equatable { case connectTimedOut, greetingTimedOut, silent }

    private enum State {
        case resting(until: Instant<Clock>)
        case connecting(deadline: Instant<Clock>)
        case greeting(deadline: Instant<Clock>)
        case up(Liveness<Clock>)
    }

    private var state: State
    private var rest = WireLimits.reconnectDelayMin
    /// A hub refused, and has not welcomed since (L6).
    private var isRefused = false

    /// Starts resting, with its first attempt due at once.
    package init(at now: Instant<Clock>) { state = .resting(until: now) }

    /// The instant at which ``tick(at:)`` must be called. There always is one.
    package var deadline: Instant<Clock> {
        switch state {
        case .resting(let until): until
        case .connecting(let deadline), .greeting(let deadline): deadline
        case .up(let liveness): liveness.deadline
        }
    }

    /// The hub has accepted this relay and is not silent.
    package var isUp: Bool {
        if case .up = state { return true }
        return false
    }

    /// The connection asked for is open.
    package mutating func connected(at now: Instant<Clock>) -> Action {
        guard case .connecting = state else { return .none }
        state = .greeting(deadline: now + WireLimits.joinDeadline)
        return .greet
    }

    /// The hub accepted the greeting.
    package mutating func welcomed(at now: Instant<Clock>) {
        switch state {
        case .greeting, .up: break  // Up already: it was kept waiting before.
        case .resting, .connecting: return
        }
        (rest, isRefused) = (WireLimits.reconnectDelayMin, false)  // L3
        // L1, L2: this end asks, and both listen.
        state = .up(Liveness(interval: WireLimits.pingInterval, limit: WireLimits.silenceDeadline, at: now))
    }

    /// The hub knows this relay but has yet to decide about it (A4): both ends stay in touch meanwhile.
    package mutating func keptWaiting(at now: Instant<Clock>) {
        guard case .greeting = state else { return }
        state = .up(Liveness(interval: WireLimits.pingInterval, limit: WireLimits.silenceDeadline, at: now))
    }

    /// Any frame arrived on the connection.
    package mutating func heard(at now: Instant<Clock>) {
        guard case .up(var liveness) = state else { return }
        liveness.heard(at: now)
        state = .up(liveness)
    }

    /// The connection could not be opened, was refused, or is gone.
    ///
    /// - Parameters:
    ///   - isRefused: the hub gave a reason that will not go away soon (L6).
    ///   - draw: a random number of 0..<1: by up to half of itself a wait is shortened (L3).
    package mutating func closed(at now: Instant<Clock>, isRefused: Bool = false, draw: Double = 0) {
        if case .resting = state { return }
        if isRefused { self.isRefused = true }
        takeRest(at: now, draw)
    }

    /// The deadline passed. Early and stale calls are fine.
    ///
    /// - Parameter draw: as for ``closed(at:isRefused:draw:)``.
    package mutating func tick(at now: Instant<Clock>, draw: Double = 0) -> Action {
        switch state {
        case .resting(let until):
            guard now >= until else { return .none }
            state = .connecting(deadline: now + WireLimits.joinDeadline)
            return .connect
        case .connecting(let deadline):
            guard now >= deadline else { return .none }
            takeRest(at: now, draw)
            return .close(.connectTimedOut)
        case .greeting(let deadline):
            guard now >= deadline else { return .none }
            takeRest(at: now, draw)
            return .close(.greetingTimedOut)
        case .up(var liveness):
            let action = liveness.tick(at: now)
            state = .up(liveness)
            switch action {
            case .none: return .none
            case .ping(let number): return .ping(Probe(number: number))
            case .lost:
                takeRest(at: now, draw)
                return .close(.silent)
            }
        }
    }

    private mutating func takeRest(at now: Instant<Clock>, _ draw: Double) {
        state = .resting(until: now + rest * (1 - min(max(draw, 0), 1) / 2))
        rest = min(rest * 2, isRefused ? WireLimits.refusedDelayMax : WireLimits.reconnectDelayMax)  // L3, L6
    }
}
