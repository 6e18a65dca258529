package import LoqaBase
package import LoqaWire

/// The relay's view of its UDP path: when to probe, and whether sound may go that way (P1, P2). A pure value.
package struct PathProber: Sendable {
    /// Which way something travels.
    package enum Way: Sendable, Equatable { case datagram, control }

    /// Probes that may be on their way: more than the unanswered ones that close the path.
    private static let outstandingCountMax = 16

    /// Replies arrive by UDP: sound may travel so.
    package private(set) var isOpen = false
    /// Time from the last answered probe to its reply, less what the hub took; nil until there was one.
    package private(set) var roundTrip: Duration?
    private var number: UInt32 = 0
    private var unansweredCount = 0
    private let start: RelayInstant
    private var last: RelayInstant?
    private var outstanding: [(number: UInt32, way: Way, sentAt: RelayInstant)] = []

    /// A path that is not known yet, with its first probe due at once.
    package init(at now: RelayInstant) { start = now }

    /// The instant at which ``tick(at:isStreaming:)`` next has a probe. It comes nearer when a stream begins.
    package func deadline(isStreaming: Bool) -> RelayInstant {
        guard let last else { return start }
        return last + (isStreaming ? WireLimits.streamingProbeInterval : WireLimits.idleProbeInterval)
    }

    /// Time has passed: the probes to send now, each with its way. Early and late calls are fine.
    package mutating func tick(at now: RelayInstant, isStreaming: Bool) -> [(number: UInt32, way: Way)] {
        guard now >= deadline(isStreaming: isStreaming) else { return [] }
        last = now
        if unansweredCount >= WireLimits.unansweredProbeCountMax { isOpen = false }  // P2
        unansweredCount += 1
        let ways: [Way] = isOpen ? [.datagram] : [.datagram, .control]
        return ways.map { way in
            number &+= 1
            if outstanding.count == Self.outstandingCountMax { outstanding.removeFirst() }
            outstanding.append((number, way, now))
            return (number, way)
        }
    }

    /// A reply arrived.
    ///
    /// - Returns: when its probe was sent; nil if it answers none that is on its way, as a second copy does.
    package mutating func replied(_ reply: PathReply, by way: Way, at now: RelayInstant) -> RelayInstant? {
        guard let index = outstanding.firstIndex(where: { $0.number == reply.number && $0.way == way }) else {
            return nil
        }
        let sentAt = outstanding.remove(at: index).sentAt
        if way == .datagram { (isOpen, unansweredCount) = (true, 0) }
        if reply.repliedAt >= reply.receivedAt {
            let taken = Duration.microseconds(Int64(reply.repliedAt - reply.receivedAt))
            roundTrip = max(.zero, now - sentAt - taken)
        }
        return sentAt
    }
}
