/// What `loqa-hub understand` was asked for.
struct UnderstandOptions {
    static let usage = """
        Usage: loqa-hub understand [--language en] [--intents DIR] [--home FILE] [--room NAME] [--json] [SENTENCE]
               loqa-hub understand --cases DIR [--languages en,de] [--answers FILE] [--timing] [--home-size 30x10]
               loqa-hub understand --compile DIR [--languages en,de] [--intents DIR]

        Says what a sentence means, and why: the template that matched, its slots, and what came second.
        Without a SENTENCE each line of standard input is one, and a line of JSON comes out for each.

          --language CODE    the language (default en)
          --intents DIR      where the packs are: a checkout of the intents repository, or a folder of LANG.json
                             (default: where tools/intents put them)
          --sentences FILE   own sentences (YAML, in the shape of a pack), which go before the pack's; may come again
          --home FILE        the home, whose rooms and devices may be named
          --room NAME        the room the sentence is said in
          --json             one line of JSON instead of text
          --cases DIR        test cases: LANG.jsonl.gz, with packs and numbers beside them
          --languages CODES  their languages, by commas (default: all)
          --answers FILE     one line of JSON for each case
          --timing           microseconds of CPU for each sentence, and a summary
          --repeat N         runs of each sentence that --timing takes the median of (default 5)
          --home-size NxM    N more devices and M more areas in each case's home
          --compile DIR      compile packs to files there; with the other forms, use such files, made when missing
        """

    var language = "en"
    var intents: String?
    var sentences: [String] = []
    var home: String?
    var room: String?
    var isJSON = false
    var cases: String?
    var languages: [String] = []
    var answers: String?
    var hasTiming = false
    var repeatCount = 5
    var extraDevices = 0
    var extraAreas = 0
    var compiled: String?
    var sentence: String?

    /// Why the arguments make no sense.
    struct UsageError: Error, CustomStringConvertible {
        let description: String
    }

    /// - Throws: ``UsageError``.
    init(_ arguments: [String]) throws {
        var left = arguments[...]
        var words: [String] = []
        while let argument = left.popFirst() {
            switch argument {
            case "--json": isJSON = true
            case "--timing": hasTiming = true
            case "--language": language = try Self.value(of: argument, &left)
            case "--intents": intents = try Self.value(of: argument, &left)
            case "--sentences": sentences.append(try Self.value(of: argument, &left))
            case "--home": home = try Self.value(of: argument, &left)
            case "--room": room = try Self.value(of: argument, &left)
            case "--cases": cases = try Self.value(of: argument, &left)
            case "--answers": answers = try Self.value(of: argument, &left)
            case "--compile": compiled = try Self.value(of: argument, &left)
            case "--languages":
                languages = try Self.value(of: argument, &left).split(separator: ",").map(String.init)
            case "--repeat":
                guard let count = Int(try Self.value(of: argument, &left)), (1...1_000).contains(count) else {
                    throw UsageError(description: "--repeat wants a count of 1 to 1000")
                }
                repeatCount = count
            case "--home-size":
                let counts = try Self.value(of: argument, &left).split(separator: "x").map { Int($0) }
                guard counts.count == 2, let devices = counts[0], let areas = counts[1],
                    (0...10_000).contains(devices), (0...1_000).contains(areas)
                else { throw UsageError(description: "--home-size wants two counts such as 30x10") }
                (extraDevices, extraAreas) = (devices, areas)
            default:
                guard !argument.hasPrefix("--") else {
                    throw UsageError(description: "no option '\(argument)'; see loqa-hub understand --help")
                }
                words.append(argument)
            }
        }
        sentence = words.isEmpty ? nil : words.joined(separator: " ")
    }

    private static func value(of option: String, _ left: inout ArraySlice<String>) throws -> String {
        guard let value = left.popFirst() else { throw UsageError(description: "\(option) wants a value") }
        return value
    }
}
