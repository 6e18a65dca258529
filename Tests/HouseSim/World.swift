package import LoqaBase

/// Hosts, their clocks and the network between them, on one made-up time: what a house is simulated in.
///
/// It knows nothing of Loqa's machines. Their owner plans events of its own kind, takes them with ``next(until:)``, and
/// is told of each fault, as of a crash, by the same way. One plan and one owner give one story. Host 0 is the hub.
///
///     while let occurrence = world.next(until: end) {
///         switch occurrence {
///         case .event(let event, let host): machines.handle(event, host)
///         case .began(let fault): machines.suffer(fault)
///         case .ended(let fault): machines.recover(fault)
///         }
///     }
package struct World<Event>: ~Copyable {
    /// What the owner has to deal with next.
    package enum Occurrence {
        /// An event that was planned, at a host that is alive and awake.
        case event(Event, host: Int)
        /// A fault begins. The world has done its part: conditions, clocks, who is alive.
        case began(FaultPlan.Fault)
        /// A fault is over. A crashed host starts anew and one that slept is awake, unless another fault of that kind goes
        /// on: ask ``isAlive(_:)`` and ``isAsleep(_:)``.
        case ended(FaultPlan.Fault)
    }

    /// What becomes of an event whose host sleeps when it is due.
    package enum WhenAsleep: Sendable {
        /// It comes when the host wakes, as a timer does or what TCP sends again.
        case waits
        /// It is lost, as a datagram is.
        case isLost
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
        var held: [(event: Event, life: Int)] = []
        var toHub: SimDatagramPath
        var fromHub: SimDatagramPath
    }

    private enum Item {
        case event(Event, host: Int, life: Int, WhenAsleep)
        case begin(Int)
        case end(Int)
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

    private var queue = EventQueue<Item>()
    private var hosts: [Host] = []
    private var active: [Int] = []
    // What fell due while its host slept and comes first now that it is awake, in the order it was due.
    private var overdue: [(event: Event, host: Int, life: Int)] = []
    private var overdueTaken = 0

    /// - Parameter clockStart: What every host's clock shows at the beginning; ``FaultPlan/drifts`` part them.
    package init(
        _ plan: FaultPlan, calm: PathConditions = PathConditions(),
        clockStart: Duration = .seconds(1_000), storyLineCount: Int = 200
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
            queue.add(.begin(index), at: fault.start)
            queue.add(.end(index), at: fault.end)
        }
    }
}

// MARK: - What the owner asks

extension World {
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

extension World {
    /// Plans an event of a host after some true time.
    package mutating func plan(
        _ event: Event, on host: Int, after delay: Duration, whenAsleep: WhenAsleep = .waits
    ) { plan(event, on: host, at: now + delay, whenAsleep: whenAsleep) }

    /// Plans an event of a host at a true instant. It is dropped if the host crashes before.
    package mutating func plan(
        _ event: Event, on host: Int, at time: HouseInstant, whenAsleep: WhenAsleep = .waits
    ) {
        queue.add(.event(event, host: host, life: hosts[host].life, whenAsleep), at: max(time, now))
    }

    /// Plans an event for when the host's own clock shows `instant`. If that clock changes its pace meanwhile the event comes
    /// a little early or late, as a real timer does.
    package mutating func plan<Clock>(_ event: Event, on host: Int, clockShows instant: Instant<Clock>) {
        let shown = Instant<Void>(sinceOrigin: instant.sinceOrigin)
        plan(event, on: host, at: hosts[host].clock.trueInstant(for: shown) ?? now)
    }

    /// Sends a datagram between a relay and the hub; the event is its arrival, if and as often as it arrives.
    ///
    /// - Parameter relay: 1 or more.
    package mutating func sendDatagram(_ event: Event, relay: Int, toHub: Bool) {
        let conditions = hosts[relay].conditions
        let arrivals =
            toHub
            ? hosts[relay].toHub.send(at: now, under: conditions)
            : hosts[relay].fromHub.send(at: now, under: conditions)
        let receiver = toHub ? 0 : relay
        if let first = arrivals.first { plan(event, on: receiver, at: first, whenAsleep: .isLost) }
        if let second = arrivals.second { plan(event, on: receiver, at: second, whenAsleep: .isLost) }
    }
}

// MARK: - Going on

extension World {
    /// Moves time to the next occurrence and hands it over; nil, and time is `end`, if there is none before.
    package mutating func next(until end: HouseInstant) -> Occurrence? {
        if let occurrence = nextOverdue() { return occurrence }
        while let (time, item) = queue.take(until: end) {
            now = max(now, time)
            switch item {
            case .event(let event, let host, let life, let whenAsleep):
                if let occurrence = deliver(event, host, life, whenAsleep) { return occurrence }
            case .begin(let index):
                begin(index)
                return .began(plan.faults[index])
            case .end(let index):
                finish(index)
                return .ended(plan.faults[index])
            }
        }
        now = max(now, end)
        return nil
    }

    private mutating func deliver(
        _ event: Event, _ host: Int, _ life: Int, _ whenAsleep: WhenAsleep
    ) -> Occurrence? {
        guard hosts[host].life == life, hosts[host].crashCount == 0 else { return nil }
        guard hosts[host].sleepCount == 0 else {
            if case .waits = whenAsleep { hosts[host].held.append((event, life)) }
            return nil
        }
        eventCount += 1
        return .event(event, host: host)
    }

    private mutating func nextOverdue() -> Occurrence? {
        while overdueTaken < overdue.count {
            let (event, host, life) = overdue[overdueTaken]
            overdueTaken += 1
            if let occurrence = deliver(event, host, life, .waits) { return occurrence }
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
        for (event, life) in hosts[host].held { overdue.append((event, host, life)) }
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
