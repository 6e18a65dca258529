import Glibc
package import LoqaSystem

/// The relay's `relay.sock`: whoever may connect to this Unix socket (mode 0600) gets one text and is let go.
///
/// For the main loop's thread; nothing here waits. It takes nothing from whom it tells.
package final class StatusSocket {
    /// Connections that are answered at one go.
    private static let batch = 4
    /// Readable when somebody asks.
    package let descriptor: Int32
    private let path: String

    /// Opens the socket; one that an earlier start left behind is replaced.
    package init(path: String) throws(SystemError) {
        self.path = path
        let opened = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard opened >= 0 else { throw SystemError("open a socket") }
        descriptor = opened
        unlink(path)
        let result = Self.with(path) { bind(opened, $0, $1) }
        guard let result else { throw SystemError("open \(path)", code: ENAMETOOLONG) }
        guard result == 0, chmod(path, 0o600) == 0, listen(opened, 4) == 0 else {
            throw SystemError("open \(path)")
        }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Tells everybody who waits.
    package func answer(_ text: @autoclosure () -> String) {
        for _ in 0..<Self.batch {
            let client = accept(descriptor, nil, nil)
            guard client >= 0 else { return }
            var bytes = text()
            bytes.withUTF8 { _ = send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) }
            close(client)
        }
    }

    /// Asks a running relay: waits a second at most.
    package static func ask(path: String) throws(SystemError) -> String {
        let opened = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard opened >= 0 else { throw SystemError("open a socket") }
        defer { close(opened) }
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(opened, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard let result = with(path, { connect(opened, $0, $1) }) else {
            throw SystemError("open \(path)", code: ENAMETOOLONG)
        }
        guard result == 0 else {
            throw SystemError("ask a relay at \(path); does it run, in this state folder?")
        }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        var text: [UInt8] = []
        while text.count < 65_536 {
            let count = recv(opened, &bytes, bytes.count, 0)
            if count == 0 { return String(decoding: text, as: UTF8.self) }
            guard count > 0 else { throw SystemError("hear the relay at \(path)") }
            text += bytes[..<count]
        }
        throw SystemError("hear the relay at \(path)", code: EFBIG)
    }

    /// Calls `body` with the socket's address; nil if the path is longer than one may be.
    private static func with<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
