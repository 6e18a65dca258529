package import LoqaCrypto
package import LoqaWire

/// Why a secure channel came to nothing. After any of them the connection is to be closed (H8).
package enum ChannelError: Error, Sendable, Equatable {
    /// H6: the hub refused, as it says; or, at the hub, this is what the relay is to be told.
    case refused(HandshakeRefusal)
    /// H8: a handshake message or a record is not what the owner of the right keys would have sent.
    case notAuthentic(NoiseError)
    /// H3, H5: a record's length is zero or too great.
    case recordLength(Int)
    /// H3, H4: a payload of the handshake has another form, or names a version that was not offered.
    case badPayload
    /// A refusal code that this version does not know.
    case unknownRefusal(UInt8)
}

extension ChannelError: CustomStringConvertible {
    /// One line for a log: what is wrong and what to do.
    package var description: String {
        switch self {
        case .refused(let refusal): refusal.advice
        case .notAuthentic(let error): "\(error)"
        case .recordLength(let count): "a record of \(count) bytes cannot be; is something else on this port?"
        case .badPayload: "the handshake carries what this version does not know; update the older end"
        case .unknownRefusal(let code): "the hub refused with the unknown code \(code); update the relay"
        }
    }
}

/// The part of a channel that is alike at both ends once the handshake is over.
package struct RecordCiphers: Sendable {
    /// Ciphers, keys of the media plane, the hash and the peer's key.
    package private(set) var session: NoiseSession

    init(_ session: NoiseSession) { self.session = session }

    /// H5: the longest record.
    static let recordByteCountMax = WireLimits.recordTextByteCountMax + NoiseCipher.tagByteCount

    /// Seals control frames as records, ready to be sent.
    ///
    /// - Throws: `notAuthentic` when a direction's numbers are used up.
    package mutating func seal(_ text: [UInt8]) throws(ChannelError) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text[...]
        while !rest.isEmpty {
            let part = rest.prefix(WireLimits.recordTextByteCountMax)
            rest = rest.dropFirst(part.count)
            do throws(NoiseError) {
                bytes += RecordReader.record(try session.send.seal(part))
            } catch {
                throw .notAuthentic(error)
            }
        }
        return bytes
    }

    mutating func open(_ record: ArraySlice<UInt8>) throws(ChannelError) -> [UInt8] {
        let text: [UInt8]
        do throws(NoiseError) { text = try session.receive.open(record) } catch { throw .notAuthentic(error) }
        guard !text.isEmpty else { throw .recordLength(NoiseCipher.tagByteCount) }
        return text
    }
}
