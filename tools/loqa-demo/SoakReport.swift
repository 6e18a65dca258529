import Foundation

/// What a soak run counts. A pure value.
struct SoakReport {
    var sessions = 0
    var faults: [SoakFault: Int] = [:]
    /// Relays that did not answer a test sentence after a fault, with the story of each.
    var deaf: [String] = []
    /// Relays that were not armed again within the limit, though they were later.
    var late: [String] = []
    /// Programs that ended without being killed.
    var crashes: [String] = []
    /// Test sentences whose wake word was heard only the second time.
    var missedWakes = 0
    /// Seconds from the end of the cause to the relay being armed, of relays that were not when it ended.
    var rearmSeconds: [Double] = []

    var isGood: Bool { deaf.isEmpty && late.isEmpty && crashes.isEmpty && sessions > 0 }

    var text: String {
        let sorted = rearmSeconds.sorted()
        func seconds(_ share: Double) -> String {
            Timeline.quantile(share, of: sorted).map { String(format: "%.2f s", $0) } ?? "none"
        }
        var lines = [
            "\(sessions) sessions, \(deaf.count) deaf relays, \(late.count) armed too late, \(crashes.count) crashes"
        ]
        lines.append(
            "armed again after: p50 \(seconds(0.5)), p99 \(seconds(0.99)), longest \(seconds(1)) (\(sorted.count) times)"
        )
        lines.append("test sentences that had to be said twice: \(missedWakes)")
        lines += SoakFault.allCases.compactMap { fault in faults[fault].map { "  \($0) x \(fault.rawValue)" }
        }
        lines += deaf.map { "DEAF: \($0)" } + late.map { "LATE: \($0)" } + crashes.map { "CRASH: \($0)" }
        return lines.joined(separator: "\n")
    }
}
