import Glibc
import LoqaSystem

/// A numeric address and a port, as the socket calls want them. A value.
struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A `sockaddr_in` or `sockaddr_in6`.
    private var bytes: [UInt8]

    /// Reads "127.0.0.1:7580", "[::1]:7580" or "localhost:7580"; `nil` for anything else.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" { host = "127.0.0.1" }
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            (four.sin_family, four.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
            (six.sin6_family, six.sin6_port) = (sa_family_t(AF_INET6), port.bigEndian)
            bytes = withUnsafeBytes(of: six) { Array($0) }
        } else {
            return nil
        }
    }

    /// Takes what a call such as `recvfrom` or `getsockname` filled in.
    init(storage: sockaddr_storage, length: socklen_t) {
        bytes = withUnsafeBytes(of: storage) { Array($0.prefix(Int(length))) }
    }

    var family: Int32 { bytes.count == MemoryLayout<sockaddr_in6>.size ? AF_INET6 : AF_INET }

    var port: UInt16 {
        get { UInt16(bytes[2]) << 8 | UInt16(bytes[3]) }
        set { (bytes[2], bytes[3]) = (UInt8(newValue >> 8), UInt8(newValue & 0xFF)) }
    }

    /// Whether it is an address of the machine's own loopback.
    var isLoopback: Bool {
        family == AF_INET
            ? bytes[4] == 127 : bytes[8..<24].elementsEqual([UInt8](repeating: 0, count: 15) + [1])
    }

    /// The same address with any free port.
    var withoutPort: Endpoint {
        var other = self
        other.port = 0
        return other
    }

    var description: String {
        var text = [CChar](repeating: 0, count: 64)
        let offset = family == AF_INET ? 4 : 8
        _ = bytes.withUnsafeBytes {
            inet_ntop(family, $0.baseAddress?.advanced(by: offset), &text, socklen_t(text.count))
        }
        let host = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Calls `body` with the address as the socket calls want it.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { address in
                guard let base = address.baseAddress else { preconditionFailure("an address has bytes") }
                return body(base, socklen_t(raw.count))
            }
        }
    }
}

/// The socket calls of the proxy. Every socket is non-blocking and closed to children.
enum Socket {
    static let stream = Int32(SOCK_STREAM.rawValue)
    static let datagram = Int32(SOCK_DGRAM.rawValue)

    /// Opens a socket, bound to an address if one is given.
    static func open(_ type: Int32, family: Int32, boundTo address: Endpoint?) throws(SystemError) -> Int32 {
        let opened = socket(family, type | O_NONBLOCK | O_CLOEXEC, 0)
        guard opened >= 0 else { throw SystemError("open a socket") }
        if type == stream { set(opened, Int32(IPPROTO_TCP), TCP_NODELAY) }
        guard let address else { return opened }
        if type == stream, address.port != 0 { set(opened, SOL_SOCKET, SO_REUSEADDR) }
        guard address.withSocketAddress({ bind(opened, $0, $1) }) == 0 else {
            let error = SystemError("bind to \(address)")
            close(opened)
            throw error
        }
        return opened
    }

    /// Where a socket is bound.
    static func address(of descriptor: Int32) throws(SystemError) -> Endpoint {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { throw SystemError("find the address of a socket") }
        return Endpoint(storage: storage, length: length)
    }

    /// Switches a yes-or-no option on. It cannot fail on a fresh socket.
    static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
        var yes: Int32 = 1
        setsockopt(descriptor, level, option, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The error that a socket has waiting, or 0.
    static func error(of descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        return code
    }

    /// Makes `close` break the connection off (RST) instead of ending it in order.
    static func breakOffOnClose(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}
