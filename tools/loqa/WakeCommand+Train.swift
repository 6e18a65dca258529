import ArgumentParser
import Foundation
import HubAdmin

extension WakeCommand {
    struct Train: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a wake word of your own phrase on this machine.",
            discussion: """
                Checks the phrase, teaches two networks with synthetic voices and your takes, shows what the word will miss and \
                what may wake it, and asks before it goes on the shelf. It may be stopped at any time; the same command goes on.
                """)
        @Argument(help: "The phrase, two to four words: \"hey loqa\".") var phrase: String
        @Option(help: "A folder with 10 to 20 recordings of you saying it (WAV).") var takes: String?
        @Option(help: "How it is said, in the letters of the CMU dictionary, if it is read wrongly.")
        var sounds: String?
        @Flag(help: "A quarter of the work, for a first look.") var fast = false
        @Flag(help: "Do not ask: train in spite of warnings, and put it on the shelf.") var yes = false
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            guard let trainer = Self.trainer() else {
                Output.note(
                    "loqa: the trainer (tools/wake of Loqa's sources) is not here: name it with $LOQA_WAKE_TRAINER"
                )
                throw ExitCode(69)
            }
            let folder = Self.folder(for: phrase)
            var options = ["--out", folder]
            if let takes { options += ["--takes", takes] }
            if fast { options.append("--fast") }
            let spoken = sounds.map { ["--sounds", $0] } ?? []
            try check(trainer, spoken)
            let status = try Tool.hand(over: trainer, ["--yes", "train", phrase] + spoken + options)
            guard status == 0 else {
                Output.note("loqa: the training ended early; the same command goes on from there")
                throw ExitCode(status)
            }
            let files = try WakeFiles.read(folder)
            let question = "Put \"\(phrase)\" on the hub's shelf?"
            guard Output.confirms(question, isAssured: yes) else { throw ExitCode(1) }
            let word = try client.add(files, as: WakeFiles.wordName(of: files[0].name))
            try show(word) {
                "\"\(word.phrase)\" is on the shelf. Give it to relays with: loqa wake use \(word.name)"
            }
        }

        /// What there is to know of the phrase before anything is done.
        private func check(_ trainer: String, _ spoken: [String]) throws {
            struct Checked: Decodable {
                var sounds: String
                var problems: [String]
            }
            let result = try Tool.run(trainer, ["--yes", "check", phrase] + spoken)
            let line = result.output.split(separator: UInt8(ascii: "\n")).last ?? Data()
            guard result.status == 0 else {
                Output.note("loqa: the phrase cannot be used: \(result.errors.suffix(300))")
                throw ExitCode(65)
            }
            let checked = try JSONDecoder().decode(Checked.self, from: line)
            Output.note("\"\(phrase)\" is heard as: \(checked.sounds)")
            guard !checked.problems.isEmpty else { return }
            Output.note(checked.problems.map { "Warning: \($0)" }.joined(separator: "\n"))
            guard Output.confirms("Train it all the same?", isAssured: yes) else { throw ExitCode(1) }
        }

        /// Where the model goes before it is on the shelf.
        static func folder(for phrase: String) -> String {
            let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache"
            return "\(cache)/loqa/wake/\(WakeFiles.wordName(of: phrase.lowercased()))"
        }

        /// `tools/wake`: as named, or in the sources that this program was built in, or where packages put it.
        static func trainer() -> String? {
            if let path = ProcessInfo.processInfo.environment["LOQA_WAKE_TRAINER"], !path.isEmpty {
                return path
            }
            var folder = URL(fileURLWithPath: Tool.sibling(".")).standardizedFileURL
            var candidates: [String] = []
            for _ in 0..<5 {
                folder.deleteLastPathComponent()
                candidates.append(folder.appending(path: "tools/wake").path)
            }
            candidates.append("/usr/share/loqa/tools/wake")
            return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
        }
    }
}
