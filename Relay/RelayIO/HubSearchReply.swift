/// A hub that answered a search.
package struct FoundHub: Sendable, Equatable {
    /// Where it says it listens.
    package var address: HubAddress
    /// What the hub's key is said to be, as people compare it; whoever answered may have made it up.
    package var fingerprint: String?

    package init(address: HubAddress, fingerprint: String? = nil) {
        (self.address, self.fingerprint) = (address, fingerprint)
    }
}

/// Reads what `avahi-browse --resolve --parsable` prints: bytes from the network, behind two programs. A pure value.
///
/// A line of interest is `=;interface;IPv4;name;_loqa._tcp;local;host;address;port;"v=2" "fp=…"`. In the last field quotation
/// marks and backslashes stand behind a backslash, and other bytes as a backslash and three decimal digits.
package struct HubSearchReply: Sendable {
    /// What is kept, whatever comes.
    package enum Limits {
        /// Longer lines are refused.
        package static let lineByteCountMax = 2_048
        /// What comes after so many bytes of an answer is ignored.
        package static let byteCountMax = 65_536
        /// Further hubs are ignored.
        package static let hubCountMax = 16
    }

    /// The protocol version a hub must offer.
    private let version: UInt8
    private var line: [UInt8] = []
    /// The rest of the present line is dropped, as it is too long.
    private var isSkipping = false
    private var byteCount = 0
    private var hubs: [FoundHub] = []
    /// Lines that were none, or of a hub that cannot be used.
    package private(set) var refusedLineCount = 0

    package init(version: UInt8) { self.version = version }

    /// More has come. Once there was too much, the rest is ignored.
    package mutating func take(_ bytes: some Collection<UInt8>) {
        for byte in bytes.prefix(Limits.byteCountMax - byteCount) {
            if byte == 0x0A {
                finishLine()
            } else if line.count < Limits.lineByteCountMax {
                line.append(byte)
            } else {
                isSkipping = true
            }
        }
        byteCount = min(Limits.byteCountMax, byteCount + bytes.count)
    }

    /// The hubs so far, each address once: IPv4 first, as it crosses routers in most houses, then IPv6.
    package var found: [FoundHub] {
        hubs.filter { !$0.address.host.contains(":") } + hubs.filter { $0.address.host.contains(":") }
    }

    private mutating func finishLine() {
        defer { (line, isSkipping) = ([], false) }
        // "+" tells a name before it is resolved, "-" one that went.
        if !isSkipping, line.first != UInt8(ascii: "=") { return }
        guard !isSkipping, let hub = hub() else {
            refusedLineCount += 1
            return
        }
        if hubs.count < Limits.hubCountMax, !hubs.contains(where: { $0.address == hub.address }) {
            hubs.append(hub)
        }
    }

    /// The hub of the present line; `nil` if it is malformed, of another version, or at an address nobody can use.
    private func hub() -> FoundHub? {
        let fields = line.split(separator: UInt8(ascii: ";"), maxSplits: 9, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 10, fields[0] == "=", fields[4] == "_loqa._tcp",
            let texts = Self.texts(Array(fields[9].utf8))
        else { return nil }
        let (isIPv6, host, port) = (fields[2] == "IPv6", fields[7], fields[8])
        guard isIPv6 || fields[2] == "IPv4", host.contains(":") == isIPv6, Self.isUsable(host),
            port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let address = HubAddress(isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)")
        else { return nil }
        guard texts.contains("v=\(version)") else { return nil }
        let fingerprint = texts.first { $0.hasPrefix("fp=") }.map { String($0.dropFirst(3)) }
        return FoundHub(
            address: address, fingerprint: fingerprint.flatMap { Self.isFingerprint($0) ? $0 : nil })
    }

    /// No link-local IPv6 address, which means nothing without its interface, and none that is not of one machine.
    private static func isUsable(_ host: String) -> Bool {
        let start = host.lowercased().prefix(4)
        let isLinkLocal = host.contains(":") && ["fe8", "fe9", "fea", "feb"].contains { start.hasPrefix($0) }
        let isMulticast =
            host.contains(":") ? start.hasPrefix("ff") : (UInt8(host.prefix { $0 != "." }) ?? 0) >= 224
        return !isLinkLocal && !isMulticast && !["0.0.0.0", "::"].contains(host)
    }

    private static func isFingerprint(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || Character(UnicodeScalar($0)).isHexDigit }
    }

    /// The strings of the last field, `nil` if it is none.
    private static func texts(_ bytes: [UInt8]) -> [String]? {
        var texts: [String] = []
        var text: [UInt8]?
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard var inside = text else {
                if byte == UInt8(ascii: "\"") { text = [] } else if byte != UInt8(ascii: " ") { return nil }
                continue
            }
            text = nil  // So that what is appended below copies nothing.
            if byte == UInt8(ascii: "\"") {
                texts.append(String(decoding: inside, as: UTF8.self))
                continue
            }
            if byte == UInt8(ascii: "\\") {
                guard let (unescaped, count) = escaped(bytes[index...]) else { return nil }
                inside.append(unescaped)
                index += count
            } else {
                inside.append(byte)
            }
            text = inside
        }
        return text == nil ? texts : nil
    }

    /// The byte that stands behind a backslash, and how many bytes say it.
    private static func escaped(_ bytes: ArraySlice<UInt8>) -> (UInt8, count: Int)? {
        guard let first = bytes.first else { return nil }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "\\") { return (first, 1) }
        let digits = bytes.prefix(3)
        guard digits.count == 3,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let value = UInt8(String(decoding: digits, as: UTF8.self))
        else { return nil }
        return (value, 3)
    }
}
