import Foundation
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem

/// A house of many relays at the real hub: what they cost it, and how fast they are back after it was gone.
struct HouseBench {
    /// Memory and CPU of idle relays.
    struct Idle: Codable {
        var relayCount: Int
        /// Growth of the hub for each relay, KiB; the last over the second half of the relays, which no longer live off
        /// what the hub had free.
        var rssKiB: Double
        var privateKiB: Double
        var secondHalfKiB: Double
        /// The hub's CPU for each relay, microseconds a second.
        var microsecondsPerSecond: Double
        /// The hub with a few relays, MiB of RSS.
        var hubMiB: Double
    }

    /// Enrolment of all relays by token, one connection each.
    struct Joining: Codable {
        var relayCount: Int
        var seconds: Double
        /// CPU of the hub from knocking to welcome, registry included, microseconds.
        var microsecondsPerRelay: Double
    }

    /// How the hub was gone, and how long all relays took to be welcomed again, from the start of the new process.
    struct Return: Codable {
        var how: String
        var secondsGone: Double
        var seconds: [Double]
        /// CPU of the new hub process until then, milliseconds, its start included; the middle value.
        var hubMilliseconds: Double

        var median: Double { Figures.median(seconds) }
        var worst: Double { seconds.max() ?? 0 }
    }

    /// Relays at the first look at memory: what the first ones wake in the hub is no cost of each.
    private static let fewRelays = 8

    let hub: RealHub
    let swarm: Swarm
    let relayCount: Int

    init(programs: String, folder: String, relayCount: Int, core: Int) throws {
        hub = try RealHub(programs: programs, folder: folder, core: core)
        swarm = try Swarm(hubPort: hub.port)
        self.relayCount = relayCount
    }

    /// Starts the hub and enrols all relays.
    func join() throws -> (joining: Joining, idle: Idle) {
        try hub.start()
        try hub.waitUntilReady()
        try enrol(count: Self.fewRelays)
        try swarm.run(atMost: .seconds(4))
        let before = Usage.of(hub.pid)

        let start: RelayInstant = MonotonicClock.now()
        try enrol(count: relayCount / 2 - Self.fewRelays)
        let half = Usage.of(hub.pid)
        try enrol(count: relayCount - relayCount / 2)
        let seconds = ((MonotonicClock.now() as RelayInstant) - start).seconds
        let joined = relayCount - Self.fewRelays
        let joining = Joining(
            relayCount: joined, seconds: seconds,
            microsecondsPerRelay: (Usage.cpuSeconds(of: hub.pid) - before.cpuSeconds) / Double(joined) * 1e6)

        try swarm.run(atMost: .seconds(3))
        let idleFrom = Usage.cpuSeconds(of: hub.pid)
        try swarm.run(atMost: .seconds(10))
        let after = Usage.of(hub.pid)
        let idle = Idle(
            relayCount: joined,
            rssKiB: Figures.growth(from: before.rssKiB, to: after.rssKiB, count: joined),
            privateKiB: Figures.growth(from: before.privateKiB, to: after.privateKiB, count: joined),
            secondHalfKiB: Figures.growth(
                from: half.rssKiB, to: after.rssKiB, count: relayCount - relayCount / 2),
            microsecondsPerSecond: (after.cpuSeconds - idleFrom) / 10 / Double(relayCount) * 1e6,
            hubMiB: Double(before.rssKiB) / 1_024)
        return (joining, idle)
    }

    /// In groups, because only so many invites may be open at once, and so many strangers may knock.
    private func enrol(count: Int) throws {
        let end = swarm.relays.count + count
        while swarm.relays.count < end {
            for _ in 0..<min(32, end - swarm.relays.count) {
                let index = swarm.relays.count
                let name = HouseholdKeys.name(index)
                swarm.add(
                    name: name, key: HouseholdKeys.relay(index), room: HouseholdKeys.room, pins: HubPins(),
                    invite: try hub.invite(name))
            }
            try waitForAll()
        }
    }

    private func waitForAll() throws {
        guard try swarm.run(atMost: .seconds(60), until: { swarm.upCount == swarm.relays.count }) else {
            let reason = swarm.relays.first { !$0.isUp }?.lastReason ?? ""
            throw BenchError.late("\(swarm.upCount) of \(swarm.relays.count) relays are up: \(reason)")
        }
    }

    /// All relays lose their connections at once and come back: handshakes through the real hub.
    ///
    /// - Returns: its CPU for each, from accept to welcome, microseconds; the middle of several.
    func reconnect(times: Int) throws -> Double {
        Figures.median(
            try (0..<times).map { _ in
                let before = Usage.cpuSeconds(of: hub.pid)
                for relay in swarm.relays { try relay.crash() }
                try waitForAll()
                let after = Usage.cpuSeconds(of: hub.pid)
                try swarm.run(atMost: .seconds(4))  // D1: so many handshakes a second and no more.
                return (after - before) / Double(relayCount) * 1e6
            })
    }

    /// Ends the hub and starts it again, several times.
    func returns(gracefully: Bool, secondsGone: Double, times: Int) throws -> Return {
        var (seconds, milliseconds): ([Double], [Double]) = ([], [])
        for _ in 0..<times {
            if gracefully { hub.terminate() } else { hub.kill() }
            try swarm.run(atMost: .seconds(secondsGone))
            try swarm.run(atMost: .seconds(5)) { swarm.upCount == 0 }
            let start: RelayInstant = MonotonicClock.now()
            try hub.start()
            try waitForAll()
            seconds.append(((MonotonicClock.now() as RelayInstant) - start).seconds)
            milliseconds.append(Usage.cpuSeconds(of: hub.pid) * 1e3)
            try swarm.run(atMost: .seconds(2))
        }
        return Return(
            how: gracefully ? "SIGTERM" : "SIGKILL", secondsGone: secondsGone, seconds: seconds,
            hubMilliseconds: Figures.median(milliseconds))
    }
}
