import Glibc
import LoqaCrypto
import LoqaSystem

/// Sound of wakes that a person has marked as false, for the next training, where the owner allows it.
///
/// Each is a file of its own, sealed with ChaCha20-Poly1305 under a key of the hub that never leaves the state folder; the
/// oldest goes when there are too many. Blocks for as long as the disk takes.
package struct FalseWakeStore: Sendable {
    /// Files that are kept.
    package static let countMax = 200
    private static let session: UInt32 = 1
    private static let type = MediaDatagram.Kind.media.rawValue

    private let folder: String
    private let key: SecretKey

    /// - Parameter folder: made if it is not there, with a key in it.
    package init(folder: String) throws {
        self.folder = folder
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw SystemError("create \(folder)") }
        key = SecretKey(try KeyFile(path: "\(folder)/false-wakes.key").loadOrCreate().key)
    }

    /// Keeps 16 kHz mono sound.
    ///
    /// - Parameter seconds: since 1970, for the name.
    package func keep(_ samples: [Int16], at seconds: Int64) throws {
        let names = try self.names()
        for name in names.dropLast(Self.countMax - 1) where names.count >= Self.countMax {
            unlink("\(folder)/\(name)")
        }
        // A key for each file: its name and fresh random bytes, which stand in front of what is sealed.
        let salt = SystemRandom.random(count: 32)
        var sealer = MediaSealer(key: HKDF.derive(key: key, input: salt))
        let bytes = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        let sealed = try sealer.seal(type: Self.type, session: Self.session, body: bytes)
        var name = "\(seconds)"
        for number in 1...Self.countMax where access("\(folder)/\(name).wake", F_OK) == 0 {
            name = "\(seconds)-\(number)"
        }
        try OwnerFile.create("\(folder)/\(name).wake", with: salt + sealed)
    }

    /// The sounds that are kept, the oldest first.
    ///
    /// - Throws: if a file cannot be read, or was changed.
    package func sounds() throws -> [(name: String, samples: [Int16])] {
        try names().map { name in
            let bytes = try OwnerFile.read("\(folder)/\(name)", byteCountMax: 1_048_576)
            var opener = MediaOpener(key: HKDF.derive(key: key, input: Array(bytes.prefix(32))))
            let (_, body) = try opener.open(Array(bytes.dropFirst(32)))
            let samples = stride(from: 0, to: body.count - 1, by: 2).map {
                Int16(truncatingIfNeeded: Int(body[$0]) | Int(body[$0 + 1]) << 8)
            }
            return (name, samples)
        }
    }

    private func names() throws(SystemError) -> [String] {
        try folderEntries(of: folder, countMax: 4 * Self.countMax) { $0.name.hasSuffix(".wake") }
            .map(\.name).sorted()
    }
}
