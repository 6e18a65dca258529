import LoqaBase

/// Orders for later, and the cutting of connections that repeats. A pure value.
struct Agenda: Sendable {
    /// Orders that wait at most; more are refused.
    static let countMax = 256

    private var orders: [(due: ProxyInstant, directive: Directive)] = []
    private var cutting: (interval: Duration, next: ProxyInstant)?

    /// When ``take(at:)`` has something next.
    var deadline: ProxyInstant? { [orders.first?.due, cutting?.next].compactMap { $0 }.min() }

    /// Notes an order for later, and says whether there was room.
    mutating func note(_ directive: Directive, due: ProxyInstant) -> Bool {
        guard orders.count < Self.countMax else { return false }
        let index = orders.firstIndex { due < $0.due } ?? orders.endIndex
        orders.insert((due, directive), at: index)
        return true
    }

    /// Cuts all connections again and again from now on, or no more.
    mutating func cut(every interval: Duration?, at now: ProxyInstant) {
        cutting = interval.map { ($0, now + $0) }
    }

    /// Takes the next order that is due.
    mutating func take(at now: ProxyInstant) -> Directive? {
        if let first = orders.first, first.due <= now { return orders.removeFirst().directive }
        guard let (interval, next) = cutting, next <= now else { return nil }
        // A proxy that was held up cuts once for all it missed.
        cutting = (interval, max(next + interval, now))
        return .cut
    }
}
