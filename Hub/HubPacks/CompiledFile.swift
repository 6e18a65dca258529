import Glibc
package import HubLanguage

/// Compiled languages as files, mapped into memory: pages are read when they are needed and shared between
/// processes.
package enum CompiledFile {
    /// How such files end.
    package static let suffix = ".loqa-language"

    /// Maps the file at `path`.
    ///
    /// - Throws: ``PackError`` if it cannot be read or is no compiled language of this version.
    package static func load(_ path: String) throws(PackError) -> Language {
        let block = try map(path)
        do throws(ImageError) {
            return try LanguageLoader.load(block)
        } catch {
            throw .file("\(path): \(error)")
        }
    }

    private static func map(_ path: String) throws(PackError) -> WordBlock {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file("\(path): cannot be opened (\(reason()))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file("\(path): cannot be read (\(reason()))") }
        let byteCount = Int(status.st_size)
        guard byteCount >= 4, byteCount % 4 == 0, byteCount / 4 <= LanguageImage.wordCountMax else {
            throw .file("\(path): \(ImageError.notACompiledLanguage)")
        }
        let memory = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0)
        guard let memory, memory != MAP_FAILED else { throw .file("\(path): cannot be mapped (\(reason()))") }
        let address = UInt(bitPattern: memory)
        let words = memory.bindMemory(to: UInt32.self, capacity: byteCount / 4)
        return WordBlock(borrowing: UnsafePointer(words), count: byteCount / 4) {
            munmap(UnsafeMutableRawPointer(bitPattern: address), byteCount)
        }
    }

    /// Writes `words` to `path`, whole or not at all: a file that others have mapped is never changed.
    package static func write(_ words: [UInt32], to path: String) throws(PackError) {
        let part = "\(path).\(getpid())"
        let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .file("\(part): cannot be written (\(reason()))") }
        let failure = words.withUnsafeBytes { bytes -> String? in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(
                    descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return reason() }
                written += count
            }
            return fsync(descriptor) == 0 ? nil : reason()
        }
        close(descriptor)
        if let failure {
            unlink(part)
            throw .file("\(path): cannot be written (\(failure))")
        }
        guard rename(part, path) == 0 else {
            let reason = reason()
            unlink(part)
            throw .file("\(path): cannot be written (\(reason))")
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
