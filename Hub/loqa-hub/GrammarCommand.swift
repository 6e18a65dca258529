import Foundation
import HubGrammar
import HubHome
import HubLanguage

/// `loqa-hub grammar`: the speech grammar of a home, counted or written out.
struct GrammarCommand {
    static let usage = """
        Usage: loqa-hub grammar --home FILE --intents DIR [--language en] [--fsg FILE] [--sample N [--seed S]]

        Makes the grammar by which the recogniser hears, of a language's pack and a home's names, and says how large it
        is. Nothing is spoken or heard.

          --language CODE  the language (default en)
          --home FILE      the home, whose rooms and devices may be named
          --intents DIR    where the packs are: a checkout of the intents repository, or a folder of LANG.json
          --compiled DIR   use compiled languages there; missing ones are made
          --only NAMES     sentences of these intents only, by commas
          --fsg FILE       write the network in the text form of CMU Sphinx; - for standard output
          --sample N       instead of counts, N sentences drawn by the network's own weights
          --seed S         of the draw (default 1)
          --check          instead of counts, reads a sentence a line and says how far each comes
        """

    private let language: String
    private let home: String
    private let intents: String
    private let compiled: String?
    private let fsg: String?
    private let sampleCount: Int?
    private let seed: UInt64
    private let isChecking: Bool
    private var options = NetworkBuilder.Options()

    /// - Throws: `UnderstandOptions.UsageError`
    init(_ arguments: [String]) throws {
        var values: [String: String] = [:]
        var isChecking = false
        var left = arguments[...]
        let known = ["language", "home", "intents", "compiled", "only", "fsg", "sample", "seed"]
        while let argument = left.popFirst() {
            if argument == "--check" {
                isChecking = true
                continue
            }
            guard argument.hasPrefix("--"), known.contains(String(argument.dropFirst(2))) else {
                throw UsageError(description: "no option '\(argument)'; see loqa-hub grammar --help")
            }
            guard let value = left.popFirst() else {
                throw UsageError(description: "\(argument) wants a value")
            }
            values[String(argument.dropFirst(2))] = value
        }
        guard let home = values["home"] else {
            throw UsageError(description: "--home is missing: name a home file")
        }
        guard let intents = values["intents"] else {
            throw UsageError(description: "--intents is missing: name a folder of packs")
        }
        (self.home, self.intents, self.isChecking) = (home, intents, isChecking)
        language = values["language"] ?? "en"
        (compiled, fsg) = (values["compiled"], values["fsg"])
        sampleCount = try values["sample"].map { try Self.number($0, "--sample", 1...100_000) }
        seed = UInt64(try values["seed"].map { try Self.number($0, "--seed", 0...Int.max) } ?? 1)
        options.intents = values["only"].map { Set($0.split(separator: ",").map(String.init)) }
    }

    private static func number(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                description: "\(name) wants a number of \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Why the arguments make no sense.
    struct UsageError: Error, CustomStringConvertible {
        let description: String
    }

    func run() throws {
        let pack = try LanguagePacks(folder: intents, compiled: compiled).language(language)
        let vocabulary = HomeVocabulary(
            HomeNames.entries(of: try HomeFile.load(path: home)), for: pack.language)
        let start = ThreadClock.microseconds()
        let network = try NetworkBuilder.network(of: pack.language, home: vocabulary, options: options)
        let milliseconds = (ThreadClock.microseconds() - start) / 1_000
        if let fsg {
            let text = network.sphinxText
            if fsg == "-" { return FileHandle.standardOutput.write(Data(text.utf8)) }
            try Data(text.utf8).write(to: URL(fileURLWithPath: fsg))
        }
        if let sampleCount {
            for sentence in network.sentences(count: sampleCount, seed: seed) { print(sentence) }
        } else if isChecking {
            while let line = readLine() {
                print("\(network.progress(of: line.split(separator: " ").map(String.init)))\t\(line)")
            }
        } else {
            print(
                """
                language\t\(language)
                templates\t\(pack.language.templateCount)
                states\t\(network.stateCount)
                arcs\t\(network.arcs.count)
                words\t\(network.words.count)
                sentences\t\(network.sentenceCount)
                milliseconds\t\((milliseconds * 10).rounded() / 10)
                """)
        }
    }
}
