import LoqaWire
import Testing

/// PROTOCOL.md, the vectors and the code say the same; each check is shown to fail by damaging the document.
struct ProtocolDocTests {
    /// Rules that no test cites yet. Empty this list; an entry whose test exists fails too.
    static let notYetTested: Set<String> = []

    private let text: String
    private let limitSource: String
    private let limits: [SourceLimit]

    init() throws {
        text = try Repository.text("Protocol/PROTOCOL.md")
        limitSource = try Repository.text("Protocol/LoqaWire/WireLimits.swift")
        limits = SourceLimit.all(in: limitSource)
    }

    @Test func `the tables of the document are those of the code and the vectors`() {
        #expect(problems(of: text).isEmpty, "\(problems(of: text).joined(separator: "\n"))")
    }

    @Test func `a table row that is missing or different is noticed, whichever it is`() {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let first = lines.firstIndex { $0.hasPrefix("### Refusals") } ?? 0
        let last = lines.firstIndex { $0.hasPrefix("## Versions") } ?? 0
        var damagedCount = 0
        for index in first..<last {
            guard lines[index].hasPrefix("| "), lines[index + 1].hasPrefix("|---") == false,
                !lines[index].contains("| reserved |")
            else { continue }
            damagedCount += 1
            var shorter = lines
            shorter.remove(at: index)
            #expect(!problems(of: shorter.joined(separator: "\n")).isEmpty, "without: \(lines[index])")
            guard let changed = rowWithOtherNumber(lines[index]) else { continue }
            var other = lines
            other[index] = Substring(changed)
            #expect(!problems(of: other.joined(separator: "\n")).isEmpty, "instead: \(changed)")
        }
        #expect(damagedCount > 90)
    }

    @Test func `the worked example is noticed to be wrong`() {
        #expect(!problems(of: text.replacing("grant      0004 21", with: "grant      0004 22")).isEmpty)
        #expect(!problems(of: text.replacing("grant      0004 21 01  00000001\n", with: "")).isEmpty)
    }

    @Test func `a limit without a row, a value or a rule is noticed`() {
        let document = ProtocolDocument(text)
        #expect(document.limitProblems(SourceLimit.all(in: limitSource)).isEmpty)
        for change in [
            ("/// L1: time between", "/// Time between"),
            ("/// L1: time between", "/// L\(99): time between"),
            ("package static let pingInterval", "package static let pingPause"),
            ("    // Rings.", "    /// R1: more.\n    package static let more = 1\n"),
        ] {
            let damaged = limitSource.replacing(change.0, with: change.1)
            #expect(
                damaged != limitSource && !document.limitProblems(SourceLimit.all(in: damaged)).isEmpty,
                "\(change)")
        }
    }

    @Test func `every rule that code or a test cites is in the document, and each has its own number`() throws
    {
        let document = ProtocolDocument(text)
        #expect(Set(document.rules).count == document.rules.count && document.rules.count > 50)
        let files = try Repository.swiftFiles(in: ["Protocol", "Relay", "Hub", "Tests", "tools"])
        for file in files {
            let unknown = Citations.all(in: file.text).filter(document.isOurs).filter {
                !document.rules.contains($0)
            }
            #expect(unknown.isEmpty, "\(file.path) cites \(unknown)")
        }
        for vector in Vector.malformed {
            #expect(document.rules.contains(vector.rule ?? ""), "\(vector.name)")
        }
    }

    @Test func `every rule is cited by the name of a test, or is on the list of those that wait`() throws {
        let document = ProtocolDocument(text)
        let cited = try Repository.swiftFiles(in: ["Tests"]).flatMap { Citations.testNames(in: $0.text) }
        let untested = Set(document.rules).subtracting(cited)
        #expect(untested.subtracting(Self.notYetTested).isEmpty, "write a test that cites these")
        #expect(
            Self.notYetTested.subtracting(untested).isEmpty, "these have a test or are gone: take them off")
    }

    @Test func `citations are found where they are written and nowhere else`() {
        let source = """
            // C3: flags.   /// L1, L2: time.
            let a = 1  // M4: none wraps. W3: not a comment of its own
            @Test func `N2, C11: the highest`() {}
            @Test func `the M1: packet`() {}
            let b = 2  // R1, R4
            let c = 3  // T1 is not cited by this.
            """
        #expect(Set(Citations.all(in: source)) == ["C3", "L1", "L2", "M4", "N2", "C11", "R1", "R4"])
        #expect(Citations.testNames(in: source) == ["N2", "C11"])
    }

    /// Everything that the document gets wrong.
    private func problems(of text: String) -> [String] {
        let document = ProtocolDocument(text)
        let vectors = Vector.control
        var problems = document.idProblems() + document.codeProblems() + document.exampleProblems()
        problems += document.limitProblems(limits) + document.refusalProblems()
        problems += vectors.flatMap(document.fieldProblems)
        // One vector of each kind is enough to walk the bounds of its table.
        for kind in Set(vectors.compactMap(\.kind)) {
            guard let vector = vectors.first(where: { $0.kind == kind }) else { continue }
            problems += document.rangeProblems(vector)
            if case .frame(let frame)? = arrivals(in: vector.bytes, from: vector.sender).found.first {
                problems += document.orderProblems(frame)
            }
        }
        return problems
    }

    /// The row with another last digit in the cell that states the law: id, code, range or value.
    private func rowWithOtherNumber(_ row: Substring) -> String? {
        var cells = row.split(separator: "|").map(String.init)
        guard cells.count >= 3 else { return nil }
        let index = cells.count == 5 && cells[4] == " yes " ? 3 : cells.count == 3 ? 1 : 0
        guard let last = cells[index].lastIndex(where: \.isNumber), !cells[index].contains("1...4611"),
            !cells[index].contains(", from")
        else { return nil }
        cells[index].replaceSubrange(last...last, with: cells[index][last] == "7" ? "3" : "7")
        return "|" + cells.joined(separator: "|") + "|"
    }
}

/// Where rules are cited: at the start of a comment (`// C3: ...`, or `// C3` alone) and of a test's name.
enum Citations {
    static func all(in source: String) -> [String] {
        source.matches(of: #/// ((?:[A-Z][0-9]+, )*[A-Z][0-9]+)(?:: |\n)/#).flatMap {
            numbers(in: $0.output.1)
        }
            + testNames(in: source)
    }

    static func testNames(in source: String) -> [String] {
        source.matches(of: #/func\s+`((?:[A-Z][0-9]+, )*[A-Z][0-9]+): /#).flatMap { numbers(in: $0.output.1) }
    }

    private static func numbers(in list: Substring) -> [String] {
        list.split(separator: ", ").map(String.init)
    }
}
