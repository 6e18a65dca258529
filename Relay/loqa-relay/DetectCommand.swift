import Glibc
import LoqaAudio
import LoqaBase
import LoqaModels
import LoqaWake
import RelayIO

/// `loqa-relay detect`: which wake words a recording holds.
enum DetectCommand {
    static let hint = "loqa-relay detect --model M FILE.wav says when a recording would wake the relay."

    private static let help = """
        usage: loqa-relay detect --model MODEL [--model MODEL ...] FILE.wav ...

        Listens to recordings as the relay does live and writes one line of JSON for each phrase heard:
          {"file": "a.wav", "time_s": 3.42, "score": 0.961, "phrase": "Okay Nabu", "role": "wake"}

          --model MODEL   manifest (.json), model (.tflite), or a folder of manifests
          --near-misses   also what came close, with "near_miss": true
          --sensitivity S low, normal (default) or high, for models that know them
          --threshold T   instead of the models' own: a mean probability, or a sum of logits
          --summary       at the end, on standard error, processor time a minute of sound and memory, as JSON
          --second MODEL  judge each firing or peak once more, as a hub would: adds "second": the score of MODEL's second
                          stage, or of its networks, on the two seconds around it as they come out of Opus
          --scores        each local peak of the score instead of firings, for sweeping thresholds

        Recordings are 16 kHz; of several channels the first is taken.
        """

    private struct UsageError: Error {
        var text: String
    }

    private struct Options {
        var models: [String] = []
        var files: [String] = []
        var hasNearMisses = false
        var threshold: Float?
        var sensitivity = WakeManifest.Sensitivity.normal
        var hasScores = false
        var hasSummary = false
        var second: String?
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
            case "--scores": options.hasScores = true
            case "--summary": options.hasSummary = true
            case "--sensitivity":
                guard let name = rest.popFirst(), let sensitivity = WakeManifest.Sensitivity(rawValue: name)
                else {
                    throw UsageError(text: "--sensitivity wants low, normal or high")
                }
                options.sensitivity = sensitivity
            case "--model", "--threshold", "--second":
                guard let value = rest.popFirst() else { throw UsageError(text: "\(argument) needs a value") }
                if argument == "--model" {
                    options.models.append(value)
                } else if argument == "--second" {
                    options.second = value
                } else if let threshold = Float(value), threshold.isFinite {
                    options.threshold = threshold
                } else {
                    throw UsageError(text: "--threshold wants a number, not \(value)")
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
            for word in try WakeModels.words(at: path, sensitivity: options.sensitivity) {
                words.append(options.threshold.map(word.with(threshold:)) ?? word)
            }
        }
        let detector = WakeDetector(words)
        let reader = try SoundFileReader(path: file)
        var lines = DetectionLines(file: file, words: words, options.hasScores ? .peaks : .firings)
        let second = try options.second.map { model throws(WakeModelError) in
            try SecondOpinion(model: model, sensitivity: options.sensitivity)
        }
        var heard: [Int16] = []
        var frames: [Float] = []
        var block: [Int16] = []
        // Blocks of a feature's length, so that no score is passed over.
        var spent: UInt64 = 0
        while try reader.read(MicroFrontEnd.blockSampleCount, into: &frames) > 0 {
            block.removeAll(keepingCapacity: true)
            for start in stride(from: 0, to: frames.count, by: reader.format.channelCount) {
                let sample = frames[start].isNaN ? 0 : frames[start] * 32_768
                block.append(Int16(min(max(sample.rounded(.toNearestOrEven), -32_768), 32_767)))
            }
            if second != nil { heard += block }
            let start = processorNanoseconds()
            detector.push(block.span) { firing in
                if !firing.isNearMiss || options.hasNearMisses { lines.add(firing) }
            }
            spent += processorNanoseconds() - start
            lines.add(scoresOf: detector)
            if second == nil { lines.flush() }
        }
        lines.finish()
        try lines.flush { position throws(OpusError) in try second?.score(of: heard, end: position) }
        if options.hasSummary { Main.write(summary(detector, spent), to: STDERR_FILENO) }
    }

    private static func summary(_ detector: WakeDetector, _ spent: UInt64) -> String {
        let milliseconds = max(detector.position.duration.milliseconds, 1)
        return "{\"seconds\": \(milliseconds / 1_000), \"cpu_ms_per_minute\": "
            + "\(spent * 60 / 1_000 / UInt64(milliseconds)), \"bytes\": \(detector.byteCount)}"
    }

    private static func processorNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
