package import LoqaBase
package import LoqaWire

/// Counts how the wake words fare, and says when the hub is to be told (W4). A pure value.
package struct WakeTally: Sendable {
    /// The numbers at this moment.
    package var report = WakeReport()
    private var sent: WakeReport?
    private var nextReport: RelayInstant?

    package init() {}

    /// A connection begins: the hub is told at once.
    package mutating func linkUp() { (sent, nextReport) = (nil, nil) }

    /// The instant at which ``due(at:)`` must be called, if there is something to tell.
    package var deadline: RelayInstant? { report == sent ? nil : nextReport }

    /// What to send now; nil if nothing has changed, or the last one is too young.
    package mutating func due(at now: RelayInstant) -> WakeReport? {
        guard report != sent else { return nil }
        if let nextReport, now < nextReport { return nil }
        (sent, nextReport) = (report, now + WireLimits.wakeReportInterval)
        return report
    }
}
