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
package struct World<Event> {
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
    package enum WhenAsleep: Sendable, Equatable {
        /// It comes when the host wakes, as a timer does or what TCP sends again.
        case waits
        /// It is lost, as a datagram is.
        case isLost
    }

    /// Everything but the events themselves.
    @usableFromInline
    package var core: WorldCore
    @usableFromInline
    package var events: [Event?] = []
    @usableFromInline
    package var free: [Int32] = []

    /// - Parameters:
    ///   - plan: What goes wrong.
    ///   - calm: The network when nothing goes wrong.
    ///   - clockStart: What the hub's clock shows at the beginning; each relay's is 100,000 s ahead of the one before.
    package init(
        _ plan: FaultPlan, calm: PathConditions = PathConditions(),
        clockStart: Duration = .seconds(1_000), storyLineCount: Int = 200
    ) {
        core = WorldCore(plan, calm: calm, clockStart: clockStart, storyLineCount: storyLineCount)
    }
}

// MARK: - What the owner asks

extension World {
    /// True time.
    package var now: HouseInstant { core.now }
    /// What goes wrong.
    package var plan: FaultPlan { core.plan }
    /// Events that wait.
    package var plannedCount: Int { core.plannedCount }
    /// Events handed out so far.
    package var eventCount: Int { core.eventCount }
    /// What happened last.
    package var story: Story { core.story }

    /// The host runs: it has not crashed.
    package func isAlive(_ host: Int) -> Bool { core.isAlive(host) }
    /// The host sleeps.
    package func isAsleep(_ host: Int) -> Bool { core.isAsleep(host) }
    /// Times the host has crashed.
    package func life(_ host: Int) -> Int { core.life(host) }
    /// What the host's clock shows.
    package func reading<Clock>(_ host: Int) -> Instant<Clock> { core.reading(host) }
    /// The network between a relay and the hub now: the worst of both ends.
    package func conditions(_ relay: Int) -> PathConditions { core.conditions(relay) }

    /// What became of a relay's datagrams.
    package func datagramCounters(
        _ relay: Int
    ) -> (toHub: SimDatagramPath.Counters, fromHub: SimDatagramPath.Counters) {
        core.datagramCounters(relay)
    }
}

// MARK: - What the owner plans

extension World {
    /// Writes down what a machine did, for the story.
    package mutating func note(_ what: StaticString, host: Int, _ detail: Int = 0) {
        core.story.note(what, host: host, detail, at: core.now)
    }

    /// Plans an event of a host after some true time.
    @inlinable
    package mutating func plan(
        _ event: Event, on host: Int, after delay: Duration, whenAsleep: WhenAsleep = .waits
    ) { plan(event, on: host, at: core.now + delay, whenAsleep: whenAsleep) }

    /// Plans an event of a host at a true instant. It is dropped if the host crashes before.
    @inlinable
    package mutating func plan(
        _ event: Event, on host: Int, at time: HouseInstant, whenAsleep: WhenAsleep = .waits
    ) {
        let number: Int32
        if let reused = free.popLast() {
            number = reused
            events[Int(number)] = event
        } else {
            number = Int32(events.count)
            events.append(event)
        }
        core.plan(number, on: host, at: time, waits: whenAsleep == .waits)
    }

    /// Plans an event for when the host's own clock shows `instant`. If that clock changes its pace meanwhile the event comes
    /// a little early or late, as a real timer does.
    @inlinable
    package mutating func plan<Clock>(_ event: Event, on host: Int, clockShows instant: Instant<Clock>) {
        plan(event, on: host, at: core.trueInstant(on: host, clockShows: instant.sinceOrigin))
    }

    /// Sends a datagram between a relay and the hub; the event is its arrival, if and as often as it arrives.
    ///
    /// - Parameter relay: 1 or more.
    @inlinable
    package mutating func sendDatagram(_ event: Event, relay: Int, toHub: Bool) {
        let arrivals = core.sendDatagram(relay: relay, toHub: toHub)
        let receiver = toHub ? 0 : relay
        if let first = arrivals.first { plan(event, on: receiver, at: first, whenAsleep: .isLost) }
        if let second = arrivals.second { plan(event, on: receiver, at: second, whenAsleep: .isLost) }
    }

    /// Moves time to the next occurrence and hands it over; nil, and time is `end`, if there is none before.
    @inlinable
    package mutating func next(until end: HouseInstant) -> Occurrence? {
        while let occurrence = core.next(until: end) {
            switch occurrence {
            case .event(let number, let host):
                guard let event = take(number) else { preconditionFailure("an event came twice") }
                return .event(event, host: host)
            case .dropped(let number): _ = take(number)
            case .began(let fault): return .began(fault)
            case .ended(let fault): return .ended(fault)
            }
        }
        return nil
    }

    @inlinable
    package mutating func take(_ number: Int32) -> Event? {
        free.append(number)
        return events[Int(number)].take()
    }
}
