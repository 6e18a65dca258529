import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import LoqaWire
import RelayCore
import RelayIO

/// What `loqa-relay link` shows: the state of the link, one `name = value` a line.
extension RelayProgram {
    /// The state of the link at this moment. No secret is in it.
    var linkStatus: String {
        let now: RelayInstant = MonotonicClock.now()
        var lines: [(String, String)] = [
            ("link", endpoint.isUp ? "up" : "down"),
            ("hub", finder.candidate.map { "\($0.address)" } ?? "unknown"),
            ("hub key", endpoint.pins.hubKeys.first?.fingerprint ?? "none; not enrolled"),
            ("relay key", identityFingerprint),
            ("session", "\(session.light.rawValue)"),
            ("connections", "\(endpoint.counters.connectionCount)"),
        ]
        if endpoint.isUp {
            let report = loudspeaker.reception.report
            lines += [
                ("sound goes by", endpoint.usesDatagrams ? "udp" : "tcp, because udp is blocked"),
                ("round trip", endpoint.roundTrip.map(Self.milliseconds) ?? "unknown"),
                ("uplink loss", Self.percent(endpoint.uplinkQuality.lossPermille)),
                ("uplink jitter", Self.milliseconds(.microseconds(Int64(endpoint.uplinkQuality.jitter)))),
                ("downlink loss", Self.percent(report.lossPermille)),
                ("downlink jitter", Self.milliseconds(.microseconds(Int64(report.jitterMicroseconds)))),
                ("datagrams sent", "\(endpoint.datagramsSent), key \(endpoint.keyEpoch)"),
                ("datagrams refused", "\(endpoint.counters.refusedDatagramCount)"),
            ]
        }
        if endpoint.clock.isSettled, let reading = endpoint.clock.hubInstant(for: now) {
            let offset = reading.instant.sinceOrigin - now.sinceOrigin
            let drift = endpoint.clock.driftPartsPerMillion ?? 0
            lines.append(
                (
                    "hub's clock",
                    "\(Self.milliseconds(offset)) ahead, within \(Self.milliseconds(reading.bound))"
                ))
            lines.append(("clock drift", "\(Double(Int(drift * 10)) / 10) ppm"))
        } else {
            lines.append(("hub's clock", "not known yet"))
        }
        let report = tally.report
        lines += [
            ("wake words", wakeStore.arguments == nil ? "its own" : "of the hub's choice"),
            (
                "wakes",
                "\(report.wakes), rejected \(report.rejected), near misses \(report.nearMisses), stops \(report.stops)"
            ),
            (
                "self-tests",
                "\(report.selfTests), failed \(report.failedSelfTests), engine restarts \(report.restarts)"
            ),
        ]
        lines += ear.status
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { name, value in
            name + String(repeating: " ", count: width - name.count) + " = " + value + "\n"
        }.joined()
    }

    private static func percent(_ permille: UInt16) -> String { "\(permille / 10).\(permille % 10) %" }

    private static func milliseconds(_ duration: Duration) -> String {
        let microseconds = duration.nanoseconds / 1_000
        let (whole, rest) = (abs(microseconds) / 1_000, abs(microseconds) % 1_000)
        let digits = String(rest)
        let sign = microseconds < 0 ? "-" : ""
        return sign + "\(whole)." + String(repeating: "0", count: 3 - digits.count) + digits + " ms"
    }
}
