import Foundation
import HubCore
import HubHome
import LoqaCrypto
import LoqaSystem
import LoqaTestKit
import Testing

struct RegistryFileTests {
    private static func key(_ number: UInt8) -> PublicKey {
        guard let key = PublicKey([UInt8](repeating: number, count: 32)) else {
            preconditionFailure("32 bytes")
        }
        return key
    }

    private static func id(_ number: Int) -> InviteID {
        guard let id = InviteID([UInt8](repeating: UInt8(number), count: 8)) else {
            preconditionFailure("8 bytes")
        }
        return id
    }

    /// One of each kind.
    private static let contents: RegistryContents = {
        var contents = RegistryContents()
        contents.entries = [
            .init(key: key(1), name: "Küche \"1\"", room: "kitchen", enrolledAt: 5, state: .active),
            .init(key: key(2), name: "shelf", room: "den", enrolledAt: 0, state: .revoked(at: 1_800_000_000)),
        ]
        contents.condensedKeys = [key(3), key(4)]
        let states: [Invite.State] = [.open, .used(by: key(1)), .withdrawn, .expired]
        contents.invites = states.enumerated().map { index, state in
            let hasSecret = state == .open || state == .used(by: key(1))
            return Invite(
                id: id(index),
                secret: hasSecret ? [UInt8](0..<16) : [], room: "den", name: index == 0 ? nil : "x",
                expiresAt: 1_800_000_000, state: state)
        }
        contents.rotation = KeyRotation(
            newKey: key(9), since: 7, confirmed: [key(1)], oldInvites: [contents.invites[0].id])
        return contents
    }()

    @Test func `what was saved is loaded, only its owner may read it, and the one before is kept`() throws {
        let folder = try TemporaryFolder()
        let file = RegistryFile(path: folder.path("relays.json"))
        #expect(try file.load() == RegistryContents())
        try file.save(RegistryContents())
        #expect(!FileManager.default.fileExists(atPath: file.backupPath))
        try file.save(Self.contents)
        #expect(try file.load() == Self.contents)
        #expect(try RegistryFile(path: file.backupPath).load() == RegistryContents())
        for path in [file.path, file.backupPath] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        #expect(!FileManager.default.fileExists(atPath: file.path + ".new"))
    }

    @Test(arguments: [
        ("", "not a JSON object"), ("{", "not a JSON object"), ("[]", "not a JSON object"),
        ("{\"version\": 1}", "relays is missing"),
        (
            #"{"version":1,"relays":[{"key":"00","name":"a","room":"b","enrolledAt":1}],"revokedKeys":[],"invites":[]}"#,
            "the key of the relay \"a\""
        ),
        (#"{"version":1,"relays":[],"revokedKeys":["zz"],"invites":[]}"#, "the key of a revoked relay"),
        (
            #"{"version":1,"relays":[{"key":"00","name":7,"room":"b","enrolledAt":1}],"revokedKeys":[],"invites":[]}"#,
            "relays[0].name is missing or of the wrong kind"
        ),
    ])
    func `a damaged registry is an error that names the way out, and stays as it is`(
        content: String, reason: String
    ) throws {
        let folder = try TemporaryFolder()
        let file = RegistryFile(path: folder.path("relays.json"))
        try write(content, to: file.path)
        let alone = #expect(throws: RegistryFileError.self) { try file.load() }.map { "\($0)" } ?? ""
        #expect(
            alone.contains(file.path) && alone.contains(reason) && alone.contains("move it away"), "\(alone)")
        try RegistryFile(path: file.backupPath).save(Self.contents)
        let saved = #expect(throws: RegistryFileError.self) { try file.load() }.map { "\($0)" } ?? ""
        #expect(saved.contains("cp -p \(file.backupPath) \(file.path)"))
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == content)
    }

    @Test func `a registry that is gone, newer, open to others or too long is no empty one`() throws {
        let folder = try TemporaryFolder()
        let file = RegistryFile(path: folder.path("relays.json"))
        try file.save(Self.contents)
        try file.save(Self.contents)
        try FileManager.default.removeItem(atPath: file.path)
        #expect(throws: RegistryFileError.missing(path: file.path, backup: file.backupPath)) {
            try file.load()
        }
        try write("{\"version\": 2}", to: file.path)
        #expect(throws: RegistryFileError.newer(path: file.path, version: 2)) { try file.load() }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        #expect(throws: RegistryFileError.unreadable(.exposed(path: file.path, mode: 0o644))) {
            try file.load()
        }
        try write(String(repeating: " ", count: RegistryFile.byteCountMax + 1), to: file.path)
        let error = #expect(throws: RegistryFileError.self) { try file.load() }
        #expect(error.map { "\($0)" }?.contains("longer than 4194304 bytes") == true)
    }

    @Test func `a folder that is missing is named`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("nowhere/relays.json")
        #expect(throws: RegistryFileError.unwritable(SystemError("create \(path).new", code: ENOENT))) {
            try RegistryFile(path: path).save(Self.contents)
        }
    }

    @Test func `a full registry fits its file`() throws {
        var contents = RegistryContents()
        func wide(_ number: Int) -> PublicKey {
            PublicKey([UInt8(number >> 8), UInt8(number & 255)] + [UInt8](repeating: 1, count: 30))!
        }
        let name = String(repeating: "\"", count: 60)
        contents.entries = (0..<1_024).map { number in
            .init(
                key: wide(number), name: "\(name)\(number)", room: name, enrolledAt: 253_402_300_799,
                state: .revoked(at: 253_402_300_799))
        }
        contents.condensedKeys = Set((2_000..<10_192).map(wide))
        contents.invites = (0..<256).map { number in
            Invite(
                id: Self.id(number),
                secret: [UInt8](repeating: 1, count: 16),
                room: name, name: name, expiresAt: 253_402_300_799, state: .used(by: wide(1)))
        }
        let folder = try TemporaryFolder()
        let file = RegistryFile(path: folder.path("relays.json"))
        try file.save(contents)
        #expect(try file.load() == contents)
        let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
        #expect(try #require(size) < RegistryFile.byteCountMax / 2)
    }

    @Test func `mutilated files are refused or keep the rules, and never trap`() throws {
        let folder = try TemporaryFolder()
        let file = RegistryFile(path: folder.path("relays.json"))
        try file.save(Self.contents)
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: file.path)))
        let alphabet = Array("0123456789-{}[]\",:eaf".utf8)
        var random = SeededGenerator(seed: 5)
        var refusals = 0
        for _ in 0..<400 {
            var mutilated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                mutilated[Int.random(in: 0..<mutilated.count, using: &random)] = alphabet.randomElement(
                    using: &random)!
            }
            try Data(mutilated).write(to: URL(fileURLWithPath: file.path))
            do throws(RegistryFileError) { try file.load().validateOrRecord() } catch { refusals += 1 }
        }
        #expect(refusals > 100)
    }

    private func write(_ content: String, to path: String) throws {
        _ = FileManager.default.createFile(
            atPath: path, contents: Data(content.utf8), attributes: [.posixPermissions: 0o600])
    }
}

extension RegistryContents {
    fileprivate func validateOrRecord() {
        do throws(RegistryProblem) { try validate() } catch { Issue.record(error) }
    }
}
