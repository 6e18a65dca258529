/// A point on one machine's monotonic clock, as the time since that clock's origin.
///
/// The clock is part of the type: a relay's instant and a hub's do not compare and do not subtract,
/// because two boards share no clock. Safe to share between threads.
package struct Instant<Clock>: Sendable, Hashable, Comparable {
    /// Time since the clock's origin; never negative for an instant that was read from a clock.
    package var sinceOrigin: Duration

    package init(sinceOrigin: Duration) { self.sinceOrigin = sinceOrigin }

    /// The clock's origin, also the first instant of every made-up clock in a test.
    package static var origin: Instant { Instant(sinceOrigin: .zero) }

    package static func < (left: Instant, right: Instant) -> Bool { left.sinceOrigin < right.sinceOrigin }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(sinceOrigin: instant.sinceOrigin + duration)
    }

    package static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(sinceOrigin: instant.sinceOrigin - duration)
    }

    package static func - (left: Instant, right: Instant) -> Duration { left.sinceOrigin - right.sinceOrigin }
}

/// Names a relay's monotonic clock in ``RelayInstant``.
package enum RelayClock: Sendable {}
/// Names the hub's monotonic clock in ``HubInstant``.
package enum HubClock: Sendable {}

/// A point on a relay's own monotonic clock.
package typealias RelayInstant = Instant<RelayClock>
/// A point on the hub's own monotonic clock.
package typealias HubInstant = Instant<HubClock>

extension Duration {
    /// The whole milliseconds in this duration, rounded towards zero.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }

    /// The whole nanoseconds in this duration, rounded towards zero. Covers 292 years.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// The duration in seconds, as accurate as a `Double` allows.
    package var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
