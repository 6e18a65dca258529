import Glibc
import RelayAudio
import RelayBoard
import RelayIO

/// `loqa-relay process`: a recording through the ear.
enum ProcessCommand {
    static let hint = "loqa-relay process --board B --input MANY.wav --output ONE.wav cleans a recording."

    static let help = """
        usage: loqa-relay process --board BOARD --input MANY.wav --output ONE.wav [options]

        Sends a recording of all microphones through the ear, as the relay does live, and writes one clean channel.

          --board BOARD           name of a board, or path of its board.json
          --input MANY.wav        16 kHz; all channels of the board, or its microphones alone in their order
          --output ONE.wav        16 kHz, mono, 16 bits; 16 ms later than the input
          --reference REF.wav     what the loudspeaker played meanwhile, mono; the echo stage takes it out
          --report R.json         direction, levels, voice and more for each block of 16 ms, and processor time by stage
          --stages LIST           of echo, beam, direction, noise-suppression, gain; "none" for none. Default: the board's
          --shadow MANY2.wav      another recording of the same microphones, sent through the very same weights
          --shadow-output ONE2.wav
          --wake START-END        seconds: a wake word was heard there, and teaches the beam; may be repeated
        """

    /// What the command line asks for.
    struct Options: Equatable {
        var board = ""
        var files = EarRun.Files(input: "", output: "")
        var stages: Set<EarStage>?
        var wakes: [Range<Int>] = []
    }

    /// A mistake on the command line.
    struct UsageError: Error, Equatable {
        var text: String
    }

    static func run(_ arguments: [String]) {
        if arguments.contains("--help") { return Main.write(help, to: STDOUT_FILENO) }
        do {
            let options = try options(arguments)
            let board = try BoardFile.read(options.board)
            let settings = options.stages.map { board.frontEnd.with(stages: $0) } ?? board.frontEnd
            let run = try EarRun(board: board.name, settings, options.files, wakes: options.wakes)
            let summary = try run.run()
            Main.write(text(summary, run.settings), to: STDOUT_FILENO)
        } catch let error as UsageError {
            Main.end("loqa-relay process: \(error.text)\n\n\(help)", code: 64)
        } catch {
            Main.end("loqa-relay process: \(error)", code: 65)
        }
    }

    /// Reads the arguments behind `process`.
    static func options(_ arguments: [String]) throws(UsageError) -> Options {
        var options = Options()
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard name.hasPrefix("--") else { throw UsageError(text: "\(name) is not expected here") }
            guard let value = rest.popFirst() else { throw UsageError(text: "\(name) needs a value") }
            switch name {
            case "--board": options.board = value
            case "--input": options.files.input = value
            case "--output": options.files.output = value
            case "--reference": options.files.reference = value
            case "--report": options.files.report = value
            case "--shadow": options.files.shadow = value
            case "--shadow-output": options.files.shadowOutput = value
            case "--stages": options.stages = try stages(value)
            case "--wake": options.wakes.append(try span(value))
            default: throw UsageError(text: "\(name) is not expected here")
            }
        }
        for (name, value) in [
            ("--board", options.board), ("--input", options.files.input), ("--output", options.files.output),
        ] where value.isEmpty {
            throw UsageError(text: "\(name) is missing")
        }
        if (options.files.shadow == nil) != (options.files.shadowOutput == nil) {
            throw UsageError(text: "--shadow and --shadow-output need each other")
        }
        return options
    }

    private static func stages(_ list: String) throws(UsageError) -> Set<EarStage> {
        do throws(EarStageError) {
            return try EarStage.set(of: list)
        } catch {
            throw UsageError(text: error.description)
        }
    }

    private static func span(_ text: String) throws(UsageError) -> Range<Int> {
        let ends = text.split(separator: "-").compactMap { Double($0) }
        guard ends.count == 2, ends[0] >= 0, ends[0] < ends[1], ends[1] < 1e6 else {
            throw UsageError(text: "--wake wants two times in seconds, such as 1.2-1.9, not \(text)")
        }
        return Int(ends[0] * 16_000)..<Int(ends[1] * 16_000)
    }

    /// What a person wants to know of the run.
    private static func text(_ summary: EarRun.Summary, _ settings: FrontEndSettings) -> String {
        let times = summary.times
        let total = times.channels + times.echo + times.spatial
        let share = Int((Double(total) / 1e6 / max(summary.seconds, 1e-9)).rounded())
        let stages = EarStage.allCases.filter(settings.stages.contains).map(\.rawValue)
        var lines = [
            "\(Int(summary.seconds.rounded())) s, \(share) ms of processor time for each",
            "stages: \(stages.isEmpty ? "none" : stages.joined(separator: ", "))",
        ]
        for (index, microphone) in settings.microphones.enumerated() {
            guard let fault = summary.last.health.fault(of: index) else { continue }
            lines.append("microphone \(index) on channel \(microphone.channel) is \(fault.rawValue)")
        }
        if summary.last.health.isMisordered {
            lines.append(
                "the channels are not in the order of the board's microphones; directions are not told")
        }
        if summary.clippedCount > 0 { lines.append("\(summary.clippedCount) samples reached full scale") }
        return lines.joined(separator: "\n")
    }
}
