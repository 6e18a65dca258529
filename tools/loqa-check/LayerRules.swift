import Foundation

/// Holds ARCHITECTURE.md's table of modules, Package.swift and the sources' imports against each other.
enum LayerRules {
    static let document = "ARCHITECTURE.md"
    /// The most a pure module (layers 0 to 2) may import beyond its declared dependencies.
    static let pureSystemModules: Set = ["Swift", "Synchronization"]
    /// What edges and programs may import beyond that.
    static let edgeSystemModules = pureSystemModules.union([
        "Foundation", "FoundationEssentials", "Dispatch", "Glibc",
    ])
    /// A resident relay has room for none of these.
    static let heavyModules: Set = ["Foundation", "FoundationEssentials", "Dispatch"]

    /// A row `| module | layer | may import |` of the table.
    struct Row: Equatable {
        var line: Int
        var module: String
        var layer: Int
        var imports: [String]
    }

    /// The rows below the heading `| module | layer | may import |`.
    static func rows(of document: [String]) -> [Row] {
        var rows: [Row] = []
        var inside = false
        for (index, line) in document.enumerated() {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
            }
            guard cells.count >= 4 else {
                inside = false
                continue
            }
            if cells.prefix(3) == ["module", "layer", "may import"] { inside = true }
            guard inside, let layer = Int(cells[1]) else { continue }
            let imports = cells[2].split { " ,`".contains($0) }.map(String.init)
            rows.append(
                Row(line: index + 1, module: cells[0], layer: layer, imports: imports.filter { $0 != "-" }))
        }
        return rows
    }

    /// Gives each module the layer of its row.
    static func placing(_ modules: [Module], by rows: [Row]) -> [Module] {
        modules.map { module in
            var module = module
            module.layer = rows.first { $0.module == module.name }?.layer
            return module
        }
    }

    /// The table against Package.swift. `modules` carry their layers.
    static func check(_ rows: [Row], modules: [Module]) -> [Finding] {
        var findings: [Finding] = []
        for module in modules where !module.isTest {
            guard let row = rows.first(where: { $0.module == module.name }) else {
                findings.append(finding(0, "no row for the module \(module.name)", "add it to the table"))
                continue
            }
            if row.imports.sorted() != module.imports {
                findings.append(
                    finding(
                        row.line, "\(module.name) imports \(list(module.imports)) in Package.swift",
                        "one truth: the row says \(list(row.imports.sorted()))"))
            }
            findings += upward(row, modules: modules)
        }
        for row in rows where !modules.contains(where: { $0.name == row.module }) {
            findings.append(finding(row.line, "\(row.module) is not in Package.swift", "remove the row"))
        }
        return findings + houses(modules)
    }

    private static func upward(_ row: Row, modules: [Module]) -> [Finding] {
        row.imports.compactMap { name in
            guard let layer = modules.first(where: { $0.name == name })?.layer else { return nil }
            if layer > row.layer {
                return finding(
                    row.line, "\(row.module) in layer \(row.layer) imports \(name) of layer \(layer)",
                    "imports go down only: pass a value or declare a protocol below")
            }
            if layer == 4 {
                return finding(
                    row.line, "\(row.module) imports the program \(name)", "move the code into a library")
            }
            return nil
        }
    }

    /// Relay and Hub share only Protocol; a test of the whole house may see both.
    private static func houses(_ modules: [Module]) -> [Finding] {
        modules.compactMap { module in
            let folders = Set(modules.filter { module.imports.contains($0.name) }.map(\.topFolder))
                .union(module.isTest ? [] : [module.topFolder])
            let isSimulation = ["HouseSim", "HouseSimTests"].contains(module.name)
            guard folders.isSuperset(of: ["Relay", "Hub"]), !isSimulation else { return nil }
            return Finding(
                path: "Package.swift", line: 0, what: "\(module.name) brings Relay and Hub together",
                instead: "share through Protocol; only the house simulation imports both")
        }
    }

    /// A source's imports against what its module declares and its layer allows.
    static func checkImports(of file: SourceFile) -> [Finding] {
        guard file.isSwift, let module = file.module else { return [] }
        var allowed = Set(
            (module.imports + [module.name]).map { $0.replacingOccurrences(of: "-", with: "_") })
        let isPure = !module.isTest && (module.layer ?? 4) <= 2
        allowed.formUnion(isPure ? pureSystemModules : edgeSystemModules)
        if ["Relay", "Protocol"].contains(module.topFolder) { allowed.subtract(heavyModules) }
        if module.isTest { allowed.insert("Testing") }
        let pattern =
            /^\s*(@\w+\s+)*((package|public|internal|private|fileprivate)\s+)?import\s+((struct|class|enum|func|protocol|typealias|var|let)\s+)?(?<name>\w+)/
        return file.codeLines.enumerated().compactMap { index, line in
            guard let name = line.firstMatch(of: pattern)?.output.name, !allowed.contains(String(name)) else {
                return nil
            }
            let instead =
                edgeSystemModules.contains(String(name))
                ? (isPure
                    ? "layers 0 to 2 are pure: take what it gives as an argument"
                    : "the relay has no room for it: use Glibc in LoqaSystem or RelayIO")
                : "declare it in Package.swift and ARCHITECTURE.md, or do without"
            return Finding(
                path: file.path, line: index + 1, what: "\(module.name) may not import \(name)",
                instead: instead)
        }
    }

    private static func finding(_ line: Int, _ what: String, _ instead: String) -> Finding {
        Finding(path: document, line: line, what: what, instead: instead)
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "nothing" : names.joined(separator: ", ")
    }
}
