import Glibc
import LoqaAudio
import LoqaBase
import RelayIO
import RelayModels
import RelayWake

/// `loqa-relay detect`: which wake words a recording holds.
enum DetectCommand {
    static let hint = "loqa-relay detect --model M FILE.wav says when a recording would wake the relay."

    private static let help = """
        usage: loqa-relay detect --model MODEL [--model MODEL ...] FILE.wav ...

        Listens to recordings as the relay does live and writes one line of JSON for each phrase heard:
          {"file": "a.wav", "time_s": 3.42, "score": 0.961, "phrase": "Okay Nabu", "role": "wake"}

          --model MODEL   manifest (.json), model (.tflite), or a folder of manifests
          --near-misses   also what came close, with "near_miss": true
          --threshold T   instead of the models' own cut-offs, 0 to 1

        Recordings are 16 kHz; of several channels the first is taken.
        """

    private static let blockFrameCount = 4_096

    private struct UsageError: Error {
        var text: String
    }

    private struct Options {
        var models: [String] = []
        var files: [String] = []
        var hasNearMisses = false
        var threshold: Float?
    }

    static func run(_ arguments: [String]) {
        if arguments.contains("--help") { return Main.write(help, to: STDOUT_FILENO) }
        do {
            let options = try options(arguments)
            for file in options.files { try detect(file, options) }
        } catch let error as UsageError {
            Main.end("loqa-relay detect: \(error.text)\n\n\(help)", code: 64)
        } catch {
            Main.end("loqa-relay detect: \(error)", code: 65)
        }
    }

    private static func options(_ arguments: [String]) throws(UsageError) -> Options {
        var options = Options()
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--near-misses": options.hasNearMisses = true
            case "--model", "--threshold":
                guard let value = rest.popFirst() else { throw UsageError(text: "\(argument) needs a value") }
                if argument == "--model" {
                    options.models.append(value)
                } else if let threshold = Float(value), (0...1).contains(threshold) {
                    options.threshold = threshold
                } else {
                    throw UsageError(text: "--threshold wants a number from 0 to 1, not \(value)")
                }
            case _ where argument.hasPrefix("--"): throw UsageError(text: "\(argument) is not expected here")
            default: options.files.append(argument)
            }
        }
        if options.models.isEmpty { throw UsageError(text: "--model is missing") }
        if options.files.isEmpty { throw UsageError(text: "a recording is missing") }
        return options
    }

    private static func detect(_ file: String, _ options: Options) throws {
        var words: [WakeWord] = []
        for path in options.models {
            for word in try WakeModels.words(at: path) {
                words.append(options.threshold.map(word.with(threshold:)) ?? word)
            }
        }
        let detector = WakeDetector(words)
        let reader = try SoundFileReader(path: file)
        let channelCount = reader.format.channelCount
        var frames: [Float] = []
        var block: [Int16] = []
        while try reader.read(blockFrameCount, into: &frames) > 0 {
            block.removeAll(keepingCapacity: true)
            for start in stride(from: 0, to: frames.count, by: channelCount) {
                let sample = frames[start].isNaN ? 0 : frames[start] * 32_768
                block.append(Int16(min(max(sample.rounded(.toNearestOrEven), -32_768), 32_767)))
            }
            detector.push(block.span) { firing in
                if !firing.isNearMiss || options.hasNearMisses {
                    Main.write(line(firing, file), to: STDOUT_FILENO)
                }
            }
        }
    }

    private static func line(_ firing: WakeFiring, _ file: String) -> String {
        let milliseconds = firing.position.duration.milliseconds
        let score = Int((firing.score * 1_000).rounded())
        return
            "{\"file\": \(quoted(file)), \"time_s\": \(milliseconds / 1_000).\(padded(milliseconds % 1_000)), "
            + "\"score\": \(score / 1_000).\(padded(Int64(score % 1_000))), \"phrase\": \(quoted(firing.phrase)), "
            + "\"role\": \"\(firing.role.rawValue)\"" + (firing.isNearMiss ? ", \"near_miss\": true}" : "}")
    }

    private static func padded(_ thousandths: Int64) -> String {
        let text = String(thousandths)
        return String(repeating: "0", count: 3 - text.count) + text
    }

    /// A text as JSON writes it.
    private static func quoted(_ text: String) -> String {
        let inner = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20: "?"
            default: String(scalar)
            }
        }
        return "\"\(inner.joined())\""
    }
}
