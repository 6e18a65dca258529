import Foundation

/// The files of the checkout that the tests run in.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Every Swift file below `folders`, by path, with its text.
    static func swiftFiles(in folders: [String]) throws -> [(path: String, text: String)] {
        var files: [(path: String, text: String)] = []
        for folder in folders {
            let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            while let name = names?.nextObject() as? String {
                guard name.hasSuffix(".swift") else { continue }
                files.append(("\(folder)/\(name)", try text("\(folder)/\(name)")))
            }
        }
        return files
    }
}
