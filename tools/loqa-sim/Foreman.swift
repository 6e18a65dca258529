import Foundation
import HouseSim
import Synchronization

/// Shares the seeds out among processes, and collects what they find. A house that kills its process is a finding.
final class Foreman: Sendable {
    private struct Tally {
        var heldCount = 0
        var eventCount = 0
        var turnCount = 0
        var answeredCount = 0
        /// Seeds that failed, and how.
        var failures: [(seed: UInt64, words: String)] = []
        var isStopped = false
        var reported = Date.distantPast
    }

    private let command: SimCommand
    private let jobCount: Int
    private let start = Date()
    private let tally = Mutex(Tally())

    init(_ command: SimCommand) {
        self.command = command
        jobCount = min(command.jobs ?? ProcessInfo.processInfo.activeProcessorCount, command.seeds)
    }

    /// Writes a line at once.
    static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    /// True if everything held.
    func run() throws -> Bool {
        let threads = (0..<jobCount).map { job in
            Task.detached { [self] in try share(job) }
        }
        let done = DispatchSemaphore(value: 0)
        let problem = Mutex<(any Error)?>(nil)
        Task.detached {
            for thread in threads {
                do { try await thread.value } catch { problem.withLock { $0 = error } }
            }
            done.signal()
        }
        done.wait()
        if let problem = problem.withLock({ $0 }) { throw problem }
        return summary()
    }

    /// One share of the seeds. A process that dies has its seed noted, and another goes on behind it.
    private func share(_ job: Int) throws {
        var next = job
        while next < command.seeds, !tally.withLock({ $0.isStopped }) {
            let (last, isWhole) = try employ(from: next)
            guard !isWhole, let last else { return }
            let seed = command.from + UInt64(last)
            if !tally.withLock({ $0.isStopped }) {
                failed(seed, "process-died: a precondition did not hold, or somebody ended it")
            }
            next = last + jobCount
        }
    }

    /// Runs a process until it ends, and gives the index it was at.
    private func employ(from index: Int) throws -> (last: Int?, isWhole: Bool) {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        var words = [
            "--from", "\(command.from + UInt64(index))", "--seeds", "\(command.seeds - index)",
            "--seconds", "\(command.seconds)", "--worker-stride", "\(jobCount)",
        ]
        if command.keepGoing { words.append("--keep-going") }
        if let fault = command.fault { words += ["--break", fault.rawValue] }
        process.arguments = words
        process.standardOutput = pipe
        try process.run()
        var (last, rest): (Int?, [UInt8]) = (nil, [])
        while true {
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            rest += data
            while let end = rest.firstIndex(of: 10) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeFirst(end + 1)
                last = read(line) ?? last
            }
            if tally.withLock({ $0.isStopped }) { process.terminate() }
        }
        process.waitUntilExit()
        return (last, process.terminationReason == .exit && process.terminationStatus == 0)
    }

    /// Takes a line of a worker. Gives the index of the seed it is about.
    private func read(_ line: String) -> Int? {
        let words = line.split(separator: " ", maxSplits: 4).map(String.init)
        guard words.count >= 2, let seed = UInt64(words[1]) else { return nil }
        if words[0] == "held" {
            tally.withLock { tally in
                tally.heldCount += 1
                tally.eventCount += Int(words[2]) ?? 0
                tally.turnCount += Int(words[3]) ?? 0
                tally.answeredCount += Int(words[4]) ?? 0
            }
            report()
        } else if words[0] == "failed" {
            failed(seed, words.dropFirst(2).joined(separator: " "))
        }
        return Int(seed - command.from)
    }

    private func failed(_ seed: UInt64, _ words: String) {
        tally.withLock { tally in
            tally.failures.append((seed, words))
            if !command.keepGoing { tally.isStopped = true }
        }
        Self.say("seed \(seed): \(words)\n  again: \(command.replay(seed))")
    }

    private func report() {
        let line: String? = tally.withLock { tally in
            guard Date().timeIntervalSince(tally.reported) > 10 else { return nil }
            tally.reported = Date()
            let done = tally.heldCount + tally.failures.count
            let passed = Date().timeIntervalSince(start)
            let left = passed / Double(max(done, 1)) * Double(command.seeds - done)
            return
                "\(done) of \(command.seeds) houses, \(tally.failures.count) failed, about \(Int(left / 60) + 1) min left"
        }
        if let line { Self.say(line) }
    }

    private func summary() -> Bool {
        let tally = tally.withLock { $0 }
        Self.say(
            "\(tally.heldCount) houses held every invariant: \(tally.eventCount) events, \(tally.turnCount) turns, "
                + "\(tally.answeredCount) of them answered, in \(Int(Date().timeIntervalSince(start))) s")
        for (seed, _) in tally.failures.prefix(1) {
            let plan = command.plan(seed)
            Self.say("\nThe first that failed, seed \(seed):\n\(plan)\n")
        }
        var kinds: [String: Int] = [:]
        for (_, words) in tally.failures {
            kinds[words.split(separator: " ").first.map(String.init) ?? "", default: 0] += 1
        }
        for (kind, count) in kinds.sorted(by: { $0.key < $1.key }) { Self.say("\(count) failed: \(kind)") }
        return tally.failures.isEmpty
    }
}
