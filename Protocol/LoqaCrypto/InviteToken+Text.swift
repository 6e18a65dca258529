/// Why a pasted text is not an invite.
package enum InviteTokenError: Error, Sendable, Equatable, CaseIterable {
    /// It does not begin as a token does, or is far too long.
    case notAToken
    /// It is a token of a format that this program does not know.
    case newerFormat
    /// A character is missing, changed or too many: the checksum or the length is wrong.
    case damaged
    /// Undamaged, but its address or port is none.
    case badAddress
}

extension InviteTokenError: CustomStringConvertible {
    /// One line for the person who pasted it.
    package var description: String {
        switch self {
        case .notAToken:
            "this is not an invite: one begins with \(InviteToken.prefix); copy it from 'loqa relay invite'"
        case .newerFormat: "this invite is from a newer hub; update this relay"
        case .damaged: "this invite is damaged: a character is missing or changed; copy it again"
        case .badAddress: "this invite names no address of a hub; make a new one with 'loqa relay invite'"
        }
    }
}

extension InviteToken {
    private static let format: UInt8 = 1
    private static let checksumByteCount = 4

    /// The token as one word. Whoever reads it can enrol a relay once.
    package var text: String {
        var bytes = [Self.format] + Self.bigEndian(expirySeconds) + secret + hubKey.bytes
        bytes += [host.bytes.count == 4 ? 4 : 6] + host.bytes + [UInt8(port >> 8), UInt8(port & 0xFF)]
        return Self.prefix + Base64URL.encode(bytes + Self.checksum(bytes))
    }

    /// Reads a pasted token. White space and line breaks anywhere in it are ignored; all else must be exact.
    ///
    /// - Throws: every ``InviteTokenError``.
    package init(text: String) throws(InviteTokenError) {
        guard text.utf8.count <= Self.textByteCountMax else { throw .notAToken }
        let digits = text.unicodeScalars.filter { !$0.properties.isWhitespace }.map { scalar in
            UInt8(exactly: scalar.value) ?? 0  // Zero is no digit, so a scalar beyond them stays wrong.
        }
        let body = try Self.withoutPrefix(digits)
        guard let bytes = Base64URL.decode(body), bytes.count > Self.checksumByteCount else { throw .damaged }
        let fields = Array(bytes.dropLast(Self.checksumByteCount))
        guard constantTimeEquals(bytes.suffix(Self.checksumByteCount), Self.checksum(fields)) else {
            throw .damaged
        }
        guard fields[0] == Self.format else { throw .newerFormat }
        try self.init(fields: fields.dropFirst())
    }

    /// - Parameter fields: undamaged, so what is wrong with them their maker did.
    private init(fields: ArraySlice<UInt8>) throws(InviteTokenError) {
        var rest = fields
        func take(_ count: Int) -> ArraySlice<UInt8> {
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        let expiry = take(4)
        guard let secret = InviteSecret(take(InviteSecret.byteCount)),
            let hubKey = PublicKey(take(PublicKey.byteCount)), let kind = take(1).first
        else { throw .damaged }
        guard kind == 4 || kind == 6, let host = Host(take(kind == 4 ? 4 : 16)) else { throw .badAddress }
        let portBytes = Array(take(2))
        guard portBytes.count == 2, rest.isEmpty else { throw .damaged }
        let port = UInt16(portBytes[0]) << 8 | UInt16(portBytes[1])
        guard port > 0 else { throw .badAddress }
        self.init(
            secret: secret, hubKey: hubKey, host: host, port: port,
            expirySeconds: expiry.reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// What follows "LOQA1-"; other digits before the dash are formats to come.
    private static func withoutPrefix(_ digits: [UInt8]) throws(InviteTokenError) -> ArraySlice<UInt8> {
        let word = Array(prefix.utf8.prefix(4))
        guard digits.starts(with: word), let dash = digits.firstIndex(of: UInt8(ascii: "-")) else {
            throw .notAToken
        }
        let number = digits[word.count..<dash]
        guard (1...3).contains(number.count),
            number.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        else { throw .notAToken }
        guard Array(number) == [UInt8(ascii: "1")] else { throw .newerFormat }
        return digits[(dash + 1)...]
    }

    private static func checksum(_ fields: [UInt8]) -> ArraySlice<UInt8> {
        SHA256.hash(fields).prefix(checksumByteCount)
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }
}
