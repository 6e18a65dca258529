import Glibc
import LoqaBase
import LoqaSettings
import LoqaSystem
import RelayModels
import RelayWake

/// A wake engine in a process of its own that runs microWakeWord models: raw sound on standard input (16 kHz mono, signed
/// 16 bit, little endian), events on standard output, one a line (see ``WakeLine``). It ends with its input.
///
/// Exit codes: 0 the input ended, 71 a model cannot run, 78 the command line is wrong.
@main
struct Main {
    private enum Options {
        static let models = Setting.text(
            "models", "A folder of microWakeWord models with their manifests, one manifest, or one model.")
        static let program = SettingsProgram(
            "loqa-wake", version: loqaVersion,
            "Hears wake words in the sound on standard input and says so on standard output.", [models])
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
            try listen(WakeDetector(try WakeModels.words(at: settings[Options.models])))
        } catch let error as SettingsError {
            say(WakeLine.text(of: .failed("\(error)")))
            exit(78)
        } catch {
            say(WakeLine.text(of: .failed("\(error)")))
            exit(71)
        }
    }

    private static func listen(_ detector: WakeDetector) throws {
        say(WakeLine.text(of: .ready(engine: "microWakeWord")))
        var blocksSinceSign = 0
        var block = [Int16](repeating: 0, count: blockSampleCount)
        while readBlock(into: &block) {
            blocksSinceSign += 1
            detector.push(block.span) { firing in
                guard !firing.isNearMiss else { return }
                say(WakeLine.text(of: .wake(firing.event)))
                blocksSinceSign = 0
            }
            if blocksSinceSign >= signOfLifeCount {
                blocksSinceSign = 0
                say(WakeLine.text(of: .listening(detector.position)))
            }
        }
    }

    /// Fills the block; false when the input has ended.
    private static func readBlock(into block: inout [Int16]) -> Bool {
        block.withUnsafeMutableBytes { room in
            var length = 0
            while length < room.count {
                let count = read(STDIN_FILENO, room.baseAddress?.advanced(by: length), room.count - length)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                length += count
            }
            return true
        }
    }

    private static func say(_ text: String) {
        var text = text
        let isWritten = text.withUTF8 { write(STDOUT_FILENO, $0.baseAddress, $0.count) == $0.count }
        if !isWritten { exit(0) }  // Nobody listens any more.
    }
}
