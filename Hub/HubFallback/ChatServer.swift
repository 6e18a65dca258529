/// Where a chat server is: its URL taken apart, with the path of the chat completions.
package struct ChatServer: Sendable, Equatable, CustomStringConvertible {
    /// HTTPS.
    package let isEncrypted: Bool
    /// A name or a numeric address, the latter without brackets; in lower case.
    package let host: String
    package let port: Int
    /// "/v1/chat/completions".
    package let path: String

    /// Bytes of a URL.
    package static let urlByteCountMax = 256

    /// Takes `url` apart: "http://127.0.0.1:11434", "https://models.example/v1".
    ///
    /// - Throws: ``ChatServerError`` that says what to write instead.
    package init(_ url: String) throws(ChatServerError) {
        guard url.utf8.count <= Self.urlByteCountMax, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw ChatServerError("is no URL of at most \(Self.urlByteCountMax) plain characters")
        }
        let lower = url.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lower.hasPrefix) else {
            throw ChatServerError("begins with neither http:// nor https://")
        }
        let rest = url.dropFirst(scheme.count)
        guard !rest.contains(where: { "?#".contains($0) }) else {
            throw ChatServerError("has a ? or #: name the server and its path only")
        }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else {
            throw ChatServerError("holds a user or a key: put it into the file of chat-key-file")
        }
        isEncrypted = scheme == "https://"
        (host, port) = try Self.hostAndPort(authority, usual: isEncrypted ? 443 : 80)
        path = Self.path(String(rest.dropFirst(authority.count)))
    }

    private static func hostAndPort(
        _ authority: Substring, usual: Int
    ) throws(ChatServerError) -> (String, Int) {
        let (name, portText): (Substring, Substring)
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw ChatServerError("has a [ without ]")
            }
            name = authority[authority.index(after: authority.startIndex)..<end]
            portText = authority[authority.index(after: end)...]
        } else {
            name = authority.prefix { $0 != ":" }
            portText = authority.dropFirst(name.count)
        }
        let isName = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x3A, 0x5F].contains(byte)
        }
        guard !name.isEmpty, isName else { throw ChatServerError("names no server") }
        guard !portText.isEmpty else { return (name.lowercased(), usual) }
        guard portText.first == ":", let port = Int(portText.dropFirst()), (1...65_535).contains(port) else {
            throw ChatServerError("has a port that is none")
        }
        return (name.lowercased(), port)
    }

    private static func path(_ text: String) -> String {
        var path = text[...]
        while path.last == "/" { path.removeLast() }
        if path.isEmpty { return "/v1/chat/completions" }
        return path.hasSuffix("/chat/completions") ? String(path) : path + "/chat/completions"
    }

    /// Without the path: "https://models.example".
    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let isUsual = port == (isEncrypted ? 443 : 80)
        return (isEncrypted ? "https://" : "http://") + name + (isUsual ? "" : ":\(port)")
    }

    /// As the Host field has it.
    package var authority: String {
        String(description.dropFirst(isEncrypted ? 8 : 7))
    }
}

/// Why a text is no URL of a chat server; reads after "chat-url".
package struct ChatServerError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// Whether an address is in the house: what is sent there stays there.
package enum HouseAddress {
    /// Loopback, private (RFC 1918, RFC 4193) and link-local addresses; every other one is outside.
    ///
    /// - Parameter bytes: 4 or 16 in network order; of any other length they are outside.
    package static func isInside(_ bytes: [UInt8]) -> Bool {
        switch bytes.count {
        case 4: return isInsideFour(bytes)
        case 16: break
        case _: return false
        }
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        if isMapped { return isInsideFour(Array(bytes[12...])) }
        let isLoopback = bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
        let isLinkLocal = bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
        return isLoopback || isLinkLocal || bytes[0] & 0xFE == 0xFC
    }

    private static func isInsideFour(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1]) {
        case (127, _), (10, _), (192, 168), (169, 254): true
        case (172, let second): (16...31).contains(second)
        case _: false
        }
    }
}
