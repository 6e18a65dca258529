import Foundation
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem

/// Streams that one core carries: the hub against plain C, with the same packets at the same pace.
struct StreamBench {
    /// What one receiver cost.
    struct Result: Codable {
        var packetCount: Int
        var cpuSeconds: Double
        var lostCount: Int
        var microsecondsPerPacket: Double
        var streamsPerCore: Double

        init(packetCount: Int, cpuSeconds: Double, lostCount: Int) {
            (self.packetCount, self.cpuSeconds, self.lostCount) = (packetCount, cpuSeconds, lostCount)
            microsecondsPerPacket = Figures.microsecondsPerPacket(
                cpuSeconds: cpuSeconds, packetCount: packetCount)
            streamsPerCore = Figures.streamsPerCore(cpuSeconds: cpuSeconds, packetCount: packetCount)
        }
    }

    /// What the plain receiver does with a packet.
    enum Plain: String {
        /// recvmmsg and opus_decode.
        case decode
        /// The same, with libsodium's ChaCha20-Poly1305 between them.
        case open
        /// recvmmsg alone.
        case receive
    }

    var packets: [[UInt8]]
    var relayCount: Int
    /// How much faster than people the relays speak; D3 allows 300 packets a second and relay.
    var speed: Double
    var seconds: Double
    /// The core of the receiver; the caller runs on another.
    var core: Int
    var program: String
    var plainProgram: String

    /// The real hub: listener, endpoint, reordering, Opus, endpointer, turn.
    ///
    /// - Returns: its cost, and by how much it grew for each relay that speaks, KiB of RSS.
    func hub() throws -> (Result, activeKiB: Double) {
        let hub = try PinnedProcess(core: core, program, ["hub", "--relays", "\(relayCount)"])
        defer { hub.kill() }
        guard let port = hub.line().flatMap({ Int($0) }) else {
            throw BenchError.unavailable("the hub of the benchmark did not start")
        }
        let swarm = try Swarm(hubPort: port)
        for index in 0..<relayCount {
            swarm.add(
                name: HouseholdKeys.name(index), key: HouseholdKeys.relay(index), room: HouseholdKeys.room,
                pins: HubPins(hubKeys: [HouseholdKeys.hub.publicKey]))
        }
        guard try swarm.run(atMost: .seconds(30), until: { swarm.relays.allSatisfy(\.usesDatagrams) }) else {
            let reason = swarm.relays.first { !$0.isUp }?.lastReason ?? "UDP stays closed"
            throw BenchError.late("\(swarm.upCount) of \(relayCount) relays are up: \(reason)")
        }
        let idleKiB = Usage.of(hub.pid).rssKiB
        try swarm.speak(packets, speed: speed, for: .seconds(1))
        try swarm.run(atMost: .milliseconds(300))

        let before = (try Self.taken(hub), swarm.sentCount, swarm.spokenCount, Usage.cpuSeconds(of: hub.pid))
        try swarm.speak(packets, speed: speed, for: .seconds(seconds))
        try swarm.run(atMost: .milliseconds(300))
        let cpuSeconds = Usage.cpuSeconds(of: hub.pid) - before.3
        let activeKiB = Figures.growth(from: idleKiB, to: Usage.of(hub.pid).rssKiB, count: relayCount)
        let lost = (swarm.sentCount - before.1) - (try Self.taken(hub) - before.0)
        guard swarm.deniedCount == 0, swarm.endedTurnCount > 0 || seconds * speed < 14 else {
            throw BenchError.lossy("\(swarm.deniedCount) turns were denied")
        }
        return (
            Result(packetCount: swarm.spokenCount - before.2 - lost, cpuSeconds: cpuSeconds, lostCount: lost),
            activeKiB
        )
    }

    private static func taken(_ hub: PinnedProcess) throws -> Int {
        try hub.ask("read").split(separator: " ").first.flatMap { Int($0) } ?? 0
    }

    /// The receiver in C: as much as it was told to, and no more.
    func plain(_ kind: Plain) throws -> Result {
        let receiver = try PinnedProcess(core: core, plainProgram, [kind.rawValue, "\(relayCount)"])
        defer { receiver.kill() }
        guard let port = receiver.line().flatMap({ UInt16($0) }) else {
            throw BenchError.unavailable("the plain receiver did not start")
        }
        var sender = try PlainSender(
            port: port, streamCount: relayCount, packets: packets, isSealed: kind == .open)
        try sender.send(speed: speed, for: .seconds(1))
        usleep(300_000)
        let before = (try Self.counts(receiver), sender.sentCount, Usage.cpuSeconds(of: receiver.pid))
        try sender.send(speed: speed, for: .seconds(seconds))
        usleep(300_000)
        let cpuSeconds = Usage.cpuSeconds(of: receiver.pid) - before.2
        let counts = try Self.counts(receiver)
        guard counts.refused == before.0.refused else {
            throw BenchError.lossy("the plain receiver refused \(counts.refused) packets")
        }
        let taken = counts.taken - before.0.taken
        return Result(
            packetCount: taken, cpuSeconds: cpuSeconds, lostCount: sender.sentCount - before.1 - taken)
    }

    private static func counts(_ receiver: PinnedProcess) throws -> (taken: Int, refused: Int) {
        let numbers = try receiver.ask("read").split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 2 else { throw BenchError.unavailable("the plain receiver does not count") }
        return (numbers[0], numbers[1])
    }
}
