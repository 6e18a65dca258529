import Foundation

/// PCM over TCP as Wyoming sends it, into its own Python server: what it costs to take, without opening or decoding.
struct WyomingBench {
    /// What a stream costs.
    struct Result: Codable {
        var streamSeconds: Double
        var cpuSeconds: Double
        var millisecondsPerStreamSecond: Double
        var streamsPerCore: Double
    }

    var core: Int
    var python: String
    var script: String
    var streamCount: Int
    var seconds: Double

    func run() throws -> Result {
        let receiver = try PinnedProcess(core: core, python, [script, "receive"])
        defer { receiver.kill() }
        guard let port = receiver.line() else {
            throw BenchError.unavailable("the Wyoming server did not start")
        }
        let before = Usage.cpuSeconds(of: receiver.pid)
        let sender = try PinnedProcess(
            core: 1 - core, python, [script, "send", port, "\(streamCount)", "1", "\(seconds)"])
        guard let sent = sender.line().flatMap({ Int($0) }) else {
            throw BenchError.unavailable("the Wyoming sender did not end")
        }
        sender.wait()
        usleep(300_000)
        let cpuSeconds = Usage.cpuSeconds(of: receiver.pid) - before
        let taken = try receiver.ask("read").split(separator: " ").compactMap { Int($0) }
        guard taken.first == sent else {
            throw BenchError.lossy("the Wyoming server took \(taken.first ?? 0) of \(sent) samples in time")
        }
        let streamSeconds = Double(sent) / 16_000
        return Result(
            streamSeconds: streamSeconds, cpuSeconds: cpuSeconds,
            millisecondsPerStreamSecond: cpuSeconds / streamSeconds * 1e3,
            streamsPerCore: streamSeconds / cpuSeconds)
    }
}
