import Glibc
import LoqaBase
import LoqaSettings
import LoqaSphinx
import LoqaSystem
import LoqaWake

/// A wake engine in a process of its own: raw sound on standard input (16 kHz mono, signed 16 bit, little endian),
/// events on standard output, one a line (see ``WakeLine``). It ends with its input.
///
/// Exit codes: 0 the input ended, 71 the engine cannot run, 78 the command line is wrong.
@main
struct Main {
    private enum Options {
        static let phrase = Setting.text(
            "phrase", byteCounts: 3...64, default: "hey computer", "Words to listen for, in small letters.")
        static let threshold = Setting.integer(
            "threshold", in: 1...50, unit: "powers of ten", default: 40,
            "40 means 1e-40. More hears more, and errs more.")
        static let model = Setting.text(
            "model-dir", default: SphinxModel.defaultFolder,
            "Folder of the acoustic model and the dictionary.")
        static let program = SettingsProgram(
            "loqa-wake-pocketsphinx", version: loqaVersion,
            "Hears a phrase in the sound on standard input and says so on standard output.",
            [phrase, threshold, model])
    }

    private static let blockSampleCount = 320
    /// Blocks between two signs of life.
    private static let signOfLifeCount = 25

    static func main() {
        let program = Options.program
        let invocation = program.invocation(Array(CommandLine.arguments.dropFirst()))
        switch invocation.command {
        case .help: return say(program.help + "\n")
        case .version: return say("\(program.name) \(program.version)\n")
        case .run, .printConfiguration: break
        }
        do {
            let settings = try program.settings(file: nil, invocation: invocation)
            if invocation.command == .printConfiguration { return say(settings.listing + "\n") }
            try listen(settings)
        } catch let error as SettingsError {
            say(WakeLine.text(of: .failed("\(error)")))
            exit(78)
        } catch {
            say(WakeLine.text(of: .failed("\(error)")))
            exit(71)
        }
    }

    private static func listen(_ settings: Settings) throws {
        var threshold = 1.0
        for _ in 0..<settings[Options.threshold] { threshold /= 10 }
        var spotter = try PhraseSpotter(
            settings[Options.phrase], threshold: threshold,
            model: SphinxModel(folder: settings[Options.model]))
        say(WakeLine.text(of: .ready(engine: "pocketsphinx")))
        var blocksSinceSign = 0
        while let block = readBlock() {
            blocksSinceSign += 1
            if let wake = try spotter.take(block) {
                say(WakeLine.text(of: .wake(wake)))
            } else if blocksSinceSign >= signOfLifeCount {
                blocksSinceSign = 0
                say(WakeLine.text(of: .listening(spotter.position)))
            }
        }
    }

    /// The next whole block; `nil` when the input has ended.
    private static func readBlock() -> [Int16]? {
        var block = [Int16](repeating: 0, count: blockSampleCount)
        let isWhole = block.withUnsafeMutableBytes { readWhole(STDIN_FILENO, into: $0) }
        return isWhole ? block : nil
    }

    private static func say(_ text: String) {
        var text = text
        let isWritten = text.withUTF8 { write(STDOUT_FILENO, $0.baseAddress, $0.count) == $0.count }
        if !isWritten { exit(0) }  // Nobody listens any more.
    }
}
