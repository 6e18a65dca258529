import Foundation
import LoqaSystem
import Testing

struct WireCaptureTests {
    @Test func `a capture is a pcap of USER0 with direction, plane, relay and bytes`() throws {
        let path = temporaryPath()
        defer { unlink(path) }
        let capture = try WireCapture(path: path)
        #expect(capture.isOn)
        capture.record(.relayToHub, .control, relay: 3, [0, 4, 1, 0, 0, 0, 0, 9])
        capture.record(.hubToRelay, .media, relay: 0x0102, [0x4D, 7, 8][...])
        let file = try read(path)
        // Magic, 2.4, zone, accuracy, longest record, link type 147.
        #expect(
            hex(file.prefix(24)) == "d4c3b2a1" + "02000400" + "00000000" + "00000000" + "ffff0000"
                + "93000000")
        let first = file.dropFirst(24)
        let seconds = first.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(abs(Double(seconds) - Date().timeIntervalSince1970) < 60)
        #expect(
            hex(first.dropFirst(8).prefix(20)) == "0c000000" + "0c000000" + "00000003" + "0004010000000009")
        let second = first.dropFirst(16 + 12)
        #expect(hex(second.dropFirst(8)) == "07000000" + "07000000" + "01010102" + "4d0708")
        #expect(file.count == 24 + 16 + 12 + 16 + 7)
        #expect(capture.unwrittenCount == 0)
    }

    @Test func `only its owner can read it, also where the file was there before`() throws {
        let path = temporaryPath()
        defer { unlink(path) }
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o666)
        let capture = try WireCapture(path: path)
        withExtendedLifetime(capture) {}
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try read(path).count == 24)
    }

    @Test func `it ends at its limit with a whole record, and counts the rest`() throws {
        let path = temporaryPath()
        defer { unlink(path) }
        let capture = try WireCapture(path: path, byteCountMax: 24 + 3 * 120)
        for _ in 0..<3 { capture.record(.relayToHub, .control, relay: 1, [UInt8](repeating: 1, count: 100)) }
        #expect(capture.isOn)
        capture.record(.relayToHub, .control, relay: 1, [1])
        capture.record(.relayToHub, .control, relay: 1, [1])
        #expect(!capture.isOn)
        #expect(capture.unwrittenCount == 2)
        #expect(try read(path).count == 24 + 3 * 120)
    }

    @Test func `a symbolic link is not followed, and a bad path is named`() throws {
        let (path, link) = (temporaryPath(), temporaryPath())
        defer { unlink(link) }
        symlink(path, link)
        #expect(throws: SystemError("write the wire capture to \(link)", code: ELOOP)) {
            _ = try WireCapture(path: link)
        }
        #expect(throws: SystemError("write the wire capture to /no/such/folder/c", code: ENOENT)) {
            _ = try WireCapture(path: "/no/such/folder/c")
        }
    }

    @Test func `without a path nothing is written`() throws {
        let capture = try WireCapture(path: nil)
        #expect(!capture.isOn)
        capture.record(.relayToHub, .control, relay: 1, [1])
        #expect(capture.unwrittenCount == 0)
    }

    private func temporaryPath() -> String { NSTemporaryDirectory() + "loqa-capture-\(UUID().uuidString)" }

    private func read(_ path: String) throws -> [UInt8] { try contents(of: path, byteCountMax: 100_000) }

    private func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }
}
