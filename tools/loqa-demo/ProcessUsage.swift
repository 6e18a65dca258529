import Foundation

/// What a process costs, from /proc. A process that ended costs nothing.
struct ProcessUsage {
    var cpuSeconds = 0.0
    /// Proportional and resident set, KiB.
    var pssKiB = 0
    var rssKiB = 0
    var threads = 0

    static func of(_ pid: pid_t) -> ProcessUsage {
        var usage = ProcessUsage()
        let fields = statFields(pid)
        if fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) {
            usage.cpuSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
        for line in lines("/proc/\(pid)/smaps_rollup") {
            if line.hasPrefix("Pss:") { usage.pssKiB = number(in: line) }
            if line.hasPrefix("Rss:") { usage.rssKiB = number(in: line) }
        }
        for line in lines("/proc/\(pid)/status") where line.hasPrefix("Threads:") {
            usage.threads = number(in: line)
        }
        return usage
    }

    /// The running children of a process, with their program names.
    static func children(of pid: pid_t) -> [(pid: pid_t, name: String)] {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: "/proc") } catch { return [] }
        return names.compactMap { pid_t($0) }.filter { statFields($0).dropFirst().first == "\(pid)" }.map {
            ($0, lines("/proc/\($0)/comm").first ?? "")
        }
    }

    /// The fields of /proc/PID/stat after the name: state, parent, ...
    private static func statFields(_ pid: pid_t) -> [Substring] {
        guard let line = lines("/proc/\(pid)/stat").first, let end = line.lastIndex(of: ")") else {
            return []
        }
        return line[line.index(after: end)...].split(separator: " ")
    }

    private static func lines(_ path: String) -> [String] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        return String(decoding: file.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n").map(
            String.init)
    }

    private static func number(in line: String) -> Int {
        line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0
    }

    /// Bytes received on the loopback interface since it came up, headers included.
    static func loopbackBytes() -> Int {
        lines("/proc/net/dev").first { $0.trimmingPrefix(while: \.isWhitespace).hasPrefix("lo:") }
            .flatMap { $0.split(separator: ":").last?.split(separator: " ").first }.flatMap { Int($0) } ?? 0
    }
}
