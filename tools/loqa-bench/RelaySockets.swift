import Glibc
import LoqaSystem

/// The two sockets of one simulated relay, from a source address of its own. For one thread.
final class RelaySockets {
    private(set) var control: Int32?
    private(set) var media: Int32?
    private(set) var isConnecting = false
    private let poller: Poller
    private let source: String
    private let port: UInt16
    private var unsent: [UInt8] = []

    init(poller: Poller, source: String, hubPort: UInt16) {
        (self.poller, self.source, port) = (poller, source, hubPort)
    }

    deinit { close() }

    /// Starts to open the control connection.
    func connect() throws(SystemError) -> Int32 {
        close()
        let opened = try open(Int32(SOCK_STREAM.rawValue), port: port)
        control = opened
        isConnecting = true
        var yes: Int32 = 1
        setsockopt(opened, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        try poller.watch(opened, for: [.readable, .writable])
        return opened
    }

    /// The connection is writable for the first time: 0, or the reason why it could not be opened.
    func finishConnecting() throws(SystemError) -> Int32 {
        guard let control else { return ECONNABORTED }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(control, SOL_SOCKET, SO_ERROR, &code, &size)
        isConnecting = false
        if code == 0 { try poller.watch(control, for: .readable) }
        return code
    }

    func openMedia(port: UInt16) throws(SystemError) -> Int32 {
        let opened = try open(Int32(SOCK_DGRAM.rawValue), port: port)
        media = opened
        try poller.watch(opened, for: .readable)
        return opened
    }

    /// Little is written, so a full buffer means that the hub hangs: the rest goes with the next call.
    func write(_ bytes: [UInt8]) {
        guard let control, !isConnecting else { return }
        unsent += bytes
        let count = unsent.withUnsafeBytes {
            Glibc.send(control, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count > 0 { unsent.removeFirst(count) }
    }

    /// False if the socket did not take it.
    func send(datagram: [UInt8]) -> Bool {
        guard let media else { return false }
        return datagram.withUnsafeBytes {
            Glibc.send(media, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        } == datagram.count
    }

    func close() {
        for descriptor in [control, media].compactMap({ $0 }) {
            poller.forget(descriptor)
            Glibc.close(descriptor)
        }
        (control, media, isConnecting, unsent) = (nil, nil, false, [])
    }

    private func open(_ kind: Int32, port: UInt16) throws(SystemError) -> Int32 {
        let opened = socket(AF_INET, kind | O_NONBLOCK | O_CLOEXEC, 0)
        guard opened >= 0 else { throw SystemError("open a socket") }
        // SO_LINGER of 0: thousands of connections must not leave their ports in TIME_WAIT.
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(opened, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        guard Self.call(bind, opened, source, 0) == 0 else { throw SystemError("bind \(source)") }
        guard Self.call(Glibc.connect, opened, "127.0.0.1", port) == 0 || errno == EINPROGRESS else {
            throw SystemError("connect to port \(port)")
        }
        return opened
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ socket: Int32, _ host: String,
        _ port: UInt16
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafeBytes(of: &address) {
            function(socket, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
        }
    }
}
