import Foundation
import HubGrammar
import HubHome
import HubLanguage

/// `loqa-hub grammar`: the speech grammar of a home, counted or written out.
struct GrammarCommand {
    static let usage = """
        Usage: loqa-hub grammar --home FILE [--intents DIR] [--language en] [--fsg FILE] [--sample N [--seed S]]

        Makes the grammar by which the recogniser hears, of a language's pack and a home's names, and says how large it
        is. Nothing is spoken or heard.

          --language CODE  the language (default en)
          --home FILE      the home, whose rooms and devices may be named
          --intents DIR    where the packs are: a checkout of the intents repository, or a folder of LANG.json;
                           LOQA_INTENTS says it as well
          --compiled DIR   use compiled languages there; missing ones are made
          --sentences FILE own sentences (YAML, in the shape of a pack), which go before the pack's
          --only NAMES     sentences of these intents only, by commas
          --fsg FILE       write the network in the text form of CMU Sphinx; - for standard output
          --sample N       instead of counts, N sentences drawn by the network's own weights
          --seed S         of the draw (default 1)
          --check          instead of counts, reads a sentence a line and says how far each comes
        """

    private var values: [String: String] = [:]
    private var isChecking = false

    /// Why the arguments make no sense.
    struct UsageError: Error, CustomStringConvertible {
        let description: String
    }

    static func run(_ arguments: [String]) -> Never {
        if arguments.contains("--help") || arguments.contains("-h") {
            print(usage)
            exit(0)
        }
        do {
            try GrammarCommand(arguments).run()
            exit(0)
        } catch let error as UsageError {
            end("\(error)", code: 64)
        } catch {
            end("\(error)", code: 78)
        }
    }

    private static func end(_ text: String, code: Int32) -> Never {
        FileHandle.standardError.write(Data("loqa-hub grammar: \(text)\n".utf8))
        exit(code)
    }

    /// - Throws: ``UsageError``
    private init(_ arguments: [String]) throws {
        var left = arguments[...]
        let known = ["language", "home", "intents", "compiled", "sentences", "only", "fsg", "sample", "seed"]
        while let argument = left.popFirst() {
            if argument == "--check" {
                isChecking = true
                continue
            }
            let name = String(argument.dropFirst(2))
            guard argument.hasPrefix("--"), known.contains(name) else {
                throw UsageError(description: "no option '\(argument)'; see loqa-hub grammar --help")
            }
            guard let value = left.popFirst() else {
                throw UsageError(description: "\(argument) wants a value")
            }
            values[name] = value
        }
    }

    private func number(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                description: "--\(name) wants a number of \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func run() throws {
        guard let home = values["home"] else {
            throw UsageError(description: "--home is missing: name a home file")
        }
        guard let intents = values["intents"] ?? ProcessInfo.processInfo.environment["LOQA_INTENTS"] else {
            throw UsageError(
                description: "where are the packs? Name their folder with --intents, or in LOQA_INTENTS")
        }
        let packs = try LanguagePacks(
            folder: intents, compiled: values["compiled"], sentences: values["sentences"].map { [$0] } ?? [])
        let language = try packs.language(values["language"] ?? "en").language
        let vocabulary = HomeVocabulary(UnderstandHome.entries(try HomeFile.load(path: home)), for: language)
        var options = NetworkBuilder.Options()
        options.intents = values["only"].map { Set($0.split(separator: ",").map(String.init)) }
        let start = ThreadClock.microseconds()
        let network = try NetworkBuilder.network(of: language, home: vocabulary, options: options)
        let milliseconds = (ThreadClock.microseconds() - start) / 1_000
        if let path = values["fsg"] {
            let text = Data(network.sphinxText.utf8)
            if path == "-" { return FileHandle.standardOutput.write(text) }
            try text.write(to: URL(fileURLWithPath: path))
        }
        if let count = try number("sample", 1...100_000) {
            let seed = UInt64(try number("seed", 0...Int.max) ?? 1)
            for sentence in network.sentences(count: count, seed: seed) { print(sentence) }
        } else if isChecking {
            while let line = readLine() {
                print("\(network.progress(of: line.split(separator: " ").map(String.init)))\t\(line)")
            }
        } else {
            tell(network, of: language, milliseconds)
        }
    }

    private func tell(_ network: WordNetwork, of language: Language, _ milliseconds: Double) {
        let counts: [(String, String)] = [
            ("language", language.name), ("templates", "\(language.templateCount)"),
            ("states", "\(network.stateCount)"), ("arcs", "\(network.arcs.count)"),
            ("words", "\(network.words.count)"), ("sentences", "\(network.sentenceCount)"),
            ("milliseconds", "\((milliseconds * 10).rounded() / 10)"),
        ]
        for (name, value) in counts { print("\(name)\t\(value)") }
    }
}
