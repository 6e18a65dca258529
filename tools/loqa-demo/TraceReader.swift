import Foundation

/// Follows trace files while their programs write them.
final class TraceReader {
    private struct File {
        var path: String
        var offset: UInt64 = 0
        var rest = Data()
    }
    private var files: [File] = []
    /// Lines that are not trace lines, such as the half line of a killed program.
    private(set) var badLineCount = 0

    /// Follows one more file, which need not exist yet.
    func follow(_ path: String) {
        if !files.contains(where: { $0.path == path }) { files.append(File(path: path)) }
    }

    /// What was written since the last call, in order of time.
    func read() -> [TraceEvent] {
        var events: [TraceEvent] = []
        for index in files.indices { events += readFile(&files[index]) }
        return events.sorted { $0.time < $1.time }
    }

    private func readFile(_ file: inout File) -> [TraceEvent] {
        guard let handle = FileHandle(forReadingAtPath: file.path) else { return [] }
        defer { close(handle.fileDescriptor) }
        lseek(handle.fileDescriptor, off_t(file.offset), SEEK_SET)
        let new = handle.readDataToEndOfFile()
        guard !new.isEmpty else { return [] }
        file.offset += UInt64(new.count)
        file.rest += new
        guard let end = file.rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let whole = file.rest[...end]
        file.rest = Data(file.rest[file.rest.index(after: end)...])
        return whole.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let event = TraceEvent(line: String(decoding: line, as: UTF8.self))
            if event == nil { badLineCount += 1 }
            return event
        }
    }
}
