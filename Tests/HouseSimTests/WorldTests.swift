import HouseSim
import LoqaBase
import LoqaTestKit
import Testing

/// The simulation itself: a double that lies would make every story worthless.
struct WorldTests {
    @Test(arguments: UInt64(0)..<5)
    func `one seed gives one story, and another seed another`(seed: UInt64) {
        let first = Gossip.tell(seed: seed)
        let second = Gossip.tell(seed: seed)
        let other = Gossip.tell(seed: seed + 1_000)
        #expect(first == second)
        #expect(first.fingerprint != other.fingerprint)
        #expect(first.eventCount > 1_000)
    }

    @Test func `a plan can be read, and hosts break as it says`() {
        let plan = FaultPlan(seed: 7, hostCount: 3, length: .seconds(120))
        #expect(plan == FaultPlan(seed: 7, hostCount: 3, length: .seconds(120)))
        #expect(plan.description.hasPrefix("seed 7: 3 hosts, 120000 ms"))
        #expect(plan.description.split(separator: "\n").count == plan.faults.count + 1)
        #expect(plan.faults.allSatisfy { $0.end.sinceOrigin <= .seconds(90) })
        #expect(plan.faults.map(\.start) == plan.faults.map(\.start).sorted())
    }

    @Test func `what was planned for a host before it crashed is dropped`() {
        var world = World<String>(plan(.crash(reboots: true), from: 10, to: 20))
        world.plan("before", on: 1, at: at(5))
        world.plan("meanwhile", on: 1, at: at(15))
        world.plan("later", on: 1, at: at(30))
        world.plan("elsewhere", on: 0, at: at(31))
        #expect(run(&world, 100) == ["before", "began", "ended", "elsewhere"])
        #expect((world.life(1), world.isAlive(1)) == (1, true))
        // Rebooted, its clock began again.
        let shown: RelayInstant = world.reading(1)
        #expect((12_089...12_091).contains(shown.sinceOrigin.milliseconds))
    }

    @Test func `a sleeping host gets its timers late and in order, and its datagrams never`() {
        var world = World<String>(plan(.sleep(clockRuns: false), from: 10, to: 50))
        world.plan("datagram", on: 1, at: at(20), whenAsleep: .isLost)
        world.plan("first", on: 1, at: at(20))
        world.plan("second", on: 1, at: at(30))
        // Planned early, due exactly on waking: still after the two that are overdue.
        world.plan("third", on: 1, at: at(50))
        let before: RelayInstant = world.reading(1)
        #expect(run(&world, 100) == ["began", "ended", "first", "second", "third"])
        let after: RelayInstant = world.reading(1)
        #expect(after - before == .milliseconds(60))
    }

    @Test func `through a sleep with CLOCK_BOOTTIME the clock goes on`() {
        var world = World<String>(plan(.sleep(clockRuns: true), from: 10, to: 50))
        let before: RelayInstant = world.reading(1)
        _ = run(&world, 100)
        let after: RelayInstant = world.reading(1)
        #expect(after - before == .milliseconds(100))
    }

    @Test func `a fault of the hub's network is one of every relay's, and the worst of two holds`() {
        let faults: [FaultPlan.Fault] = [
            .init(.loss(perMille: 100), host: 1, start: at(10), end: at(30)),
            .init(.loss(perMille: 300), host: 0, start: at(20), end: at(40)),
            .init(.partition, host: 2, start: at(20), end: at(25)),
        ]
        var world = World<String>(FaultPlan(hostCount: 3, length: .seconds(1), faults: faults))
        var losses: [[Int]] = []
        for time in [5, 15, 25, 35, 45] {
            _ = run(&world, time)
            losses.append([1, 2].map { world.conditions($0).lossPerMille })
        }
        #expect(losses == [[0, 0], [100, 0], [300, 300], [300, 300], [0, 0]])
    }

