import LoqaBase

/// Names the proxy's monotonic clock in ``ProxyInstant``.
enum ProxyClock: Sendable {}
/// A point on the proxy's own monotonic clock.
typealias ProxyInstant = Instant<ProxyClock>

/// The two ways through the proxy.
enum Direction: String, Sendable, CaseIterable {
    /// From the relay to the hub.
    case up
    /// From the hub to the relay.
    case down
}
