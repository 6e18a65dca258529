/// Instants as they travel between machines: whole microseconds in 64 bits.
extension Instant {
    /// Any number a peer sends is an instant: 2^64 µs are 585,000 years, far from what a `Duration` holds.
    package init(microseconds: UInt64) {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(
            sinceOrigin: Duration(
                secondsComponent: Int64(seconds), attosecondsComponent: Int64(rest) * 1_000_000_000_000))
    }

    /// The whole microseconds since the origin, rounded down; an instant outside 0...2^64-1 µs is clamped.
    package var microseconds: UInt64 {
        let (seconds, attoseconds) = sinceOrigin.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000)
        let (sum, carry) = whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000_000))
        return overflow || carry ? .max : sum
    }
}
