import Glibc
import LoqaBase
import LoqaModels
import LoqaSettings
import LoqaSystem
import LoqaWake

/// A wake engine in a process of its own that runs microWakeWord models: raw sound on standard input (16 kHz mono, signed
/// 16 bit, little endian), events on standard output, one a line (see ``WakeLine``). It ends with its input.
///
/// Exit codes: 0 the input ended, 71 a model cannot run, 78 the command line is wrong.
@main
struct Main {
    private enum Options {
        static let models = Setting.optionalText(
            "models", "A folder of microWakeWord models with their manifests, one manifest, or one model.")
        static let words = Setting.optionalText(
            "words", "A list of words, one a line: a sensitivity and the folder of a word beside the list.")
        static let features = Setting.flag(
            "features", default: false,
            "Write what networks hear of clips, for training them; see tools/wake.")
        static let program = SettingsProgram(
            "loqa-wake", version: loqaVersion,
            "Hears wake words in the sound on standard input and says so on standard output.",
            [models, words, features])
    }

    private static let blockSampleCount = 320
    /// Blocks between two signs of life.
    private static let signOfLifeCount = 25

    static func main() {
        let program = Options.program
        let invocation = program.invocation(Array(CommandLine.arguments.dropFirst()))
        switch invocation.command {
        case .help: return StandardStreams.say(program.help + "\n")
        case .version: return StandardStreams.say("\(program.name) \(program.version)\n")
        case .run, .printConfiguration: break
        }
        do {
            let settings = try program.settings(file: nil, invocation: invocation)
            if invocation.command == .printConfiguration {
                return StandardStreams.say(settings.listing + "\n")
            }
            if settings[Options.features] { return FeatureWriter.run() }
            if let list = settings[Options.words] {
                return try listen(WakeDetector(try WakeModels.words(listedIn: list)))
            }
            guard let models = settings[Options.models] else {
                throw SettingsError([settings.problem(with: Options.models, "is missing")])
            }
            try listen(WakeDetector(try WakeModels.words(at: models)))
        } catch let error as SettingsError {
            StandardStreams.say(WakeLine.text(of: .failed("\(error)")))
            exit(78)
        } catch {
            StandardStreams.say(WakeLine.text(of: .failed("\(error)")))
            exit(71)
        }
    }

    private static func listen(_ detector: WakeDetector) throws {
        StandardStreams.say(WakeLine.text(of: .ready(engine: "microWakeWord")))
        var blocksSinceSign = 0
        var block = [Int16](repeating: 0, count: blockSampleCount)
        while block.withUnsafeMutableBytes(StandardStreams.fill) {
            blocksSinceSign += 1
            detector.push(block.span) { firing in
                let event: WakeEngineEvent =
                    switch (firing.isNearMiss, firing.role) {
                    case (true, _): .nearMiss(firing.event)
                    case (false, .wake): .wake(firing.event)
                    case (false, .stop): .stop(firing.event)
                    }
                StandardStreams.say(WakeLine.text(of: event))
                blocksSinceSign = 0
            }
            if blocksSinceSign >= signOfLifeCount {
                blocksSinceSign = 0
                StandardStreams.say(WakeLine.text(of: .listening(detector.position)))
            }
        }
    }
}
