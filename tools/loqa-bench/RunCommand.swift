import ArgumentParser
import Foundation

/// All measurements in one run.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Measures everything and writes the table.",
        discussion: "Runs on one core and what it measures on the other; start it with taskset -c 1.")

    @Flag(help: "A fraction of the time, for a look; its figures are no figures.") var quick = false
    @Option(help: "Speech, 16 kHz mono WAV.") var speech: String
    @Option(help: "The plain receiver, built from tools/bench-peers/receive.c.") var plain: String
    @Option(help: "A Python with the package wyoming; without it the peer is left out.") var python: String?
    @Option(help: "Where the working files and the JSON go.") var folder = ".build/loqa/bench"
    @Option(help: "The page that gets the table; without it none is written.") var page: String?
    @Option(help: "Relays of the house.") var relays = 200
    @Option(help: "How much faster than people the relays speak, at most 5 (D3).") var speed = 5.0
    @Flag(help: "Run the streams before everything else on the machine, where others work on it; needs root.")
    var realTime = false
    @Option(help: "Measure only: streams, house, machines. Repeat for more.") var only: [String] = []

    /// The core of what is measured. This program runs on the other.
    private static let core = 0

    func run() throws {
        guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath() else {
            throw BenchError.unavailable("cannot tell where this program stands")
        }
        var report = Report(machine: .now())
        (report.machine.isRealTime, report.speed) = (realTime, speed)
        let packets = try SpeechPackets.encode(wav: speech)
        report.meanPayload = SpeechPackets.meanByteCount(packets)
        if wants("streams") {
            if realTime { try Scheduling.set(SCHED_RR, priority: 1) }
            try measureStreams(packets, program.path, &report)
            if realTime { try Scheduling.set(SCHED_OTHER, priority: 0) }
        }
        if wants("machines") {
            Self.tell("handshakes and the idle link, machines alone")
            report.handshakes = try HandshakeBench.run(count: quick ? 100 : 2_000)
            report.idleLink = IdleLinkBench.run(minutes: quick ? 1 : 60)
        }
        if wants("house") {
            try measureHouse(program.deletingLastPathComponent().path, &report)
        }
        report.machine.loadAtEnd = Machine.load
        try report.write(folder: folder, page: page)
        print(report.text)
    }

    private func wants(_ part: String) -> Bool { only.isEmpty || only.contains(part) }

    private func measureStreams(_ packets: [[UInt8]], _ program: String, _ report: inout Report) throws {
        let bench = StreamBench(
            packets: packets, relayCount: relays, speed: speed, seconds: quick ? 2 : 5, core: Self.core,
            program: program, plainProgram: plain)
        // In turn, so that what else the machine does meets them alike.
        for round in 1...(quick ? 1 : 5) {
            Self.tell("streams, round \(round)")
            for kind in [StreamBench.Plain.receive, .decode, .open] {
                let result = try Self.withoutLoss(&report.repeatedCount) {
                    try bench.plain(kind)
                } lost: {
                    $0.lostCount
                }
                report.plain[kind.rawValue, default: []].append(result)
            }
            let (result, activeKiB) = try Self.withoutLoss(&report.repeatedCount) {
                try bench.hub()
            } lost: {
                $0.0.lostCount
            }
            report.hub.append(result)
            report.activeKiB.append(activeKiB)
        }
        guard let python else { return }
        Self.tell("Wyoming")
        let wyoming = WyomingBench(
            core: Self.core, python: python, script: "tools/bench-peers/wyoming_peer.py", streamCount: 100,
            seconds: quick ? 2 : 5)
        for _ in 1...(quick ? 1 : 3) { report.wyoming.append(try wyoming.run()) }
    }

    /// Measures again, twice at most, if packets were lost: what else the machine did has spoilt it.
    private static func withoutLoss<Result>(
        _ repeatedCount: inout Int, _ measure: () throws -> Result, lost: (Result) -> Int
    ) rethrows -> Result {
        for _ in 0..<2 {
            let result = try measure()
            if lost(result) == 0 { return result }
            repeatedCount += 1
        }
        return try measure()
    }

    private func measureHouse(_ programs: String, _ report: inout Report) throws {
        Self.tell("a house of \(relays) relays: enrolment and memory")
        let bench = try HouseBench(
            programs: programs, folder: folder + "/house", relayCount: relays, core: Self.core)
        defer { bench.hub.kill() }
        let (joining, idle) = try bench.join()
        (report.joining, report.idle) = (joining, idle)
        Self.tell("all relays connect again")
        report.handshakeAtHub = try bench.reconnect(times: quick ? 1 : 5)
        Self.tell("the hub starts again")
        let times = quick ? 1 : 5
        for (gracefully, gone) in [(false, 0.0), (true, 0.0), (false, quick ? 3.0 : 20.0)] {
            report.returns.append(
                try bench.returns(
                    gracefully: gracefully, secondsGone: gone, times: gone > 0 ? min(times, 3) : times))
        }
    }

    private static func tell(_ what: String) {
        FileHandle.standardError.write(Data("==> \(what)\n".utf8))
    }
}
