/// Shows that each check can fail: every rule meets a sample that it must object to, and a harmless twin.
enum SelfTest {
    struct Result {
        var name: String
        var passed: Bool
    }

    static func run() throws -> [Result] {
        try words() + layers() + imports() + lengths() + documentation()
    }

    private static let pureModule = Module(
        name: "RelayCore", kind: .regular, path: "Relay/RelayCore", imports: ["LoqaBase"], layer: 1)

    private static func file(_ rule: WordRule, _ line: String) -> SourceFile {
        switch rule.scope {
        case .tests: SourceFile(path: "Tests/RelayCoreTests/Sample.swift", text: line)
        case .pureLayers, .libraries, .shippedCode, .wholeTree:
            SourceFile(path: "Relay/RelayCore/Sample.swift", text: line, module: pureModule)
        }
    }

    private static func words() throws -> [Result] {
        try WordRule.all.flatMap { rule in
            let commented = rule.scope == .wholeTree ? "" : "// \(rule.sample)"
            return [
                Result(
                    name: "word: \(rule.what)", passed: try rule.check(file(rule, rule.sample)).count == 1),
                Result(
                    name: "harmless: \(rule.harmless)",
                    passed: try rule.check(file(rule, rule.harmless)).isEmpty
                        && rule.check(file(rule, commented)).isEmpty),
            ]
        }
    }

    private static func layers() -> [Result] {
        func findings(_ table: [String], relay: [String], hub: [String] = []) -> [Finding] {
            let head = ["| module | layer | may import |", "|---|---|---|", "| `LoqaBase` | 0 | - |"]
            let rows = LayerRules.rows(of: head + table)
            let modules = [
                Module(name: "LoqaBase", kind: .regular, path: "Protocol/LoqaBase", imports: []),
                Module(name: "RelayCore", kind: .regular, path: "Relay/RelayCore", imports: relay),
                Module(name: "HubCore", kind: .regular, path: "Hub/HubCore", imports: hub),
            ]
            return LayerRules.check(rows, modules: LayerRules.placing(modules, by: rows))
        }
        let hub = "| `HubCore` | 1 | - |"
        return [
            Result(
                name: "table and package agree",
                passed: findings(["| `RelayCore` | 1 | `LoqaBase` |", hub], relay: ["LoqaBase"]).isEmpty),
            Result(name: "row missing", passed: findings([hub], relay: []).count == 1),
            Result(
                name: "row without module",
                passed: findings(["| `RelayCore` | 1 | - |", hub, "| `Gone` | 1 | - |"], relay: []).count == 1
            ),
            Result(
                name: "row differs from the package",
                passed: findings(["| `RelayCore` | 1 | - |", hub], relay: ["LoqaBase"]).count == 1),
            Result(
                name: "import goes up",
                passed: findings(
                    ["| `RelayCore` | 3 | - |", "| `HubCore` | 1 | `RelayCore` |"], relay: [],
                    hub: ["RelayCore"]
                )
                .contains { $0.what.contains("of layer 3") }),
            Result(
                name: "Relay and Hub meet",
                passed: findings(
                    ["| `RelayCore` | 1 | - |", "| `HubCore` | 1 | `RelayCore` |"], relay: [],
                    hub: ["RelayCore"]
                )
                .contains { $0.what.contains("together") }),
        ]
    }

    private static func imports() -> [Result] {
        func count(_ line: String) -> Int {
            LayerRules.checkImports(
                of: SourceFile(path: "Relay/RelayCore/Sample.swift", text: line, module: pureModule)
            ).count
        }
        return [
            Result(name: "declared import", passed: count("package import LoqaBase") == 0),
            Result(name: "undeclared import", passed: count("import LoqaWire") == 1),
            Result(name: "Foundation in a pure layer", passed: count("import Foundation") == 1),
            Result(name: "Glibc in a pure layer", passed: count("import Glibc") == 1),
            Result(name: "import of one type", passed: count("import struct Foundation.Data") == 1),
        ]
    }

    private static func lengths() -> [Result] {
        func function(_ lines: Int) -> SourceFile {
            let body = Array(repeating: "    step()", count: lines - 4)
            let text = ["func long(", "    a: Int = f { 1 }", ") {"] + body + ["}"]
            return SourceFile(path: "Hub/Sample.swift", text: text.joined(separator: "\n"))
        }
        func lines(_ count: Int) -> SourceFile {
            SourceFile(path: "Hub/Sample.swift", text: String(repeating: "//\n", count: count))
        }
        let requirement = SourceFile(
            path: "Hub/Sample.swift",
            text: "protocol P {\nfunc a()\nvar b: Int { get }\n" + String(repeating: "\n", count: 70) + "}")
        return [
            Result(name: "function at the limit", passed: LengthRules.checkFunctions(function(60)).isEmpty),
            Result(name: "function too long", passed: LengthRules.checkFunctions(function(61)).count == 1),
            Result(name: "requirement without body", passed: LengthRules.checkFunctions(requirement).isEmpty),
            Result(name: "file at the limit", passed: LengthRules.checkFile(lines(500)).isEmpty),
            Result(name: "file too long", passed: LengthRules.checkFile(lines(501)).count == 1),
        ]
    }

    private static func documentation() -> [Result] {
        func count(_ text: String) -> Int {
            DocumentationRule.check(SourceFile(path: "Hub/Sample.swift", text: text)).findings.count
        }
        return [
            Result(name: "undocumented", passed: count("package final class Session {}") == 1),
            Result(
                name: "documented", passed: count("/// One session.\n@frozen\npackage struct Session {}") == 0
            ),
            Result(
                name: "text only looks like code",
                passed: count("let a = \"\"\"\n    package var b: Int\n\"\"\"") == 0),
            Result(
                name: "one comment for fields that follow each other",
                passed: count("/// Both ends.\npackage var first: Int\npackage var last: Int") == 0),
            Result(
                name: "a field after a gap",
                passed: count("/// The first.\npackage var first: Int\n\npackage var last: Int") == 1),
            Result(name: "plain comment", passed: count("// One session.\npackage struct Session {}") == 1),
        ]
    }
}
