package import LoqaBase

/// What ``World`` is made of, for events that are only numbers: hosts, clocks, network, faults and order.
package struct WorldCore: Sendable {
    /// What comes next.
    package enum Occurrence: Sendable {
        case event(Int32, host: Int)
        case began(FaultPlan.Fault)
        case ended(FaultPlan.Fault)
        /// An event that will never come: its host crashed, or slept when it could not wait.
        case dropped(Int32)
    }

    private struct Host {
        var clock: HostClock<Void>
        /// Counts lives, so that what was planned for an earlier one is dropped.
        var life = 0
        var crashCount = 0
        var sleepCount = 0
        /// Sleeps in progress through which the clock stands still.
        var standstillCount = 0
        var conditions = PathConditions()
        var held: [Int32] = []
        var toHub: SimDatagramPath
        var fromHub: SimDatagramPath
    }

    private struct Planned: Sendable {
        var host: Int32
        var life: Int32
        var waits: Bool
    }

    /// What a machine's clock shows when its programs start.
    private static var bootTime: Instant<Void> { Instant(sinceOrigin: .seconds(12)) }

    /// What goes wrong.
    package let plan: FaultPlan
    /// True time.
    package private(set) var now = HouseInstant.origin
    /// The network when nothing goes wrong.
    package let calm: PathConditions
    /// What happened last. The owner notes what its machines do.
    package var story: Story
    /// Events handed out so far.
    package private(set) var eventCount = 0

    private var queue = EventQueue()
    // By number of the event.
    private var planned: [Planned] = []
    private var hosts: [Host] = []
    private var active: [Int] = []
    // What fell due while its host slept and comes first now that it is awake, in the order it was due.
    private var overdue: [Int32] = []
    private var overdueTaken = 0

    /// - Parameter clockStart: What every host's clock shows at the beginning; ``FaultPlan/drifts`` part them.
    package init(
        _ plan: FaultPlan, calm: PathConditions, clockStart: Duration, storyLineCount: Int
    ) {
        (self.plan, self.calm, story) = (plan, calm, Story(capacity: storyLineCount))
        for host in 0..<plan.hostCount {
            // Apart by more than any drift, so that one clock taken for another shows.
            let start = Instant<Void>(sinceOrigin: clockStart + .seconds(host * 100_000))
            hosts.append(
                Host(
                    clock: HostClock(start: start, driftPartsPerBillion: plan.drifts[host]), conditions: calm,
                    toHub: SimDatagramPath(seed: plan.seed, part: UInt64(host) * 2 + 1),
                    fromHub: SimDatagramPath(seed: plan.seed, part: UInt64(host) * 2 + 2)))
        }
        for (index, fault) in plan.faults.enumerated() {
            // Faults are numbered below zero: beginnings odd, ends even.
            queue.add(Int32(-1 - 2 * index), at: fault.start)
            queue.add(Int32(-2 - 2 * index), at: fault.end)
        }
    }
}

// MARK: - What the owner asks

extension WorldCore {
    /// Events that wait.
    package var plannedCount: Int { queue.count }

    /// The host runs: it has not crashed.
    package func isAlive(_ host: Int) -> Bool { hosts[host].crashCount == 0 }
    /// The host sleeps.
    package func isAsleep(_ host: Int) -> Bool { hosts[host].sleepCount > 0 }
    /// Times the host has crashed.
    package func life(_ host: Int) -> Int { hosts[host].life }

    /// What the host's clock shows.
    package func reading<Clock>(_ host: Int) -> Instant<Clock> {
        Instant(sinceOrigin: hosts[host].clock.reading(at: now).sinceOrigin)
    }

    /// The network between a relay and the hub now: the worst of both ends.
    package func conditions(_ relay: Int) -> PathConditions { hosts[relay].conditions }

    /// What became of a relay's datagrams.
    package func datagramCounters(
        _ relay: Int
    ) -> (toHub: SimDatagramPath.Counters, fromHub: SimDatagramPath.Counters) {
        (hosts[relay].toHub.counters, hosts[relay].fromHub.counters)
    }
}

// MARK: - What the owner plans

extension WorldCore {
    /// See ``World/plan(_:on:at:whenAsleep:)``. A number may be used again once it came or was dropped.
    package mutating func plan(_ number: Int32, on host: Int, at time: HouseInstant, waits: Bool) {
        let entry = Planned(host: Int32(host), life: Int32(hosts[host].life), waits: waits)
        if Int(number) == planned.count { planned.append(entry) } else { planned[Int(number)] = entry }
        queue.add(number, at: max(time, now))
    }

    /// The true instant at which a host's clock will show `instant`; now if it never will.
    package func trueInstant(on host: Int, clockShows instant: Duration) -> HouseInstant {
        hosts[host].clock.trueInstant(for: Instant(sinceOrigin: instant)) ?? now
    }

    /// When a datagram sent now between a relay and the hub arrives.
    package mutating func sendDatagram(relay: Int, toHub: Bool) -> SimDatagramPath.Arrivals {
        let conditions = hosts[relay].conditions
        return toHub
            ? hosts[relay].toHub.send(at: now, under: conditions)
            : hosts[relay].fromHub.send(at: now, under: conditions)
    }
}

