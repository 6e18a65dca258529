import Foundation
import Glibc
import HubAdmin
import Testing

struct AdminClientTests {
    @Test func `a request reaches the hub and its answer comes back, and the kernel names the asker`() throws
    {
        let hub = try FakeHub { _ in .answer(.relay(relay: Samples.relay)) }
        defer { hub.stop() }
        let client = AdminClient(path: hub.path)
        #expect(try client.ask(.revoke(relay: "shelf")) == .relay(relay: Samples.relay))
        #expect(hub.asked == [.revoke(relay: "shelf")])
        #expect(hub.askers == [geteuid()])
        #expect(
            AdminPeer.isAllowed(geteuid()) && AdminPeer.isAllowed(0) && !AdminPeer.isAllowed(geteuid() + 1))
    }

    @Test func `only a connected Unix socket has a user at its other end`() {
        let tcp = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(tcp) }
        #expect(AdminPeer.user(of: tcp) == nil)
        #expect(AdminPeer.user(of: -1) == nil)
    }

    @Test func `a long list comes in parts`() throws {
        let names = (0..<150).map { "relay \($0)" }
        let hub = try FakeHub { request in
            guard case .relays(let start) = request else { return .hangUp }
            let all = names.map {
                AdminRelay(name: $0, room: "den", fingerprint: "", enrolledAt: 0, isConnected: false)
            }
            return .answer(.relays(page: AdminPage(all, from: start)))
        }
        defer { hub.stop() }
        let relays: [AdminRelay] = try AdminClient(path: hub.path).list({ .relays(from: $0) }) { response in
            if case .relays(let page) = response { page } else { nil }
        }
        #expect(relays.map(\.name) == names)
        #expect(hub.asked == [.relays(from: 0), .relays(from: 64), .relays(from: 128)])
    }

    @Test func `a refusal is an error with the hub's own words`() throws {
        let hub = try FakeHub { _ in .answer(.refusal("the home has no room \"attic\"")) }
        defer { hub.stop() }
        let error = #expect(throws: AdminClientError.self) {
            try AdminClient(path: hub.path).ask(.move(relay: "a", room: "attic"))
        }
        #expect(error.map { "\($0)" } == "the home has no room \"attic\"")
    }

    @Test func `a hub that is silent, hangs up, babbles or never ends its answer is named`() throws {
        let cases: [(FakeHub.Reaction, AdminClientError?)] = [
            (.silence, .timedOut), (.hangUp, .closed), (.bytes(Array("{}\n".utf8)), nil),
            (.bytes(Array("half".utf8)), .timedOut),
            (.bytes([UInt8](repeating: 65, count: 100_000)), .unreadable("the hub's answer is too long")),
        ]
        for (reaction, expected) in cases {
            let hub = try FakeHub { _ in reaction }
            defer { hub.stop() }
            let client = AdminClient(path: hub.path, deadline: .milliseconds(300))
            let start = ContinuousClock.now
            let error = #expect(throws: AdminClientError.self) { try client.ask(.status) }
            if let expected { #expect(error == expected) }
            #expect(ContinuousClock.now - start < .seconds(3))
        }
    }

    @Test func `no hub, a dead hub's socket, and a path too long are told apart, and nothing leaks`() throws {
        let folder = "/tmp/loqa-admin-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { unlink(folder + "/admin.sock"); rmdir(folder) }
        let path = folder + "/admin.sock"
        let missing = AdminClientError.notRunning(path: path, isSocketThere: false)
        for _ in 0..<3_000 {
            #expect(throws: missing) { try AdminClient(path: path).ask(.status) }
        }
        close(try FakeHub.listen(at: path))
        let dead = AdminClientError.notRunning(path: path, isSocketThere: true)
        #expect(throws: dead) { try AdminClient(path: path).ask(.status) }
        let long = "/tmp/" + String(repeating: "x", count: 103)
        #expect(throws: AdminClientError.pathTooLong(long)) { try AdminClient(path: long).ask(.status) }
    }

    @Test func `a hub too busy to accept is not waited for beyond the deadline`() throws {
        let folder = "/tmp/loqa-admin-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { unlink(folder + "/admin.sock"); rmdir(folder) }
        let listener = try FakeHub.listen(at: folder + "/admin.sock")
        defer { close(listener) }
        // Sixteen may wait to be accepted and nobody accepts them; each waits its time out.
        let client = AdminClient(path: folder + "/admin.sock", deadline: .milliseconds(30))
        for _ in 0..<20 { #expect(throws: AdminClientError.timedOut) { try client.ask(.status) } }
    }
}
