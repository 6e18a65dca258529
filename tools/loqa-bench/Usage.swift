import Foundation

/// What a process has cost so far, from /proc. A process that ended costs nothing.
struct Usage {
    /// User and system time of all threads.
    var cpuSeconds = 0.0
    /// Resident set, and the part of it that is shared with no other process, KiB. The proportional set is no measure of
    /// growth: it moves when another process maps the same libraries.
    var rssKiB = 0
    var privateKiB = 0

    static func of(_ pid: pid_t) -> Usage {
        var usage = Usage()
        usage.cpuSeconds = seconds(of: processClock(of: pid))
        for line in contents("/proc/\(pid)/smaps_rollup").split(separator: "\n") {
            if line.hasPrefix("Rss:") { usage.rssKiB = number(in: line) }
            if line.hasPrefix("Private_Clean:") || line.hasPrefix("Private_Dirty:") {
                usage.privateKiB += number(in: line)
            }
        }
        return usage
    }

    /// Seconds of CPU of the calling thread.
    static var thread: Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

    /// Seconds of CPU of a process; to the nanosecond, where /proc/PID/stat counts in ticks of 10 ms.
    static func cpuSeconds(of pid: pid_t) -> Double { seconds(of: processClock(of: pid)) }

    /// The clock that Linux keeps for a process, as clock_getcpuclockid(3) makes it.
    private static func processClock(of pid: pid_t) -> clockid_t { ~pid << 3 | 2 }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The whole file as text; empty if it cannot be read.
    static func contents(_ path: String) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        return String(decoding: file.readDataToEndOfFile(), as: UTF8.self)
    }

    private static func number(in line: Substring) -> Int {
        line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0
    }
}
