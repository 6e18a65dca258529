import Glibc

/// Small files that only their owner may read, written whole or not at all. Blocks for as long as the disk takes.
package enum OwnerFile {
    /// Why such a file could not be read.
    package enum ReadError: Error, Equatable, CustomStringConvertible {
        /// There is none.
        case missing(path: String)
        /// Others than the owner may read or change it; `mode` is its permissions.
        case exposed(path: String, mode: UInt32)
        /// A folder, a pipe or the like.
        case notAFile(path: String)
        case tooLong(path: String, byteCountMax: Int)
        case failed(SystemError)

        package var description: String {
            switch self {
            case .missing(let path): "\(path) does not exist"
            case .exposed(let path, let mode):
                "\(path) is open to others (mode \(String(mode, radix: 8))): make it private with `chmod 600 \(path)`"
            case .notAFile(let path): "\(path) is not a file"
            case .tooLong(let path, let byteCountMax): "\(path) is longer than \(byteCountMax) bytes"
            case .failed(let error): "\(error)"
            }
        }
    }

    /// Reads a file of at most `byteCountMax` bytes, of which nobody but its owner may know.
    package static func read(_ path: String, byteCountMax: Int) throws(ReadError) -> [UInt8] {
        // Not blocking: the opening of a pipe would wait for a writer.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw errno == ENOENT ? .missing(path: path) : .failed(SystemError("read \(path)"))
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .failed(SystemError("read \(path)")) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        let mode = status.st_mode & 0o7777
        guard mode & 0o077 == 0 else { throw .exposed(path: path, mode: mode) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = Glibc.read(file, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .failed(SystemError("read \(path)")) }
            if count == 0 { return bytes }
            bytes += block[..<count]
            guard bytes.count <= byteCountMax else { throw .tooLong(path: path, byteCountMax: byteCountMax) }
        }
    }

    /// Replaces the file as a whole: a power cut leaves the old one or the new one, never half of either.
    ///
    /// - Parameter backup: where the old file stays, if there is one; an older backup is replaced.
    /// - Throws: the step that failed; the old file is untouched then.
    package static func replace(
        _ path: String, with bytes: [UInt8], backup: String? = nil
    ) throws(SystemError) {
        let temporary = path + ".new"
        do throws(SystemError) {
            try write(bytes, to: temporary)
            if let backup {
                // A second name for the old file: at no time is it missing under the first.
                unlink(backup)
                guard link(path, backup) == 0 || errno == ENOENT else {
                    throw SystemError("create \(backup)")
                }
            }
            guard rename(temporary, path) == 0 else { throw SystemError("replace \(path)") }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncFolder(of: path)
    }

    /// Makes a file that was not there before.
    ///
    /// - Throws: the step that failed; `EEXIST` if there is one of this name, which is untouched.
    package static func create(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let temporary = path + ".new"
        try write(bytes, to: temporary)
        defer { unlink(temporary) }
        // A link, unlike a rename, takes no other file's place; and the file is complete when it gets its name.
        guard link(temporary, path) == 0 else { throw SystemError("create \(path)") }
        try syncFolder(of: path)
    }

    /// Closes a file or socket to all but its owner.
    package static func restrict(_ path: String) throws(SystemError) {
        guard chmod(path, 0o600) == 0 else { throw SystemError("close \(path) to others") }
    }

    /// Gives the file another name, in the place of a file that has it.
    package static func move(_ path: String, to other: String) throws(SystemError) {
        guard rename(path, other) == 0 else { throw SystemError("move \(path) to \(other)") }
        try syncFolder(of: other)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        unlink(path)  // Left by a crash; O_EXCL below refuses links placed here by others.
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemError("create \(path)") }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("write \(path)") }
            written += count
        }
        guard fsync(file) == 0 else { throw SystemError("write \(path)") }
    }

    /// Makes a new name itself survive a power cut.
    private static func syncFolder(of path: String) throws(SystemError) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw SystemError("open \(folder)") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw SystemError("write \(folder)") }
    }
}