// MARK: - Going on

extension WorldCore {
    /// Moves time to the next occurrence and hands it over; nil, and time is `end`, if there is none before.
    package mutating func next(until end: HouseInstant) -> Occurrence? {
        if let occurrence = nextOverdue() { return occurrence }
        while let (time, number) = queue.take(until: end) {
            now = max(now, time)
            if number >= 0 {
                if let occurrence = deliver(number) { return occurrence }
                continue
            }
            let index = Int(-1 - number) / 2
            if number & 1 != 0 {
                begin(index)
                return .began(plan.faults[index])
            }
            finish(index)
            return .ended(plan.faults[index])
        }
        now = max(now, end)
        return nil
    }

    /// Nil if the event waits for its host to wake.
    private mutating func deliver(_ number: Int32) -> Occurrence? {
        let entry = planned[Int(number)]
        let host = Int(entry.host)
        guard hosts[host].life == Int(entry.life), hosts[host].crashCount == 0 else {
            return .dropped(number)
        }
        guard hosts[host].sleepCount == 0 else {
            guard entry.waits else { return .dropped(number) }
            hosts[host].held.append(number)
            return nil
        }
        eventCount += 1
        return .event(number, host: host)
    }

    private mutating func nextOverdue() -> Occurrence? {
        while overdueTaken < overdue.count {
            overdueTaken += 1
            if let occurrence = deliver(overdue[overdueTaken - 1]) { return occurrence }
        }
        overdue.removeAll(keepingCapacity: true)
        overdueTaken = 0
        return nil
    }

    private mutating func begin(_ index: Int) {
        let fault = plan.faults[index]
        story.note("a fault begins, number", host: fault.host, index, at: now)
        active.append(index)
        switch fault.kind {
        case .crash(let reboots):
            if reboots { hosts[fault.host].clock.restart(showing: Self.bootTime, at: now) }
            hosts[fault.host].crashCount += 1
            hosts[fault.host].life += 1
            overdue += hosts[fault.host].held  // To be dropped, as they are of an earlier life.
            hosts[fault.host].held = []
        case .sleep(let clockRuns):
            hosts[fault.host].sleepCount += 1
            guard !clockRuns else { return }
            hosts[fault.host].standstillCount += 1
            if hosts[fault.host].standstillCount == 1 { hosts[fault.host].clock.stop(at: now) }
        case .drift(let partsPerBillion):
            hosts[fault.host].clock.setDrift(partsPerBillion: partsPerBillion, at: now)
        case .loss, .bursts, .slow, .reordering, .duplication, .partition, .datagramsBlocked, .streamsStalled:
            updateConditions()
        case .streamsReset, .streamsCut: break
        }
    }

    private mutating func finish(_ index: Int) {
        let fault = plan.faults[index]
        story.note("a fault is over, number", host: fault.host, index, at: now)
        active.removeAll { $0 == index }
        switch fault.kind {
        case .crash: hosts[fault.host].crashCount -= 1
        case .sleep(let clockRuns):
            hosts[fault.host].sleepCount -= 1
            if !clockRuns {
                hosts[fault.host].standstillCount -= 1
                if hosts[fault.host].standstillCount == 0 { hosts[fault.host].clock.resume(at: now) }
            }
            if hosts[fault.host].sleepCount == 0 { wake(fault.host) }
        case .loss, .bursts, .slow, .reordering, .duplication, .partition, .datagramsBlocked, .streamsStalled:
            updateConditions()
        case .streamsReset, .streamsCut, .drift: break
        }
    }

    private mutating func wake(_ host: Int) {
        overdue += hosts[host].held
        hosts[host].held = []
    }

    private mutating func updateConditions() {
        for host in hosts.indices {
            var conditions = calm
            for index in active where plan.faults[index].host == host || plan.faults[index].host == 0 {
                conditions.suffer(plan.faults[index])
            }
            hosts[host].conditions = conditions
        }
    }
}

extension PathConditions {
    /// Adds a fault to what is wrong already: the worse of both holds.
    fileprivate mutating func suffer(_ fault: FaultPlan.Fault) {
        switch fault.kind {
        case .loss(let perMille): lossPerMille = max(lossPerMille, perMille)
        case .bursts(let perMille): burstPerMille = max(burstPerMille, perMille)
        case .slow(let delay, let jitter):
            (self.delay, self.jitter) = (max(self.delay, delay), max(self.jitter, jitter))
        case .reordering(let perMille): reorderPerMille = max(reorderPerMille, perMille)
        case .duplication(let perMille): duplicatePerMille = max(duplicatePerMille, perMille)
        case .partition: partitionedUntil = max(partitionedUntil, fault.end)
        case .datagramsBlocked: datagramsBlockedUntil = max(datagramsBlockedUntil, fault.end)
        case .streamsStalled: stalledUntil = max(stalledUntil, fault.end)
        case .streamsReset, .streamsCut, .crash, .sleep, .drift: break
        }
    }
}
