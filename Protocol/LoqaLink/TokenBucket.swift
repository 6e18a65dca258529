package import LoqaBase

/// A rate limit with room for a burst (the token bucket of RFC 2697): so many at once, and then so many a second.
///
/// A pure value of fixed size. Time that goes back, or that is far away, only stops the refilling for a moment.
package struct TokenBucket<Clock>: Sendable {
    /// Time in which one token comes back.
    private let refill: Duration
    /// Time in which an empty bucket fills.
    private let depth: Duration
    // When the bucket is or will be full: one instant instead of a count and a time, so nothing is rounded.
    private var fullAt: Instant<Clock>

    /// - Parameters:
    ///   - perSecond: Tokens that come back in a second, 1...1,000,000.
    ///   - burst: Tokens in a full bucket, 1...1,000,000. It starts full.
    package init(perSecond: Int, burst: Int) {
        precondition((1...1_000_000).contains(perSecond) && (1...1_000_000).contains(burst))
        refill = .seconds(1) / perSecond
        depth = refill * burst
        fullAt = .origin
    }

    /// Takes tokens if there are as many; otherwise none.
    ///
    /// - Parameter count: 1 or more. More than the burst is never there.
    package mutating func take(_ count: Int = 1, at now: Instant<Clock>) -> Bool {
        precondition(count > 0)
        let full = max(fullAt, now) + refill * count
        guard full - now <= depth else { return false }
        fullAt = full
        return true
    }

    /// The bucket is full, so forgetting it changes nothing.
    package func isFull(at now: Instant<Clock>) -> Bool { fullAt <= now }
}
