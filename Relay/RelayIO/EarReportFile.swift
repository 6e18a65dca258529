import Glibc
import LoqaSystem
import RelayAudio
import RelayDSP

/// Writes what the front end found as JSON: one object for each block of 16 ms, and the sum of it all.
final class EarReportFile {
    private let path: String
    private let descriptor: Int32
    private var text: String
    private let settings: FrontEndSettings
    private var isFirst = true

    /// Makes the file, or empties the one that is there.
    init(path: String, board: String, _ settings: FrontEndSettings) throws(SoundFileError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SoundFileError(path, .system(SystemError("write \(path)"))) }
        (self.path, self.settings) = (path, settings)
        let stages = EarStage.allCases.filter(settings.stages.contains).map { "\"\($0.rawValue)\"" }
        let channels = settings.microphones.map { String($0.channel) }
        text = """
            {"board": "\(board)", "microphoneChannels": [\(channels.joined(separator: ", "))],
            "stages": [\(stages.joined(separator: ", "))], "hop": \(FrontEnd.hop), "latencySamples": \(FrontEnd.latency),
            "blocks": [

            """
    }

    deinit { close(descriptor) }

    /// Adds a block that ends at a frame of the input.
    func add(_ report: FrontEndReport, endFrame: Int) throws(SoundFileError) {
        let spatial = report.spatial
        var fields = [
            ("t", number(Double(endFrame) / 16_000, decimals: 4)),
            ("azimuth", spatial.azimuth.map { number($0, decimals: 1) } ?? "null"),
            ("directionConfidence", number(spatial.directionConfidence, decimals: 3)),
            ("voice", number(spatial.voiceProbability, decimals: 3)),
            ("levelDBFS", number(spatial.level, decimals: 2)), ("snrDB", number(spatial.snr, decimals: 2)),
            ("noiseFloorDBFS", number(spatial.noiseFloor, decimals: 2)),
            ("gainDB", number(spatial.gain, decimals: 2)), ("beam", "\"\(spatial.beam.rawValue)\""),
            ("noiseSuppressed", "\(spatial.isNoiseSuppressed)"),
        ]
        if let echo = report.echo {
            fields += [
                ("farEnd", "\(echo.farEnd.isActive)"), ("doubleTalk", "\(echo.farEnd.isDoubleTalk)"),
                ("echoDBFS", number(echo.farEnd.echoLevel, decimals: 1)),
                ("delaySamples", echo.delay.map { number($0, decimals: 2) } ?? "null"),
                ("erleDB", number(echo.erle, decimals: 1)),
            ]
        }
        if report.health.excluded != 0 { fields.append(("excluded", "\(report.health.excluded)")) }
        text += isFirst ? "" : ",\n"
        isFirst = false
        text += "{" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
        if text.utf8.count > 65_536 { try flush() }
    }

    /// Adds the sum and ends the file.
    func finish(_ summary: EarRun.Summary) throws(SoundFileError) {
        let health = summary.last.health
        let faults = settings.microphones.indices.map { index in
            health.fault(of: index).map { "\"\($0.rawValue)\"" } ?? "null"
        }
        let times = summary.times
        let total = times.channels + times.echo + times.spatial
        let perSecond = { [self] (time: Int64) in
            number(Double(time) / 1e6 / max(summary.seconds, 1e-9), decimals: 3)
        }
        text += """

            ],
            "frames": \(summary.frameCount), "seconds": \(number(summary.seconds, decimals: 4)),
            "channelFaults": [\(faults.joined(separator: ", "))], "misordered": \(health.isMisordered),
            "mendedSamples": \(summary.last.mendedCount), "clippedSamples": \(summary.clippedCount),
            "echo": \(echo(summary.last.echo)),
            "cpuMillisecondsPerSecond": {"channels": \(perSecond(times.channels)), "echo": \(perSecond(times.echo)), \
            "spatial": \(perSecond(times.spatial)), "total": \(perSecond(total))}}

            """
        try flush()
    }

    private func echo(_ report: EchoReport?) -> String {
        guard let report else { return "null" }
        let delay = report.delay.map { number($0, decimals: 2) } ?? "null"
        return "{\"delaySamples\": \(delay), \"driftPPM\": \(number(report.drift, decimals: 2)), "
            + "\"erleDB\": \(number(report.erle, decimals: 1)), \"resets\": \(report.resetCount)}"
    }

    private func flush() throws(SoundFileError) {
        let isWritten = text.withUTF8 { writeWhole(descriptor, UnsafeRawBufferPointer($0)) }
        guard isWritten else { throw SoundFileError(path, .system(SystemError("write \(path)"))) }
        text.removeAll(keepingCapacity: true)
    }

    private func number(_ value: Float, decimals: Int) -> String { number(Double(value), decimals: decimals) }

    /// A number as JSON has it; null for what is none.
    private func number(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "null" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded.magnitude < 1e-9 ? "0" : "\(rounded)"
    }
}
