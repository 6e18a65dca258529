import ArgumentParser
import Foundation

/// Checks the tree for what neither compiler nor formatter sees: layers, words, lengths, doc comments.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loqa-check",
        abstract: "Checks layers, words, lengths and doc comments of the tree in the current folder.",
        discussion:
            "tools/check calls it with the output of swift package dump-package. Exit codes: 0 clean, 1 findings."
    )

    @Option(help: "The output of swift package dump-package.") var packageDump: String?
    @Flag(help: "Show that each check can fail, and stop.") var selfTest = false

    func run() throws {
        if selfTest { return try runSelfTest() }
        guard let packageDump else { throw ValidationError("--package-dump FILE is needed") }
        let root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        let document = try String(
            contentsOf: root.appendingPathComponent(LayerRules.document), encoding: .utf8)
        let rows = LayerRules.rows(
            of: document.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        let dump = try PackageDump.modules(Data(contentsOf: URL(fileURLWithPath: packageDump)))
        let modules = LayerRules.placing(dump, by: rows)

        var findings = LayerRules.check(rows, modules: modules)
        var declarations = 0
        var undocumented = 0
        let files = try SourceFile.readTree(root: root, modules: modules)
        for file in files {
            for rule in WordRule.all { findings += try rule.check(file) }
            findings += LayerRules.checkImports(of: file)
            findings += LengthRules.checkFile(file) + LengthRules.checkFunctions(file)
            let documentation = DocumentationRule.check(file)
            findings += documentation.findings
            declarations += documentation.declarations
            undocumented += documentation.findings.count
        }
        for finding in findings.sorted() { print(finding) }
        print(
            "\(files.count) files, \(modules.count) modules, \(declarations) package declarations "
                + "(\(undocumented) undocumented): \(findings.count) findings")
        if !findings.isEmpty { throw ExitCode(1) }
    }

    private func runSelfTest() throws {
        let results = try SelfTest.run()
        for result in results where !result.passed { print("FAILED \(result.name)") }
        print("\(results.count) samples, \(results.count { !$0.passed }) wrong")
        if results.contains(where: { !$0.passed }) { throw ExitCode(1) }
    }
}
