import Foundation

/// A text file of the tree, with what the checks need to know about the place where it stands.
struct SourceFile {
    /// Path from the top folder.
    var path: String
    var lines: [String]
    /// The lines with comments and the text of strings replaced by spaces: what the compiler would act on.
    var codeLines: [String]
    /// The module it belongs to, if any.
    var module: Module?

    init(path: String, text: String, module: Module? = nil) {
        self.path = path
        self.module = module
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let isCode = path.hasSuffix(".swift") || path.hasSuffix(".c") || path.hasSuffix(".h")
        codeLines =
            isCode
            ? CodeBlanker.blank(text).split(separator: "\n", omittingEmptySubsequences: false).map(
                String.init)
            : lines
    }

    var isSwift: Bool { path.hasSuffix(".swift") }
    var isTest: Bool { path.hasPrefix("Tests/") }
    /// The first part of the path.
    var topFolder: String { path.split(separator: "/").first.map(String.init) ?? "" }
}

extension SourceFile {
    /// Reads every text file below `root`, without build products, hidden folders (but with `.ci`) and golden data.
    static func readTree(root: URL, modules: [Module]) throws -> [SourceFile] {
        let suffixes = [
            ".swift", ".c", ".h", ".md", ".sh", ".yaml", ".yml", ".txt", ".json", ".modulemap", ".conf",
        ]
        var files: [SourceFile] = []
        let manager = FileManager.default
        var folders = [""]
        while let folder = folders.popLast() {
            let here = root.appendingPathComponent(folder)
            for name in try manager.contentsOfDirectory(atPath: here.path).sorted() {
                if name.hasPrefix("."), name != ".ci" { continue }
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                var isFolder: ObjCBool = false
                guard
                    manager.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
                else { continue }
                if isFolder.boolValue {
                    folders.append(path)
                    continue
                }
                let isScript = !name.contains(".")  // tools/demo, .ci/run, LICENSE
                guard isScript || suffixes.contains(where: name.hasSuffix) else { continue }
                let data = try Data(contentsOf: root.appendingPathComponent(path))
                let module = modules.first { path.hasPrefix($0.path + "/") }
                files.append(
                    SourceFile(path: path, text: String(decoding: data, as: UTF8.self), module: module))
            }
        }
        return files.sorted { $0.path < $1.path }
    }
}
