import Glibc

/// Reads a whole file of at most `byteCountMax` bytes.
///
/// - Throws: the system's reason; `EFBIG` for a longer file, of which no more is read.
package func contents(of path: String, byteCountMax: Int) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("read \(path)") }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: byteCountMax + 1)
    var length = 0
    while length < bytes.count {
        let count = bytes.withUnsafeMutableBytes { room in
            read(descriptor, room.baseAddress?.advanced(by: length), room.count - length)
        }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw SystemError("read \(path)") }
        if count == 0 { break }
        length += count
    }
    guard length <= byteCountMax else { throw SystemError("read \(path)", code: EFBIG) }
    return Array(bytes[..<length])
}

/// Something in a folder.
package struct FolderEntry: Sendable, Equatable {
    /// Without the folder.
    package var name: String
    /// Whether it is a folder itself.
    package var isFolder: Bool
}

/// What is in a folder and wanted, at most so many, "." and ".." left out, in the order of the system.
///
/// - Throws: the system's reason; `ENOTDIR` for what is no folder, `ENOENT` for nothing.
package func folderEntries(
    of path: String, countMax: Int, where isWanted: (FolderEntry) -> Bool = { _ in true }
) throws(SystemError) -> [FolderEntry] {
    guard let folder = opendir(path) else { throw SystemError("read \(path)") }
    defer { closedir(folder) }
    var entries: [FolderEntry] = []
    while entries.count < countMax, let found = readdir(folder) {
        let name = withUnsafePointer(to: &found.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        let entry = FolderEntry(name: name, isFolder: found.pointee.d_type == UInt8(DT_DIR))
        if isWanted(entry) { entries.append(entry) }
    }
    return entries
}

/// The folder of the running program, with which the others of Loqa are installed.
package func programFolder() throws(SystemError) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
    guard count > 0 else { throw SystemError("find the running program") }
    let path = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
}

/// Where to find a program of Loqa: a path is taken as it is, a bare name is looked for beside the running program.
package func programPath(_ program: String) throws(SystemError) -> String {
    program.contains("/") ? program : "\(try programFolder())/\(program)"
}
