package import LoqaBase

/// Names the simulation's own time in ``HouseInstant``: the truth that no host sees.
package enum HouseClock: Sendable {}

/// A point in the simulation's true time. It begins at the origin.
package typealias HouseInstant = Instant<HouseClock>

/// A host's clock as a function of true time: an offset, a drift, and sleeps through which it may stand still.
///
/// Whole nanoseconds and whole parts per billion, so that it is the same on every machine. A pure value.
package struct HostClock<Clock>: Sendable {
    // From `trueBase` on the clock goes straight from `hostBase`.
    private var trueBase = HouseInstant.origin
    private var hostBase: Instant<Clock>
    private var partsPerBillion: Int64
    private var isStopped = false

    /// - Parameters:
    ///   - start: What the clock shows at the origin of true time.
    ///   - driftPartsPerBillion: How much faster than true time it runs, -1,000,000...1,000,000.
    package init(start: Instant<Clock>, driftPartsPerBillion: Int) {
        precondition((-1_000_000...1_000_000).contains(driftPartsPerBillion))
        (hostBase, partsPerBillion) = (start, Int64(driftPartsPerBillion))
    }

    /// What the clock shows. `time` is not before the last change.
    package func reading(at time: HouseInstant) -> Instant<Clock> {
        if isStopped { return hostBase }
        let passed = time - trueBase
        return hostBase + passed + .nanoseconds(gained(in: passed.nanoseconds))
    }

    /// The first true instant at which the clock shows at least `instant`, if nothing changes; never before the last
    /// change. A clock that stands still will never show a later one: then nil.
    package func trueInstant(for instant: Instant<Clock>) -> HouseInstant? {
        let missing = (instant - hostBase).nanoseconds
        if missing <= 0 { return trueBase }
        if isStopped { return nil }
        // Each step is too short, by the square of the drift and a nanosecond, so a few are enough and none too long.
        var time = trueBase + .nanoseconds(missing - gained(in: missing) - 1)
        while true {
            let late = instant - reading(at: time)
            if late <= .zero { break }
            time = time + .nanoseconds(max(late.nanoseconds - gained(in: late.nanoseconds) - 1, 1))
        }
        return time
    }

    /// From now on the clock runs this much faster than true time.
    package mutating func setDrift(partsPerBillion: Int, at time: HouseInstant) {
        precondition((-1_000_000...1_000_000).contains(partsPerBillion))
        rebase(at: time)
        self.partsPerBillion = Int64(partsPerBillion)
    }

    /// The clock stands still until ``resume(at:)``, as CLOCK_MONOTONIC does while a machine sleeps.
    package mutating func stop(at time: HouseInstant) {
        rebase(at: time)
        isStopped = true
    }

    /// The clock goes on from what it showed.
    package mutating func resume(at time: HouseInstant) {
        rebase(at: time)
        isStopped = false
    }

    /// The host was switched off and on: its clock begins again.
    package mutating func restart(showing instant: Instant<Clock>, at time: HouseInstant) {
        (hostBase, trueBase) = (instant, time)
    }

    private mutating func rebase(at time: HouseInstant) { (hostBase, trueBase) = (reading(at: time), time) }

    /// Nanoseconds that the clock gains in so many of true time. Split, so that no product overflows.
    private func gained(in nanoseconds: Int64) -> Int64 {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return seconds * partsPerBillion + rest * partsPerBillion / 1_000_000_000
    }
}
