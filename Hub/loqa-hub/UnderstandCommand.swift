import Foundation
import HubHome
import HubLanguage
import HubPacks
import HubSkills

/// `loqa-hub understand`: what a sentence means, and why.
///
/// Exit codes: 0 done, 1 the sentence was not understood, 64 the arguments make no sense, 78 a pack, a home or a case
/// cannot be read.
enum UnderstandCommand {
    /// Results that are told of one sentence.
    private static let resultCount = 2

    static func run(_ arguments: [String]) -> Never {
        if arguments.contains("--help") || arguments.contains("-h") {
            print(UnderstandOptions.usage)
            exit(0)
        }
        do {
            exit(try run(UnderstandOptions(arguments)) ? 0 : 1)
        } catch let error as UnderstandOptions.UsageError {
            end("loqa-hub understand: \(error)", code: 64)
        } catch {
            end("\(error)", code: 78)
        }
    }

    /// - Returns: whether the sentence was understood.
    private static func run(_ options: UnderstandOptions) throws -> Bool {
        if let cases = options.cases {
            try UnderstandCases(options, cases: cases).run()
            return true
        }
        guard let folder = options.intents ?? packFolder() else {
            throw UnderstandOptions.UsageError(
                description: "there are no packs; run tools/intents, or name their folder with --intents")
        }
        let packs = try LanguagePacks(
            folder: folder, compiled: options.compiled, sentences: options.sentences)
        if options.compiled != nil, options.sentence == nil, !options.languages.isEmpty || isatty(0) != 0 {
            for code in try options.languages.isEmpty ? packs.languages() : options.languages {
                let loaded = try packs.language(code)
                print(
                    "\(code): \(loaded.language.templateCount) templates, \(loaded.language.wordCount * 4) bytes"
                )
            }
            return true
        }
        let language = try packs.language(options.language).language
        let described = try options.home.map { try HomeFile.load(path: $0) }
        if let described, let room = options.room, described.room(named: room) == nil {
            let rooms = described.rooms.map(\.name).joined(separator: ", ")
            throw UnderstandOptions.UsageError(description: "the home has no room '\(room)'; it has \(rooms)")
        }
        let home = described.map(UnderstandHome.entries) ?? []
        var understander = Understander(language, home: HomeVocabulary(home, for: language))
        let context: [String: SlotValue] = options.room.map { ["area": .text($0)] } ?? [:]
        guard let sentence = options.sentence else {
            while let line = readLine() {
                print(json(understander.ranked(line, context: context, count: 1), line))
            }
            return true
        }
        let ranked = understander.ranked(sentence, context: context, count: resultCount)
        print(options.isJSON ? json(ranked, sentence) : UnderstandOutput.explain(ranked, of: sentence))
        return !ranked.isEmpty
    }

    /// Where tools/intents puts the packs, if it did.
    private static func packFolder() -> String? {
        let environment = ProcessInfo.processInfo.environment
        let data = environment["XDG_DATA_HOME"] ?? environment["HOME"].map { "\($0)/.local/share" }
        return data.map { "\($0)/loqa/intents" }.flatMap {
            FileManager.default.fileExists(atPath: $0) ? $0 : nil
        }
    }

    private static func json(_ ranked: [Understanding], _ sentence: String) -> String {
        var line = JSONLine()
        line.add("sentence", string: sentence)
        UnderstandOutput.add(ranked.first, to: &line)
        if let problem = UnderstandOutput.problem(with: sentence) { line.add("problem", string: problem) }
        if let best = ranked.first {
            line.add("template", string: best.template)
            line.add("place", string: "\(best.place.file):\(best.place.line)")
        }
        if ranked.count > 1 {
            var second = JSONLine()
            UnderstandOutput.add(ranked[1], to: &second)
            second.add("template", string: ranked[1].template)
            line.add("second", second.finished)
        }
        return line.finished
    }

    private static func end(_ text: String, code: Int32) -> Never {
        FileHandle.standardError.write(Data((text + "\n").utf8))
        exit(code)
    }
}
