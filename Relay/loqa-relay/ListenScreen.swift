import LoqaAudio
import LoqaBase
import RelayAudio
import RelayBoard
import RelayDSP

/// Draws what the ear reports. A value; the caller writes it to the terminal.
struct ListenScreen {
    /// Times the device overran.
    var gapCount = 0
    private let board: Board
    private let width: Int
    private var report = FrontEndReport()
    private var levels: [Float]
    private var blockCount = 0
    private var spent: Int64 = 0
    private var blocksSpent = 0

    /// - Parameter width: of a bar in characters.
    init(_ board: Board, width: Int) {
        (self.board, self.width) = (board, width)
        levels = Array(repeating: -120, count: board.frontEnd.microphones.count)
    }

    /// Takes what one block of interleaved frames was found to be.
    mutating func note(_ block: Span<Int16>, _ report: FrontEndReport) {
        self.report = report
        blockCount += 1
        for (index, microphone) in board.frontEnd.microphones.enumerated() {
            let channelCount = board.frontEnd.channelCount
            var sum: Float = 0
            for frame in 0..<block.count / channelCount {
                let sample = Float(block[frame * channelCount + microphone.channel]) / 32_768
                sum += sample * sample
            }
            let power = sum / Float(block.count / channelCount)
            // Falls by 20 dB a second, so that an eye can follow.
            levels[index] = max(DecibelsFullScale(meanSquare: power).value, levels[index] - 0.4)
        }
    }

    /// The whole screen.
    mutating func picture(_ times: FrontEnd.Times) -> String {
        let total = times.channels + times.echo + times.spatial
        let share = Double(total - spent) / Double(max(1, blockCount - blocksSpent)) / 20_000_000
        (spent, blocksSpent) = (total, blockCount)
        let spatial = report.spatial
        let stages = EarStage.allCases.filter(board.frontEnd.stages.contains).map(\.rawValue)
        var lines = ["\(board.title), \(blockCount / 50) s", ""]
        lines.append("direction  \(compass) \(azimuth)")
        lines.append(
            "voice      \(bar(spatial.voiceProbability)) \(Int((spatial.voiceProbability * 100).rounded())) %"
        )
        lines.append("level      \(bar(fraction(spatial.level))) \(rounded(spatial.level)) dBFS")
        lines.append("noise      \(bar(fraction(spatial.noiseFloor))) \(rounded(spatial.noiseFloor)) dBFS")
        lines.append("SNR        \(bar(spatial.snr / 40)) \(rounded(spatial.snr)) dB")
        lines.append("gain       \(rounded(spatial.gain)) dB, beam \(spatial.beam.rawValue), \(suppression)")
        if let echo = report.echo {
            let delay = echo.delay.map { "\(rounded($0 / 16)) ms" } ?? "unknown"
            lines.append(
                "echo       \(echo.farEnd.isActive ? "playing" : "silent"), delay \(delay), "
                    + "\(rounded(echo.erle)) dB taken off")
        }
        lines.append("")
        for (index, microphone) in board.frontEnd.microphones.enumerated() {
            let fault = report.health.fault(of: index).map { "  \($0.rawValue), left out" } ?? ""
            lines.append(
                "channel \(padded(microphone.channel))  \(bar(fraction(levels[index]))) "
                    + "\(rounded(levels[index])) dBFS\(fault)")
        }
        if report.health.isMisordered {
            lines.append(
                "the channels are not in the order of the board's microphones; directions are not told")
        }
        lines.append("")
        lines.append("stages     \(stages.isEmpty ? "none" : stages.joined(separator: ", "))")
        lines.append("processor  \(rounded(Float(share * 100))) % of a core; \(gapCount) gaps")
        return lines.joined(separator: "\n")
    }

    /// One line for a file.
    var line: String {
        let spatial = report.spatial
        let faults = levels.indices.compactMap { index in
            report.health.fault(of: index).map { "\(index):\($0.rawValue)" }
        }
        return "\(blockCount / 50) s  direction \(azimuth)  voice \(rounded(spatial.voiceProbability))  "
            + "level \(rounded(spatial.level)) dBFS  SNR \(rounded(spatial.snr)) dB  gain \(rounded(spatial.gain)) dB"
            + (faults.isEmpty ? "" : "  faults \(faults.joined(separator: " "))")
    }

    private var azimuth: String { report.spatial.azimuth.map { "\(Int($0.rounded()))°" } ?? "unknown" }

    private var suppression: String {
        report.spatial.isNoiseSuppressed ? "noise suppressed" : "noise suppression rests"
    }

    /// The circle of directions unrolled, 0° at the left.
    private var compass: String {
        guard width > 0 else { return "" }
        var cells = [Character](repeating: "·", count: width)
        for quarter in 0..<4 { cells[quarter * width / 4] = "|" }
        if let azimuth = report.spatial.azimuth {
            cells[Int(max(0, azimuth) / 360 * Float(width)) % width] = "◆"
        }
        return String(cells)
    }

    private func bar(_ share: Float) -> String {
        let full = Int((min(max(share, 0), 1) * Float(width)).rounded())
        return String(repeating: "█", count: full) + String(repeating: " ", count: width - full)
    }

    /// -90...0 dBFS as a share.
    private func fraction(_ level: Float) -> Float { (level + 90) / 90 }

    private func rounded(_ value: Float) -> String { "\((value * 10).rounded() / 10)" }

    private func padded(_ channel: Int) -> String { channel < 10 ? " \(channel)" : "\(channel)" }
}
