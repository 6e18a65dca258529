import Glibc

/// A Unix-socket connection of a client with a deadline for everything. One thread.
final class AdminConnection {
    /// Bytes of a Unix socket's path, by the size of `sockaddr_un`.
    static let pathByteCountMax = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    private let descriptor: Int32
    private let deadline: ContinuousClock.Instant

    init(path: String, deadline: ContinuousClock.Instant) throws(AdminClientError) {
        self.deadline = deadline
        guard path.utf8.count <= Self.pathByteCountMax, !path.utf8.contains(0) else {
            throw .pathTooLong(path)
        }
        let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else { throw .system("open a socket", code: errno) }
        try connect(path)  // A failure releases the whole object, which closes the socket.
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws(AdminClientError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else { try waitOrThrow("ask the hub", for: Int16(POLLOUT)) }
        }
    }

    /// The bytes before the first line end.
    func receiveLine() throws(AdminClientError) -> [UInt8] {
        var line: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4_096)
        while line.count <= AdminLimits.lineByteCountMax {
            let count = recv(descriptor, &block, block.count, 0)
            if count == 0 { throw .closed }
            guard count > 0 else {
                try waitOrThrow("hear the hub", for: Int16(POLLIN))
                continue
            }
            if let end = block[..<count].firstIndex(of: UInt8(ascii: "\n")) { return line + block[..<end] }
            line += block[..<count]
        }
        throw .unreadable("the hub's answer is too long")
    }

    private func connect(_ path: String) throws(AdminClientError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        while true {
            let result = withUnsafeBytes(of: &address) { bytes in
                Glibc.connect(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), size)
            }
            if result == 0 { return }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // Too many wait to be accepted, and a Unix socket cannot be polled for a place: ask again soon.
                guard ContinuousClock.now < deadline else { throw .timedOut }
                usleep(10_000)
            case ENOENT, ENOTDIR: throw .notRunning(path: path, isSocketThere: false)
            case ECONNREFUSED: throw .notRunning(path: path, isSocketThere: true)
            case EACCES, EPERM: throw .noPermission(path: path)
            default: throw .system("connect to \(path)", code: errno)
            }
        }
    }

    /// After a call that did nothing: waits until it can, or says why it never will.
    private func waitOrThrow(_ action: String, for events: Int16) throws(AdminClientError) {
        switch errno {
        case EINTR: return
        case EAGAIN: break
        case EPIPE, ECONNRESET: throw .closed
        default: throw .system(action, code: errno)
        }
        let left = deadline - ContinuousClock.now
        guard left > .zero else { throw .timedOut }
        let (seconds, attoseconds) = left.components
        let milliseconds = min(seconds, 86_400) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1
        var watched = pollfd(fd: descriptor, events: events, revents: 0)
        _ = poll(&watched, 1, Int32(milliseconds))
    }
}
