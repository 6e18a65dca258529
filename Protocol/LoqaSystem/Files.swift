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
