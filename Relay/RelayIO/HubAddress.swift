import Glibc
package import LoqaCrypto

/// Where the hub listens: a numeric IPv4 or IPv6 address and a TCP port. A value.
///
/// Numeric, because looking a name up can block for many seconds and a relay never waits.
package struct HubAddress: Sendable, Equatable, CustomStringConvertible {
    /// The address without brackets.
    package let host: String
    /// The TCP port; never 0.
    package let port: UInt16
    let family: Int32
    private let bytes: [UInt8]

    /// Reads "127.0.0.1:7580", "[::1]:7580" or "localhost:7580" (which means 127.0.0.1); `nil` for anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            port > 0
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" { host = "127.0.0.1" }
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            (family, bytes) = (AF_INET, withUnsafeBytes(of: four) { Array($0) })
        } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            (family, bytes) = (AF_INET6, withUnsafeBytes(of: six) { Array($0) })
        } else {
            return nil
        }
        (self.host, self.port) = (host, port)
    }

    /// Where a token says the hub is.
    package init?(_ token: InviteToken) {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let bytes = token.host.bytes
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        let host = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        self.init(family == AF_INET6 ? "[\(host)]:\(token.port)" : "\(host):\(token.port)")
    }

    package var description: String { family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Calls `body` with the address as the socket calls want it, with another port if one is given.
    func withSocketAddress<Result>(
        port: UInt16? = nil, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var bytes = bytes
        if let port { (bytes[2], bytes[3]) = (UInt8(port >> 8), UInt8(port & 0xFF)) }
        return bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { address in
                guard let base = address.baseAddress else { preconditionFailure("an address has bytes") }
                return body(base, socklen_t(raw.count))
            }
        }
    }
}
