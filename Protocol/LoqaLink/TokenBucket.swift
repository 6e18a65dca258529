package import LoqaBase

package struct TokenBucket<Clock>: Sendable {
    private let ratePerSecond: Double
    private let burst: Double
    private var tokens: Double
    private var last: Instant<Clock>

    package init(ratePerSecond: Double, burst: Int, at now: Instant<Clock>) {
        (self.ratePerSecond, self.burst, tokens, last) = (ratePerSecond, Double(burst), Double(burst), now)
    }

    package mutating func take(at now: Instant<Clock>) -> Bool {
        tokens = min(burst, tokens + max(0, (now - last).seconds) * ratePerSecond)
        last = max(last, now)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
