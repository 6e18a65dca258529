import Foundation
import HubLanguage
import HubPacks
import LoqaSystem

/// Runs test cases through the engine and writes an answer for each: `loqa-hub understand --cases`.
struct UnderstandCases {
    /// One case, as far as answering needs it.
    private struct Case {
        let id: String
        let fixture: String
        let sentence: String
        let context: [String: SlotValue]
        let timers: [PackNode]
        let media: PackNode?
        /// The answer is to be rendered.
        let hasAnswer: Bool
    }

    /// How a language did.
    private struct Figures {
        var caseCount = 0
        var understoodCount = 0
        var microseconds: [Double] = []
        var compileMilliseconds = 0.0
        var loadMilliseconds = 0.0
        var byteCount = 0
        var templateCount = 0

        func microseconds(at share: Double) -> Double {
            let sorted = microseconds.sorted()
            return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
        }
    }

    private let options: UnderstandOptions
    private let cases: String
    private let packs: LanguagePacks

    init(_ options: UnderstandOptions, cases: String) throws {
        (self.options, self.cases) = (options, cases)
        packs = try LanguagePacks(folder: options.intents ?? cases, compiled: options.compiled)
    }

    func run() throws {
        var answers: [String] = []
        let languages = try options.languages.isEmpty ? packs.languages() : options.languages
        for language in languages {
            let (figures, lines) = try answer(language)
            answers += lines
            FileHandle.standardOutput.write(Data((line(language, figures) + "\n").utf8))
        }
        guard let path = options.answers else { return }
        let text = answers.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func line(_ language: String, _ figures: Figures) -> String {
        var line = JSONLine()
        line.add("language", string: language)
        line.add("templates", .integer(figures.templateCount))
        line.add("cases", .integer(figures.caseCount))
        line.add("understood", .integer(figures.understoodCount))
        if options.hasTiming {
            line.add("median_us", .number((figures.microseconds(at: 0.5) * 100).rounded() / 100))
            line.add("p99_us", .number((figures.microseconds(at: 0.99) * 100).rounded() / 100))
            line.add("max_us", .number(((figures.microseconds.max() ?? 0) * 100).rounded() / 100))
            line.add("compile_ms", .number((figures.compileMilliseconds * 100).rounded() / 100))
            line.add("load_ms", .number((figures.loadMilliseconds * 100).rounded() / 100))
            line.add("bytes", .integer(figures.byteCount))
        }
        return line.finished
    }

    private func answer(_ code: String) throws -> (Figures, [String]) {
        var figures = Figures()
        let pack = try packs.language(code)
        (figures.compileMilliseconds, figures.loadMilliseconds) = (
            pack.compileMilliseconds, pack.loadMilliseconds
        )
        figures.byteCount = pack.language.wordCount * 4
        figures.templateCount = pack.language.templateCount
        let (fixtures, cases) = try read(code)
        var understander = Understander(pack.language, home: HomeVocabulary([], for: pack.language))
        var answer = CaseAnswer(pack.language)
        var homes: [String: HomeVocabulary] = [:]
        for (name, home) in fixtures {
            homes[name] = HomeVocabulary(home.entries + extras(), for: pack.language)
        }
        var lines: [String] = []
        for one in cases {
            guard let home = homes[one.fixture], let fixture = fixtures[one.fixture] else {
                throw PackError.file("\(code).jsonl.gz: case \(one.id) has no fixture '\(one.fixture)'")
            }
            understander.use(home)
            let result = understander.understand(one.sentence, context: one.context)
            if options.hasTiming { figures.microseconds.append(time(one, &understander)) }
            figures.caseCount += 1
            if result != nil { figures.understoodCount += 1 }
            var line = line(one.id, result, figures.microseconds.last)
            if one.hasAnswer, let result {
                line.add(
                    "response_text",
                    string: try answer.text(for: result, in: fixture, timers: one.timers, media: one.media))
            }
            lines.append(line.finished)
        }
        return (figures, lines)
    }

    /// The median of several runs: what the machine does besides takes part in a few of them.
    private func time(_ one: Case, _ understander: inout Understander) -> Double {
        let times = (0..<options.repeatCount).map { _ in
            let start = ThreadClock.microseconds()
            _ = understander.understand(one.sentence, context: one.context)
            return ThreadClock.microseconds() - start
        }
        return times.sorted()[times.count / 2]
    }

    private func line(_ id: String, _ result: Understanding?, _ microseconds: Double?) -> JSONLine {
        var line = JSONLine()
        line.add("id", string: id)
        UnderstandOutput.add(result, to: &line)
        if let microseconds { line.add("cpu_us", .number((microseconds * 100).rounded() / 100)) }
        return line
    }

    /// Made-up devices and areas, as the bench of the reference matcher adds them.
    private func extras() -> [HomeVocabulary.Entry] {
        let domains = ["light", "switch", "cover", "fan", "climate", "media_player", "sensor", "lock"]
        let devices = (0..<options.extraDevices).map { number in
            HomeVocabulary.Entry(
                list: "name", said: "alpha \(number) lamp",
                context: ["domain": .text(domains[number % domains.count])])
        }
        return devices
            + (0..<options.extraAreas).map { HomeVocabulary.Entry(list: "area", said: "beta room \($0)") }
    }

    // MARK: Files

    private func read(_ code: String) throws -> ([String: CaseHome], [Case]) {
        let file = "\(code).jsonl.gz"
        let bytes = try PackFolder.bytes("\(cases)/\(file)")
        var fixtures: [String: CaseHome] = [:]
        var cases: [Case] = []
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            let node = try JSONReader.read(Array(line), file: file, line: index + 1)
            switch node["kind"]?.text {
            case "fixture": fixtures[node["id"]?.text ?? ""] = try CaseHome(node)
            case "case":
                var context: [String: SlotValue] = [:]
                for (key, value) in try node["context"]?.pairs("'context'") ?? [] {
                    context[key] = try value.slotValue("a context's value")
                }
                cases.append(
                    Case(
                        id: node["id"]?.text ?? "", fixture: node["fixture"]?.text ?? "",
                        sentence: node["sentence"]?.text ?? "", context: context,
                        timers: try node["timers"]?.items("'timers'") ?? [],
                        media: try node["media"]?.items("'media'").first,
                        hasAnswer: node["response_text"] != nil))
            default: continue
            }
        }
        return (fixtures, cases)
    }
}
