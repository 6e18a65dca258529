import Foundation

/// The folder of one run: FIFOs, traces, logs, the hub's state. Removed at the end, unless the user or a failure wants it.
final class RunFolder {
    let path: String
    var isKept: Bool

    init(keep: Bool) throws {
        isKept = keep
        var template = Array((NSTemporaryDirectory() + "loqa-demo-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw DemoError.unavailable("cannot make a folder in \(NSTemporaryDirectory())")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        guard !isKept else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch {
            FileHandle.standardError.write(Data("could not remove \(path): \(error)\n".utf8))
        }
    }
}
