package import LoqaCrypto
package import LoqaWire

/// The hub's end of a secure channel: handshake as responder, then records (H1 to H8). A pure value.
///
/// Bytes in, bytes and text out. When it says ``Output/asks(_:)`` it waits for ``accept(psk:)``, or for
/// the caller to refuse and close. After an error it is to be thrown away.
package struct HubChannel: Sendable {
    /// Who knocks, as far as the first message tells. It may be a replay (H7): look up, but believe nothing.
    package enum Request: Sendable, Equatable {
        case enrolled(PublicKey)
        /// `invite` is the invite's id.
        case invited(PublicKey, invite: [UInt8])
        case adoption

        /// The pattern of the preface.
        package var pattern: Preface.Pattern {
            switch self {
            case .enrolled: .enrolled
            case .invited: .invited
            case .adoption: .adoption
            }
        }
    }

    /// What came of received bytes.
    package enum Output: Sendable, Equatable {
        /// Decide about this peer now: ``accept(psk:)``, or refuse it.
        case asks(Request)
        /// The next piece of the stream of control frames. The first one proves that the peer is who it says.
        case text([UInt8])
    }

    private enum State: Sendable {
        case preface
        case firstMessage(Preface)
        case asking(NoiseHandshake, Request, version: UInt8)
        /// Adoption only: the peer's last message is to come.
        case lastMessage(NoiseHandshake)
        case records(RecordCiphers)
    }

    private let keys: [PrivateKey]
    private let ephemeral: PrivateKey
    private var state = State.preface
    private var reader = RecordReader()

    /// - Parameters:
    ///   - keys: the hub's own, newest first; at least one.
    ///   - ephemeral: a fresh random key, for this connection only.
    package init(keys: [PrivateKey], ephemeral: PrivateKey) {
        precondition(!keys.isEmpty)
        (self.keys, self.ephemeral) = (keys, ephemeral)
    }

    /// The ciphers and keys, once the handshake is over.
    package var session: NoiseSession? {
        if case .records(let ciphers) = state { return ciphers.session }
        return nil
    }

    /// Takes received bytes. Nothing after ``Output/asks(_:)`` is looked at before it is answered.
    package mutating func receive(_ bytes: some Collection<UInt8>) throws(ChannelError) -> [Output] {
        reader.append(bytes)
        if session == nil, reader.unreadByteCount > Self.handshakeByteCountMax {
            throw .recordLength(reader.unreadByteCount)
        }
        var outputs: [Output] = []
        while let output = try next() { outputs.append(output) }
        return outputs
    }

    /// H3: bytes that a peer can need before its transport phase, preface and lengths included, with room for a
    /// first record behind them.
    private static let handshakeByteCountMax =
        WireLimits.prefaceByteCount + 2 * (2 + WireLimits.handshakeByteCountMax) + 2
        + RecordCiphers.recordByteCountMax

    /// Goes on with the peer that was asked about, and returns what to send.
    ///
    /// - Parameter psk: the secret of its invite, for one that was invited.
    /// - Precondition: ``Output/asks(_:)`` was the last output.
    package mutating func accept(psk: [UInt8]? = nil) throws(ChannelError) -> [UInt8] {
        guard case .asking(var handshake, let request, let version) = state else {
            preconditionFailure("nobody asked")
        }
        precondition((psk != nil) == (request.pattern == .invited))
        if let psk { handshake.setPSK(psk) }
        let message: [UInt8]
        do throws(NoiseError) { message = try handshake.write([version]) } catch {
            throw .notAuthentic(error)
        }
        state = handshake.isComplete ? .records(RecordCiphers(handshake.split())) : .lastMessage(handshake)
        return RecordReader.record(message)
    }

    /// H6: the bytes that say no, before the connection is closed.
    package static func refusal(_ refusal: HandshakeRefusal) -> [UInt8] {
        RecordReader.record([refusal.rawValue])
    }

    /// Seals control frames, ready to be sent.
    ///
    /// - Precondition: the handshake is over.
    package mutating func seal(_ text: [UInt8]) throws(ChannelError) -> [UInt8] {
        guard case .records(var ciphers) = state else {
            preconditionFailure("no frame before the handshake's end")
        }
        defer { state = .records(ciphers) }
        return try ciphers.seal(text)
    }

    private mutating func next() throws(ChannelError) -> Output? {
        switch state {
        case .preface:
            guard let bytes = reader.take(WireLimits.prefaceByteCount) else { return nil }
            do throws(HandshakeRefusal) {
                state = .firstMessage(try Preface(decoding: bytes))
            } catch {
                throw .refused(error)
            }
            return try next()
        case .firstMessage(let preface):
            guard let message = try reader.next(byteCountMax: WireLimits.handshakeByteCountMax) else {
                return nil
            }
            return try asked(message, preface)
        case .asking: return nil
        case .lastMessage(var handshake):
            guard let message = try reader.next(byteCountMax: WireLimits.handshakeByteCountMax) else {
                return nil
            }
            do throws(NoiseError) { _ = try handshake.read(message) } catch { throw .notAuthentic(error) }
            state = .records(RecordCiphers(handshake.split()))
            return try next()
        case .records(var ciphers):
            guard let record = try reader.next(byteCountMax: RecordCiphers.recordByteCountMax) else {
                return nil
            }
            defer { state = .records(ciphers) }
            return .text(try ciphers.open(record))
        }
    }

    /// Reads the first message, with each of the hub's keys in turn (I6).
    private mutating func asked(_ message: ArraySlice<UInt8>, _ preface: Preface) throws(ChannelError)
        -> Output
    {
        guard let version = WireVersion.negotiated(preface.versionMin...preface.versionMax) else {
            throw .refused(.unsupportedVersion)
        }
        let pattern: NoiseHandshake.Pattern =
            switch preface.pattern {
            case .enrolled: .ik
            case .invited: .ikPSK2
            case .adoption: .xx
            }
        var failure = NoiseError.authenticationFailed
        for key in pattern == .xx ? Array(keys.prefix(1)) : keys {
            var handshake = NoiseHandshake(
                pattern, .responder, prologue: preface.encoded, staticKey: key, ephemeral: ephemeral)
            do throws(NoiseError) {
                let payload = try handshake.read(message)
                let request = try request(preface.pattern, handshake.remoteStatic, payload)
                state = .asking(handshake, request, version: version)
                return .asks(request)
            } catch {
                failure = error
            }
        }
        throw .notAuthentic(failure)
    }

    /// - Throws: `wrongLength` if the payload has another form (H3).
    private func request(
        _ pattern: Preface.Pattern, _ peer: PublicKey?, _ payload: [UInt8]
    ) throws(NoiseError) -> Request {
        switch (pattern, peer) {
        case (.enrolled, let peer?) where payload.isEmpty: return .enrolled(peer)
        case (.invited, let peer?) where payload.count == 8: return .invited(peer, invite: payload)
        case (.adoption, nil) where payload.isEmpty: return .adoption
        default: throw .wrongLength(payload.count)
        }
    }
}
