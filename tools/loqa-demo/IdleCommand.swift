import ArgumentParser
import Foundation

/// Measures what a relay costs while it only listens.
struct IdleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle",
        abstract: "Measures memory, CPU and network of an idle relay against published figures.",
        discussion: """
            Exit codes: 0 the relay's own PSS is within the limit, 1 it is above, 69 something did not start, \
            130 interrupted.
            """)

    /// Figures of other voice satellites, measured with the same minute of audio on two shared cores of an x86-64
    /// server CPU, wake word on the satellite: CPU seconds a minute, PSS in MiB.
    static let peers = [
        (name: "linux-voice-assistant 1.1.15, microWakeWord", cpu: 1.64, pss: 101.6),
        (name: "wyoming-satellite 1.4.1 + openWakeWord", cpu: 2.41, pss: 58.5),
    ]

    @Option(help: "The folder with the relay and its wake engine as they would be shipped.")
    var relayPrograms: String?
    @Option(help: "Seconds to measure.") var seconds = 60
    @Option(help: "The most PSS the relay itself may have, KiB.") var pssMax = 12 * 1_024
    @OptionGroup var house: HouseOptions

    func run() throws {
        let folder = try RunFolder(keep: house.keep)
        try running(keepingOnFailure: folder) { try measure(in: folder) }
    }

    private func measure(in folder: RunFolder) throws -> Bool {
        var programs = try house.findPrograms()
        programs.relayFolder = relayPrograms
        let board = try VirtualBoard(
            name: "kitchen", folder: folder.path, noise: IdleRecording.make(in: folder.path))
        let room = House.Room(relay: "kitchen", room: "kitchen", board: board)
        let building = try House(
            options: .init(programs: programs, home: house.home, folder: folder.path), rooms: [room])
        defer { building.stop() }
        try building.start()
        try building.run(atMost: .seconds(8))  // what start-up still does must not count
        guard let relay = room.process else { return false }
        let engine = ProcessUsage.children(of: relay.pid).first { $0.name.hasPrefix("loqa-wake") }

        let before = (
            ProcessUsage.of(relay.pid), engine.map { ProcessUsage.of($0.pid) }, ProcessUsage.loopbackBytes()
        )
        let start = MonotonicClock.now()
        print("Measuring \(seconds) s of an idle relay ...")
        fflush(nil)
        let seen = building.events.count
        try building.run(atMost: .seconds(seconds))
        let length = Double(MonotonicClock.now() - start) / 1e9
        let after = (
            ProcessUsage.of(relay.pid), engine.map { ProcessUsage.of($0.pid) }, ProcessUsage.loopbackBytes()
        )
        let falseWakes = building.events.dropFirst(seen).count { $0.name == "wake" }

        let own = Cost(from: before.0, to: after.0, seconds: length)
        print(own.text("relay itself"))
        var total = own
        if let engine, let first = before.1, let last = after.1 {
            let cost = Cost(from: first, to: last, seconds: length)
            print(cost.text("wake engine (\(engine.name))"))
            total = own.adding(cost)
            print(total.text("together"))
        } else {
            print("no wake engine runs as a child of the relay: the figures are of the relay alone")
        }
        print(
            String(
                format: "network while idle: %.0f bytes/s on the loopback interface",
                Double(after.2 - before.2) / length))
        if falseWakes > 0 { print("\(falseWakes) false wakes: the figures include their turns") }
        for peer in Self.peers {
            print(
                String(
                    format: "against %@ (%.2f CPU s per minute, %.1f MiB PSS):", peer.name, peer.cpu, peer.pss
                ))
            print("    relay itself \(own.ratio(to: peer)); with its wake engine \(total.ratio(to: peer))")
        }
        let isSmall = own.usage.pssKiB <= pssMax
        print(isSmall ? "within" : "ABOVE", "the limit of \(pssMax / 1_024) MiB PSS for the relay itself")
        return isSmall
    }

    /// CPU over a time, and memory at its end.
    struct Cost {
        var usage: ProcessUsage
        var cpuSecondsPerMinute: Double

        init(from first: ProcessUsage, to last: ProcessUsage, seconds: Double) {
            usage = last
            cpuSecondsPerMinute = (last.cpuSeconds - first.cpuSeconds) * 60 / seconds
        }

        func adding(_ other: Cost) -> Cost {
            var sum = self
            sum.cpuSecondsPerMinute += other.cpuSecondsPerMinute
            sum.usage.pssKiB += other.usage.pssKiB
            sum.usage.rssKiB += other.usage.rssKiB
            sum.usage.threads += other.usage.threads
            return sum
        }

        func text(_ name: String) -> String {
            String(
                format: "%@: PSS %.1f MiB, RSS %.1f MiB, %d threads, %.2f CPU s per minute of audio", name,
                Double(usage.pssKiB) / 1_024, Double(usage.rssKiB) / 1_024, usage.threads, cpuSecondsPerMinute
            )
        }

        func ratio(to peer: (name: String, cpu: Double, pss: Double)) -> String {
            String(
                format: "CPU x %.3f, PSS x %.3f", cpuSecondsPerMinute / peer.cpu,
                Double(usage.pssKiB) / 1_024 / peer.pss)
        }
    }
}
