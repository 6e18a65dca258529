package import LoqaBase

/// Notices a silent peer, and keeps this end from being silent. A pure value.
package struct Liveness<Clock>: Sendable {
    /// What the caller does after ``tick(at:)``.
    package enum Action: Sendable, Equatable {
        case none
        /// Send a ping with this number.
        case ping(UInt32)
        /// Nothing came for longer than the limit: close the connection.
        case lost
    }

    private let interval: Duration?
    private let limit: Duration
    private var lastHeard: Instant<Clock>
    private var nextPing: Instant<Clock>
    private var number: UInt32 = 0

    /// - Parameters:
    ///   - interval: time between pings of this end; `nil` if only the other end asks.
    ///   - limit: longest silence of the other end.
    package init(interval: Duration?, limit: Duration, at now: Instant<Clock>) {
        precondition(limit > .zero)
        (self.interval, self.limit) = (interval, limit)
        lastHeard = now
        nextPing = now + (interval ?? limit)
    }

    /// The instant at which ``tick(at:)`` next has something to say.
    package var deadline: Instant<Clock> {
        let silence = lastHeard + limit
        return interval == nil ? silence : min(silence, nextPing)
    }

    /// Any frame of the peer arrived.
    package mutating func heard(at now: Instant<Clock>) { lastHeard = max(lastHeard, now) }

    /// Time has passed. Early and late calls are fine.
    package mutating func tick(at now: Instant<Clock>) -> Action {
        if now - lastHeard >= limit { return .lost }
        guard let interval, now >= nextPing else { return .none }
        nextPing = now + interval
        number &+= 1
        return .ping(number)
    }
}
