import Foundation
import Glibc
import HubAdmin
import Synchronization
import Testing

/// A hub that is a socket, a thread and a closure, in a folder of its own.
final class FakeHub: Sendable {
    let folder: String
    var path: String { folder + "/admin.sock" }
    private let listener: Int32
    private let requests = Mutex<[AdminRequest]>([])
    private let users = Mutex<[uid_t?]>([])

    /// What a connection does once a request is read.
    enum Reaction: Sendable {
        case answer(AdminResponse)
        case bytes([UInt8])
        case hangUp
        case silence
    }

    /// - Parameter react: called on the hub's thread.
    init(_ react: @escaping @Sendable (AdminRequest) -> Reaction) throws {
        folder = "/tmp/loqa-admin-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        listener = try Self.listen(at: folder + "/admin.sock")
        Thread.detachNewThread { self.serve(react) }
    }

    /// What was asked so far.
    var asked: [AdminRequest] { requests.withLock { $0 } }
    /// Who asked.
    var askers: [uid_t?] { users.withLock { $0 } }

    /// Ends the thread and removes the folder; call it at the end of each test.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
    }

    /// A listening socket; its file stays when it is closed, as after a crash.
    static func listen(at path: String) throws -> Int32 {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && Glibc.listen(listener, 16) == 0)
        return listener
    }

    private func serve(_ react: @Sendable (AdminRequest) -> Reaction) {
        var silent: [Int32] = []
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            users.withLock { $0.append(AdminPeer.user(of: connection)) }
            if serve(connection, react) { close(connection) } else { silent.append(connection) }
        }
        for connection in silent { close(connection) }
        close(listener)
    }

    /// - Returns: whether to close the connection.
    private func serve(_ connection: Int32, _ react: @Sendable (AdminRequest) -> Reaction) -> Bool {
        var input = AdminServerInput()
        var block = [UInt8](repeating: 0, count: 512)
        while true {
            let count = recv(connection, &block, block.count, 0)
            guard count > 0 else { return true }
            for item in input.receive(block[..<count]) {
                switch item {
                case .answer(let response): send(AdminLine.bytes(response), to: connection)
                case .close(let response):
                    send(AdminLine.bytes(response), to: connection)
                    return true
                case .request(let request):
                    requests.withLock { $0.append(request) }
                    switch react(request) {
                    case .answer(let response): send(AdminLine.bytes(response), to: connection)
                    case .bytes(let bytes): send(bytes, to: connection)
                    case .hangUp: return true
                    case .silence: return false
                    }
                }
            }
        }
    }

    private func send(_ bytes: [UInt8], to connection: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
