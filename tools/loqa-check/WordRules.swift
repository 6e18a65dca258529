import Foundation

/// A word that may not stand in some part of the tree, and what to write in its place.
struct WordRule {
    /// The part of the tree that a rule speaks about.
    enum Scope {
        /// Modules of layers 0 to 2.
        case pureLayers
        /// All modules but programs and tests.
        case libraries
        /// All code but tests.
        case shippedCode
        case tests
        /// Every text file, comments and strings included.
        case wholeTree
    }

    var what: String
    var pattern: String
    var scope: Scope
    var instead: String
    /// A line that must be found, and one that must not: the rule's own test.
    var sample: String
    var harmless: String

    func covers(_ file: SourceFile) -> Bool {
        let isShipped = !file.isTest && (file.isSwift || file.path.hasSuffix(".c"))
        return switch scope {
        case .pureLayers: file.isSwift && !file.isTest && (file.module?.layer ?? 4) <= 2
        case .libraries: isShipped && file.module?.kind == .regular
        case .shippedCode: isShipped && file.module != nil
        case .tests: file.isTest && file.isSwift
        case .wholeTree: true
        }
    }

    func check(_ file: SourceFile) throws -> [Finding] {
        guard covers(file) else { return [] }
        let expression = try NSRegularExpression(pattern: pattern)
        let lines = scope == .wholeTree ? file.lines : file.codeLines
        return lines.enumerated().compactMap { index, line in
            let range = NSRange(line.startIndex..., in: line)
            guard expression.firstMatch(in: line, range: range) != nil else { return nil }
            return Finding(path: file.path, line: index + 1, what: what, instead: instead)
        }
    }
}

extension WordRule {
    static let all = pure + failures + tests + tree

    private static let pure = [
        WordRule(
            what: "a pure layer reads a clock",
            pattern: #"\b(ContinuousClock|SuspendingClock|clock_gettime|DispatchTime)\b|\bDate\(\)"#,
            scope: .pureLayers, instead: "take the instant as an argument `at now:`",
            sample: "let now = ContinuousClock.now", harmless: "let now: RelayInstant"),
        WordRule(
            what: "a pure layer waits", pattern: #"\bTask\.sleep\b|\busleep\(|\bnanosleep\("#,
            scope: .pureLayers,
            instead: "return a deadline as an action and let the edge wait",
            sample: "try await Task.sleep(for: .seconds(1))", harmless: "case sleep"),
        WordRule(
            what: "a pure layer starts a task", pattern: #"\bTask(\.detached)?\s*(\(.*\)\s*)?\{"#,
            scope: .pureLayers,
            instead: "return an action and let the edge do it", sample: "Task { run() }",
            harmless: "struct Task: Sendable {".replacingOccurrences(of: "Task:", with: "Chore:")),
        WordRule(
            what: "a pure layer draws random numbers of its own",
            pattern: #"\bSystemRandomNumberGenerator\b|\.random\(in: [^,)]*\)$"#, scope: .pureLayers,
            instead: "take `using generator: inout some RandomNumberGenerator`",
            sample: "Int.random(in: 0..<9)",
            harmless: "Int.random(in: 0..<9, using: &generator)"),
    ]

    private static let failures = [
        WordRule(
            what: "try? drops the reason of a failure", pattern: #"\btry\?"#, scope: .shippedCode,
            instead: "catch it, and report or count it", sample: "let text = try? read()",
            harmless: "let text = try read()"),
        WordRule(
            what: "try! ends the program on a failure of the outside world", pattern: #"\btry!"#,
            scope: .shippedCode, instead: "catch it, or throw it on", sample: "let text = try! read()",
            harmless: "let text = try read()"),
        WordRule(
            what: "fatalError", pattern: #"\bfatalError\("#, scope: .shippedCode,
            instead: "precondition for our own bugs, a typed error for all others",
            sample: "fatalError(\"no\")",
            harmless: "preconditionFailure(\"no\")"),
        WordRule(
            what: "a library prints", pattern: #"(?<![\w.])(print|debugPrint|dump)\("#, scope: .libraries,
            instead: "a Logger in the hub; a counter or a log closure in the relay", sample: "print(level)",
            harmless: "printer.print(level)"),
    ]

    private static let tests = [
        WordRule(
            what: "a test waits for time to pass",
            pattern: #"\b(Task|Thread)\.sleep\b|\b(u|nano)sleep\(|^ *sleep\("#,
            scope: .tests,
            instead: "move a made-up clock, or wait for the event itself with a deadline",
            sample: "usleep(1000)", harmless: "machine.sleeps(at: now)")
    ]

    /// Written in pieces, so that this file does not hold what it forbids.
    private static let tree = [
        WordRule(
            what: "a path of somebody's own machine",
            pattern: "(?<![\\w.])/(ro" + "ot|wo" + "rk|ho" + "me/[a-z]+|Us" + "ers/[A-Za-z]+)/",
            scope: .wholeTree,
            instead: "a path from the top folder, a variable, or a made-up one below /path/to",
            sample: "cd /wo" + "rk/loqa", harmless: "cd Hub/work/loqa"),
        WordRule(
            what: "a trace of how the work was organised",
            pattern: "(?i)\\b(work" + "trees?|sub-?age" + "nts?|co-authored"
                + "-by|generated (by|with) (an? )?A"
                + "I)\\b",
            scope: .wholeTree, instead: "say what the code does and why, not who or what wrote it",
            sample: "Co-Authored" + "-By: somebody", harmless: "the network generated by the hub"),
    ]
}
