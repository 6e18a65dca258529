import Glibc
import LoqaSphinx

/// A speech engine in a process of its own: frames on standard input and output (see `SpeechFrame`), words for people on
/// standard error. It ends with its input.
///
/// Exit codes: 0 the input ended, 64 the command line is wrong, 65 the input is no frame, 71 the engine cannot run.
@main
struct Main {
    private static let help = """
        loqa-speech: a speech engine for loqa-hub, which starts it and speaks to it over a pipe.

            loqa-speech recognise [--model-dir DIR]   hears utterances by a grammar (pocketsphinx)
            loqa-speech speak [--voice slt]           speaks text (flite)
            loqa-speech hear --network FILE [--model-dir DIR]
                              hears recordings that standard input names, a path a line, and prints what it measures

            --model-dir DIR   folder of the acoustic model and the dictionary
                              (\(SphinxModel.defaultFolder))
            --voice NAME      voice of the speaker; slt is the only one
            --help            this text

        """

    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") {
            return say(help, to: STDOUT_FILENO)
        }
        guard !arguments.isEmpty else { fail("say recognise, speak or hear; see --help", code: 64) }
        let command = arguments.removeFirst()
        var options: [String: String] = [:]
        while let name = arguments.first {
            let parts = name.split(separator: "=", maxSplits: 1).map(String.init)
            arguments.removeFirst()
            if parts.count == 2 {
                options[parts[0]] = parts[1]
            } else if !arguments.isEmpty {
                options[name] = arguments.removeFirst()
            } else {
                fail("\(name) wants a value; see --help", code: 64)
            }
        }
        signal(SIGPIPE, SIG_IGN)
        run(command, options)
    }

    private static func run(_ command: String, _ options: [String: String]) {
        do {
            switch command {
            case "recognise":
                check(options, allowed: "--model-dir")
                let folder = options["--model-dir"] ?? SphinxModel.defaultFolder
                var recogniser = try Recogniser(model: SphinxModel(folder: folder))
                try recogniser.run()
            case "hear":
                check(options, allowed: "--model-dir", "--network")
                guard let network = options["--network"] else {
                    fail("hear needs --network, a file that loqa-hub grammar --fsg wrote", code: 64)
                }
                let folder = options["--model-dir"] ?? SphinxModel.defaultFolder
                var files = try HearFiles(model: SphinxModel(folder: folder), network: network)
                try files.run()
            case "speak":
                check(options, allowed: "--voice")
                let voice = options["--voice"] ?? "slt"
                guard voice == "slt" else { fail("there is no voice \(voice), only slt", code: 64) }
                try Speaker().run()
            case let other: fail("\(other) is none of recognise, speak and hear; see --help", code: 64)
            }
        } catch PipeError.ended {
            // The hub is gone or wants no more.
        } catch let error as HearFiles.InputError {
            fail("\(error)", code: 65)
        } catch let error as PipeError {
            fail("\(error)", code: 65)
        } catch {
            fail("\(error)", code: 71)
        }
    }

    private static func check(_ options: [String: String], allowed: String...) {
        for name in options.keys where !allowed.contains(name) {
            fail("there is no \(name) here; see --help", code: 64)
        }
    }

    private static func fail(_ text: String, code: Int32) -> Never {
        say("loqa-speech: \(text)\n", to: STDERR_FILENO)
        exit(code)
    }

    private static func say(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { _ = write(descriptor, $0.baseAddress, $0.count) }
    }
}
