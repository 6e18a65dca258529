import Foundation
import LoqaSystem
import Testing

final class KeyFileTests {
    private let folder = NSTemporaryDirectory() + "loqa-keys-\(UUID().uuidString)"
    private var path: String { folder + "/identity.key" }

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
    }

    @Test func `a key is made once, for its owner only, and found again`() throws {
        let file = KeyFile(path: path)
        #expect(try file.load() == nil)
        let made = try file.loadOrCreate()
        let found = try file.loadOrCreate()
        #expect(made.isNew && !found.isNew)
        #expect(made.key.count == 32 && made.key == found.key)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text == made.key.map { String(format: "%02x", $0) }.joined() + "\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["identity.key"])
    }

    @Test func `two machines have two keys`() throws {
        let keys = try (0..<20).map { try KeyFile(path: "\(path)\($0)").loadOrCreate().key }
        #expect(Set(keys).count == 20)
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o610, 0o777])
    func `a key that others may reach is refused with the way out`(mode: Int) throws {
        let file = KeyFile(path: path)
        _ = try file.loadOrCreate()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let error = #expect(throws: KeyFileError.self) { try file.loadOrCreate() }
        #expect(error == .unreadable(.exposed(path: path, mode: UInt32(mode))))
        #expect(error.map(String.init(describing:))?.contains("chmod 600 \(path)") == true)
    }

    @Test(arguments: [
        "", "\n", String(repeating: "a", count: 63), String(repeating: "a", count: 63) + "g\n",
        String(repeating: "a", count: 65), String(repeating: "a", count: 64) + "\n\n",
        String(repeating: "a", count: 9_999),
    ])
    func `a file that holds no key is refused, and kept`(content: String) throws {
        _ = FileManager.default.createFile(
            atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: 0o600])
        #expect(throws: KeyFileError.malformed(path: path)) { try KeyFile(path: path).loadOrCreate() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
    }

    @Test func `a line without its end, and capital digits, are a key`() throws {
        _ = FileManager.default.createFile(
            atPath: path, contents: Data(String(repeating: "aF", count: 32).utf8),
            attributes: [.posixPermissions: 0o600])
        #expect(try KeyFile(path: path).load() == [UInt8](repeating: 0xAF, count: 32))
    }

    @Test func `folders, pipes and missing folders are named`() throws {
        #expect(throws: KeyFileError.unreadable(.notAFile(path: folder))) { try KeyFile(path: folder).load() }
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: KeyFileError.unreadable(.notAFile(path: path))) { try KeyFile(path: path).load() }
        let nowhere = folder + "/no/such.key"
        #expect(throws: KeyFileError.unwritable(SystemError("create \(nowhere).new", code: ENOENT))) {
            try KeyFile(path: nowhere).loadOrCreate()
        }
    }

    @Test func `what a crash left beside the key does no harm`() throws {
        _ = FileManager.default.createFile(atPath: path + ".new", contents: Data("half".utf8))
        #expect(try KeyFile(path: path).loadOrCreate().isNew)
        // A link planted there is replaced, never written through.
        let other = KeyFile(path: path + "2")
        #expect(symlink("\(folder)/victim", other.path + ".new") == 0)
        #expect(try other.loadOrCreate().isNew)
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/victim"))
    }

    @Test func `the end of a rotation puts the new key in the old one's place`() throws {
        let (old, new) = (KeyFile(path: path), KeyFile(path: path + ".next"))
        _ = try old.loadOrCreate()
        let key = try new.loadOrCreate().key
        try new.move(to: path)
        #expect(try old.load() == key)
        #expect(try new.load() == nil)
    }

    @Test func `a file that exists is not made again, and one that is replaced may stay as a backup`() throws
    {
        try OwnerFile.create(path, with: [1])
        #expect(throws: SystemError("create \(path)", code: EEXIST)) { try OwnerFile.create(path, with: [2]) }
        for byte in UInt8(3)...5 { try OwnerFile.replace(path, with: [byte], backup: path + ".bak") }
        #expect(try OwnerFile.read(path, byteCountMax: 1) == [5])
        #expect(try OwnerFile.read(path + ".bak", byteCountMax: 1) == [4])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }
}
