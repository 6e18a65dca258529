package import LoqaBase

/// Leaves a server alone that fails again and again, so that nobody waits for it, and tries it again later.
///
///     closed --failures--> open --rest over--> trying --success--> closed
///                            ^-------failure------'
package struct CircuitBreaker: Sendable {
    /// What may be changed freely.
    package enum Tuning {
        /// Failures in a row until the server is left alone.
        package static let failureCountMax = 3
        /// First rest; it doubles with each failed try.
        package static let restMin: Duration = .seconds(10)
        /// Longest rest, also if the server asks for more.
        package static let restMax: Duration = .seconds(300)
    }

    private enum State: Sendable, Equatable {
        case closed(failureCount: Int)
        case open(until: HubInstant, rest: Duration)
        case trying(rest: Duration)
    }

    private var state = State.closed(failureCount: 0)

    package init() {}

    /// Until when the server is left alone; nil if it is not.
    package var restsUntil: HubInstant? { if case .open(let until, _) = state { until } else { nil } }

    /// Whether a request may be sent. After a rest one may, and no other before it is known how that one ended.
    package mutating func mayTry(at now: HubInstant) -> Bool {
        switch state {
        case .closed: return true
        case .open(let until, let rest):
            guard now >= until else { return false }
            state = .trying(rest: rest)
            return true
        case .trying: return false
        }
    }

    /// The server answered as it should.
    package mutating func succeeded() { state = .closed(failureCount: 0) }

    /// The request was given up for a reason that is not the server's: the talker went away.
    package mutating func abandoned(at now: HubInstant) {
        // The next one may try at once.
        if case .trying(let rest) = state { state = .open(until: now, rest: rest) }
    }

    /// The server failed.
    ///
    /// - Parameter wish: how long the server asks to be left alone, from its Retry-After; nil if it does not.
    package mutating func failed(at now: HubInstant, wish: Duration? = nil) {
        if let wish {
            let rest = min(max(wish, .seconds(1)), Tuning.restMax)
            state = .open(until: now + rest, rest: Tuning.restMin)
            return
        }
        switch state {
        case .closed(let count) where count + 1 < Tuning.failureCountMax:
            state = .closed(failureCount: count + 1)
        case .closed: state = .open(until: now + Tuning.restMin, rest: Tuning.restMin)
        case .trying(let rest):
            let longer = min(rest * 2, Tuning.restMax)
            state = .open(until: now + longer, rest: longer)
        case .open: break  // A request from before the rest.
        }
    }
}
