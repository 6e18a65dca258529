/// A wake word's files as one piece, in which a hub hands it to its relays: PROTOCOL.md, "Wake words".
///
/// "LQW1", the number of files, and for each its name's length (1 byte), its name, its length (4 bytes, big-endian) and its
/// bytes; the first file is the manifest. A pure value; reading takes nothing of the bytes on trust.
package struct WakeBundle: Sendable, Equatable {
    /// Files of a bundle.
    package static let fileCountMax = 5
    /// Bytes of a file's name.
    package static let nameByteCountMax = 128
    /// Bytes of the whole bundle.
    package static let byteCountMax = 1_048_576
    private static let magic = Array("LQW1".utf8)

    /// A file: letters, digits, "-", "_" and "." in its name, which does not begin with ".".
    package struct File: Sendable, Equatable {
        /// 1 to 128 bytes.
        package var name: String
        /// As they lie on disk.
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }
    }

    /// Why bytes are no bundle, or files make none.
    package enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
        case notABundle
        case cut
        case fileCount(Int)
        case name(String)
        case tooLong(Int)
        case repeated(String)

        package var description: String {
            switch self {
            case .notABundle: "this is no bundle of a wake word"
            case .cut: "the bundle of the wake word is cut off, or has something behind its end"
            case .fileCount(let count):
                "a wake word has \(count) files; 2 to \(WakeBundle.fileCountMax) are possible"
            case .name(let name):
                "\"\(name)\" cannot be a file of a wake word: only letters, digits, -, _ and . make up its name"
            case .tooLong(let count):
                "a wake word of \(count) bytes; at most \(WakeBundle.byteCountMax) are possible"
            case .repeated(let name): "two files of the wake word are called \"\(name)\""
            }
        }
    }

    /// The manifest first.
    package let files: [File]

    /// - Throws: ``Problem``, naming the file.
    package init(_ files: [File]) throws(Problem) {
        guard (2...Self.fileCountMax).contains(files.count) else { throw .fileCount(files.count) }
        for file in files where !Self.isName(file.name) { throw .name(String(file.name.prefix(64))) }
        for (index, file) in files.enumerated()
        where files[..<index].contains(where: { $0.name == file.name }) {
            throw .repeated(file.name)
        }
        self.files = files
        let count = byteCount
        guard count <= Self.byteCountMax else { throw .tooLong(count) }
    }

    /// Reads a bundle.
    ///
    /// - Throws: ``Problem``; memory is taken only for bytes that are there.
    package init(bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= Self.byteCountMax else { throw .tooLong(bytes.count) }
        guard bytes.starts(with: Self.magic), bytes.count > Self.magic.count else { throw .notABundle }
        var rest = bytes[Self.magic.count...]
        let count = Int(rest.removeFirst())
        var files: [File] = []
        guard (2...Self.fileCountMax).contains(count) else { throw .fileCount(count) }
        for _ in 0..<count {
            guard let length = rest.popFirst(), rest.count >= Int(length) + 4 else { throw .cut }
            let name = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            let byteCount = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= byteCount else { throw .cut }
            files.append(
                File(name: String(decoding: name, as: UTF8.self), bytes: Array(rest.prefix(byteCount))))
            rest = rest.dropFirst(byteCount)
        }
        guard rest.isEmpty else { throw .cut }
        try self.init(files)
    }

    /// The bundle as bytes.
    package var bytes: [UInt8] {
        var bytes = Self.magic + [UInt8(files.count)]
        bytes.reserveCapacity(byteCount)
        for file in files {
            bytes.append(UInt8(file.name.utf8.count))
            bytes += file.name.utf8
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: file.bytes.count >> shift)) }
            bytes += file.bytes
        }
        return bytes
    }

    private var byteCount: Int {
        files.reduce(Self.magic.count + 1) { $0 + 5 + $1.name.utf8.count + $1.bytes.count }
    }

    /// Whether a file of a word may be called so.
    package static func isName(_ name: String) -> Bool {
        let isPlain = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        return (1...nameByteCountMax).contains(name.utf8.count) && name.first != "."
            && name.utf8.allSatisfy(isPlain)
    }
}
