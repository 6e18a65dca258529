import Foundation

/// Where and under which load was measured.
struct Machine: Codable {
    var processor: String
    var cores: Int
    var kernel: String
    /// The frequency governor, if the machine tells.
    var governor: String
    var date: String
    var loadAtStart: String
    var loadAtEnd: String
    /// The streams ran before all else on the machine.
    var isRealTime = false

    static func now() -> Machine {
        let processor =
            Usage.contents("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
            .flatMap { $0.split(separator: ":").last } ?? "unknown"
        let governor = Usage.contents("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withFullDate]
        return Machine(
            processor: processor.trimmingCharacters(in: .whitespaces),
            cores: ProcessInfo.processInfo.activeProcessorCount,
            kernel: Usage.contents("/proc/sys/kernel/osrelease").trimmingCharacters(
                in: .whitespacesAndNewlines),
            governor: governor.isEmpty
                ? "not told" : governor.trimmingCharacters(in: .whitespacesAndNewlines),
            date: formatter.string(from: Date()), loadAtStart: load, loadAtEnd: load)
    }

    /// Of the last minute.
    static var load: String {
        Usage.contents("/proc/loadavg").split(separator: " ").first.map(String.init) ?? "?"
    }
}