    @Test(arguments: [-100_000, 0, 250, 1_000_000])
    func `a clock that drifts is asked both ways and agrees`(partsPerBillion: Int) throws {
        var clock = HostClock<HubClock>(
            start: HubInstant(sinceOrigin: .seconds(77)), driftPartsPerBillion: partsPerBillion)
        var random = SeededGenerator(seed: 1)
        var now = HouseInstant.origin
        for _ in 0..<200 {
            now = now + random.duration(upTo: .seconds(100_000))
            let shown = clock.reading(at: now)
            let back = try #require(clock.trueInstant(for: shown))
            #expect((now - back) >= .zero && (now - back) <= .nanoseconds(2))
            #expect(clock.reading(at: back) >= shown)
        }
        let gained = (clock.reading(at: now) - HubInstant(sinceOrigin: .seconds(77))) - (now - .origin)
        #expect(abs(gained.seconds - now.sinceOrigin.seconds * Double(partsPerBillion) * 1e-9) < 1e-6)
        clock.stop(at: now)
        let stopped = clock.reading(at: now + .seconds(9))
        #expect(stopped == clock.reading(at: now))
        #expect(clock.trueInstant(for: stopped + .seconds(1)) == nil)
        clock.resume(at: now + .seconds(10))
        #expect(clock.reading(at: now + .seconds(10)) == stopped)
        clock.setDrift(partsPerBillion: 500_000, at: now + .seconds(10))
        #expect(clock.reading(at: now + .seconds(12)) - stopped == .seconds(2) + .milliseconds(1))
    }

    @Test func `events come by time, and those of one instant in the order they were planned`() {
        var queue = EventQueue()
        var random = SeededGenerator(seed: 3)
        var expected: [(time: Int, number: Int)] = []
        for number in 0..<5_000 {
            let time = Int.random(in: 0..<300, using: &random)
            queue.add(Int32(number), at: at(time))
            expected.append((time, number))
        }
        expected.sort { ($0.time, $0.number) < ($1.time, $1.number) }
        var taken: [Int] = []
        #expect(queue.nextTime == at(0))
        while let (_, number) = queue.take(until: at(149)) { taken.append(Int(number)) }
        #expect(queue.count == 5_000 - taken.count)
        while let (_, number) = queue.take(until: at(1_000)) { taken.append(Int(number)) }
        #expect(taken == expected.map(\.number))
    }

    @Test func `a story keeps the last lines`() {
        var story = Story(capacity: 3)
        for number in 1...5 { story.note("counted to", host: 1, number, at: at(number)) }
        #expect(story.last.map(\.detail) == [3, 4, 5])
        #expect(story.count == 5)
        #expect(story.description.hasPrefix("3000 µs, relay 1: counted to 3\n"))
    }

    private func at(_ milliseconds: Int) -> HouseInstant {
        HouseInstant(sinceOrigin: .milliseconds(milliseconds))
    }

    private func plan(_ kind: FaultPlan.Kind, from: Int, to: Int) -> FaultPlan {
        FaultPlan(
            hostCount: 2, length: .seconds(1),
            faults: [FaultPlan.Fault(kind, host: 1, start: at(from), end: at(to))])
    }

    private func run(_ world: inout World<String>, _ milliseconds: Int) -> [String] {
        var happened: [String] = []
        while let occurrence = world.next(until: at(milliseconds)) {
            switch occurrence {
            case .event(let event, _): happened.append(event)
            case .began: happened.append("began")
            case .ended: happened.append("ended")
            }
        }
        return happened
    }
}

/// Hosts that do nothing but chat: a house to try the world with.
enum Gossip {
    struct Outcome: Equatable {
        var fingerprint: UInt64
        var eventCount: Int
        var last: String
    }

    private enum Event {
        case timer
        case heard(Int)
    }

    static func tell(seed: UInt64, relayCount: Int = 4, seconds: Int = 60) -> Outcome {
        let plan = FaultPlan(seed: seed, hostCount: relayCount + 1, length: .seconds(seconds))
        var world = World<Event>(plan)
        for relay in 1...relayCount { world.plan(.timer, on: relay, after: .milliseconds(relay)) }
        while let occurrence = world.next(until: .origin + .seconds(seconds)) {
            switch occurrence {
            case .event(.timer, let relay):
                let now: RelayInstant = world.reading(relay)
                world.sendDatagram(.heard(relay), relay: relay, toHub: true)
                world.plan(.timer, on: relay, clockShows: now + .milliseconds(50))
            case .event(.heard(let relay), let host):
                world.note("heard", host: host, relay)
                if host == 0 { world.sendDatagram(.heard(relay), relay: relay, toHub: false) }
            case .began: break
            case .ended(let fault):
                guard case .crash = fault.kind, fault.host > 0, world.isAlive(fault.host) else { break }
                world.plan(.timer, on: fault.host, after: .zero)
            }
        }
        return Outcome(
            fingerprint: world.story.fingerprint, eventCount: world.eventCount,
            last: world.story.description)
    }
}
