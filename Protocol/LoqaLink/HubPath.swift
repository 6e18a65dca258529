package import LoqaBase
package import LoqaWire

/// The hub's view of the UDP path to one relay (P3). A pure value.
package struct HubPath: Sendable {
    private var openUntil: HubInstant?
    private var newest: UInt32?

    package init() {}

    /// A probe arrived. One that is older than another is too late to say anything. By the control plane comes only
    /// that datagrams do not arrive; that they do, they have to show themselves.
    package mutating func probed(_ probe: PathProbe, by way: PathProber.Way, at now: HubInstant) {
        if let newest, Int32(bitPattern: probe.number &- newest) < 0 { return }
        newest = probe.number
        switch (way, probe.isReplied) {
        case (.datagram, true): openUntil = now + WireLimits.pathDeadline
        case (.control, true): break
        case (_, false): openUntil = nil
        }
    }

    /// Datagrams to the relay arrive, as far as the hub knows.
    package func isOpen(at now: HubInstant) -> Bool { openUntil.map { now < $0 } ?? false }
}

/// How one end's sound arrives at the other.
package struct PathQuality: Sendable, Equatable {
    /// Packets lost lately, in thousandths; 0...1000.
    package var lossPermille: UInt16
    /// How unevenly they arrive, in microseconds.
    package var jitter: UInt32

    package init(lossPermille: UInt16 = 0, jitter: UInt32 = 0) {
        (self.lossPermille, self.jitter) = (lossPermille, jitter)
    }
}
