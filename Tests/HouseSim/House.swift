import LoqaBase
import LoqaCrypto
import LoqaTestKit
import LoqaWire

/// One whole house in one process, on one made-up clock: the real machines of relays and hub, and everything that can go
/// wrong around them. One plan gives one story. For one thread.
package final class House {
    /// The rooms of the home file.
    static let rooms = ["kitchen", "bath", "attic"]

    /// What happened in a story.
    package struct Result: Sendable {
        /// What did not hold, if anything.
        package var violation: Violation?
        /// Differs, in all likelihood, between two stories that differ anywhere.
        package var fingerprint: UInt64
        /// What happened last, for reading.
        package var story: String
        /// Numbers that show how rich the story was.
        package var counts: [(name: String, count: Int)]

        /// The number of that name; 0 if there is none.
        package func count(_ name: String) -> Int { counts.first { $0.name == name }?.count ?? 0 }
    }

    let plan: HousePlan
    let breaks: Break?
    let inspector = Inspector()
    var world: World<HouseEvent>
    var linkCount = 0
    var links: [SimLink] = []
    /// Links on which the hub gave a reason to wait longer (L6).
    var refused: Set<Int> = []
    var random: SeededGenerator
    /// Datagrams that the hub has seen, for an attacker to send again.
    var seenDatagrams: [[UInt8]] = []
    var seenCount = 0
    var usedToken: InviteToken?
    /// When the last thing that concerns a host was over: relays, and the hub at 0.
    var troubleEnd: [HouseInstant]
    var inspectionCount = 0
    private(set) lazy var hub = HubHost(in: self, seed: plan.seed)
    private(set) lazy var relays = (1...plan.relayCount).map { RelayHost($0, in: self, seed: plan.seed) }

    /// - Parameters:
    ///   - breaks: A fault to put into the hosts, to see it caught.
    ///   - storyLineCount: How much of what happened last is kept.
    package init(_ plan: HousePlan, breaks: Break? = nil, storyLineCount: Int = 40) {
        (self.plan, self.breaks) = (plan, breaks)
        world = World(plan.faults, storyLineCount: storyLineCount)
        random = SeededGenerator(seed: plan.seed, part: 0x40)
        troubleEnd = Array(repeating: .origin, count: plan.relayCount + 1)
    }

    /// Lives through the plan, up to the first violation.
    package func run() -> Result {
        begin()
        while inspector.violation == nil, let occurrence = world.next(until: .origin + plan.faults.length) {
            inspector.now = world.now
            switch occurrence {
            case .event(let event, let host): handle(event, host)
            case .began(let fault): began(fault)
            case .ended(let fault): ended(fault)
            }
        }
        return result
    }

    private func handle(_ event: HouseEvent, _ host: Int) {
        switch host {
        case 0: hub.handle(event)
        case 1...plan.relayCount: relays[host - 1].handle(event)
        default: direct(event)
        }
    }

    func room(of relay: Int) -> String { Self.rooms[relay % Self.rooms.count] }
    func relay(_ number: Int) -> RelayHost { relays[number - 1] }

    private func begin() {
        for (index, enrolment) in plan.enrolments.enumerated() where enrolment == .enrolled {
            hub.enrol(relays[index])
        }
        hub.start()
        for relay in relays { relay.start() }
        if !plan.deeds.isEmpty { world.plan(.script(0), on: plan.director, at: plan.deeds[0].at) }
        world.plan(.inspection, on: plan.director, after: .milliseconds(250))
    }

    private var result: Result {
        let tally = inspector.tally
        let outcomes = tally.outcomes
        return Result(
            violation: inspector.violation, fingerprint: world.story.fingerprint,
            story: world.story.description,
            counts: [
                ("events", world.eventCount), ("handshakes", tally.handshakeCount),
                ("turns", tally.grantCount),
                ("answered", outcomes[.answered] ?? 0), ("silent", outcomes[.silence] ?? 0),
                ("failed", outcomes[.failed] ?? 0), ("cancelled", outcomes[.cancelled] ?? 0),
                ("decoded", tally.decodedCount), ("played", tally.playedCount),
                ("announced", tally.announcedCount), ("spoken together", tally.togetherCount),
                ("clock checks", tally.clockCheckCount),
            ])
    }
}

// MARK: - Faults

extension House {
    private func began(_ fault: FaultPlan.Fault) {
        switch fault.kind {
        case .crash(let reboots):
            if fault.host == 0 {
                hub.die(reboots: reboots)
                if reboots { relays.forEach { $0.clockStepped() } }
            } else if isRelay(fault.host) {
                relay(fault.host).die(reboots: reboots)
            }
        case .sleep:
            // A clock that stands still is a step in the making.
            if fault.host == 0 { relays.forEach { $0.clockStepped() } }
            if isRelay(fault.host) { relay(fault.host).fallAsleep() }
        case .streamsReset: breakStreams(of: fault.host, isTold: true)
        case .streamsCut: breakStreams(of: fault.host, isTold: false)
        case .drift, .loss, .bursts, .slow, .reordering, .duplication, .partition, .datagramsBlocked,
            .streamsStalled:
            break
        }
        disturb(fault.host, until: fault.end)
    }

    private func ended(_ fault: FaultPlan.Fault) {
        switch fault.kind {
        case .crash:
            guard world.isAlive(fault.host) else { break }
            if fault.host == 0 { hub.start() } else if isRelay(fault.host) { relay(fault.host).start() }
        case .sleep(let clockRuns):
            if fault.host == 0 {
                if !clockRuns { relays.forEach { $0.clockStepped() } }
                hub.sleptUntil = world.now
            } else if isRelay(fault.host), world.isAlive(fault.host) {
                if !clockRuns { relay(fault.host).clockStepped() }
                if !world.isAsleep(fault.host) { relay(fault.host).wakeUp() }
            }
        case .streamsReset, .streamsCut, .drift, .loss, .bursts, .slow, .reordering, .duplication, .partition,
            .datagramsBlocked, .streamsStalled:
            break
        }
        disturb(fault.host, until: world.now)
    }

    func isRelay(_ host: Int) -> Bool { (1...plan.relayCount).contains(host) }

    /// Something that may keep a relay away happens until then; at the hub it concerns everybody.
    func disturb(_ host: Int, until end: HouseInstant) {
        guard host <= plan.relayCount else { return }
        troubleEnd[host] = max(troubleEnd[host], end)
    }

    /// Nothing has kept this relay from its hub for so long.
    func isCalm(_ relay: Int, for duration: Duration) -> Bool {
        world.now - max(troubleEnd[0], troubleEnd[relay]) > duration
    }

    func disturb(key: PublicKey) {
        for relay in relays where relay.key == key { disturb(relay.number, until: world.now) }
    }
}

// MARK: - What hosts ask

extension House {
    /// The newest link that a relay has opened.
    func lastLink(of relay: Int) -> SimLink? { links.last { $0.opener == relay } }

    /// The hub gave this relay a reason to wait longer.
    func wasRefused(_ relay: Int) -> Bool { lastLink(of: relay).map { refused.contains($0.number) } ?? false }

    /// A relay with this key shows these digits.
    func isShown(_ code: String, by key: PublicKey) -> Bool {
        relays.contains { $0.shownCode == code && $0.key == key }
    }

    /// The hub has got a datagram: somebody may have listened.
    func saw(_ datagram: [UInt8]) {
        seenCount += 1
        guard seenCount % 16 == 0 else { return }
        if seenDatagrams.count == 32 { seenDatagrams.removeFirst() }
        seenDatagrams.append(datagram)
    }
}
