package import LoqaCrypto
package import LoqaWire

/// The relay's end of a secure channel: handshake as initiator, then records (H1 to H8). A pure value.
///
/// Bytes in, bytes and text out. After an error it is to be thrown away.
package struct RelayChannel: Sendable {
    /// How the relay wants to prove itself.
    package enum Credentials: Sendable {
        /// The registry has this relay's key; the hub is known by its own.
        case enrolled(hub: PublicKey)
        /// A token of the hub.
        case invited(InviteToken)
        /// Nothing yet: a person will compare six digits.
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
        /// Send these bytes.
        case send([UInt8])
        /// The handshake is over, in this version: frames may be sent.
        case established(version: UInt8)
        /// The next piece of the stream of control frames.
        case text([UInt8])
    }

    private enum State: Sendable {
        case handshake(NoiseHandshake)
        case records(RecordCiphers)
    }

    /// How this relay proves itself.
    package let credentials: Credentials
    private let preface: Preface
    private var state: State
    private var reader = RecordReader()

    /// - Parameters:
    ///   - identity: this relay's key.
    ///   - ephemeral: a fresh random key, for this connection only.
    package init(_ credentials: Credentials, identity: PrivateKey, ephemeral: PrivateKey) {
        self.credentials = credentials
        preface = Preface(credentials.pattern)
        let (pattern, hub): (NoiseHandshake.Pattern, PublicKey?) =
            switch credentials {
            case .enrolled(let hub): (.ik, hub)
            case .invited(let token): (.ikPSK2, token.hubKey)
            case .adoption: (.xx, nil)
            }
        var handshake = NoiseHandshake(
            pattern, .initiator, prologue: preface.encoded, staticKey: identity, remoteStatic: hub,
            ephemeral: ephemeral)
        if case .invited(let token) = credentials { handshake.setPSK(token.psk) }
        state = .handshake(handshake)
    }

    /// The ciphers and keys, once the handshake is over.
    package var session: NoiseSession? {
        if case .records(let ciphers) = state { return ciphers.session }
        return nil
    }

    /// The first bytes to send: preface and first message. Call it once.
    ///
    /// - Throws: `notAuthentic` if the hub's key is one that no honest hub has.
    package mutating func start() throws(ChannelError) -> [UInt8] {
        guard case .handshake(var handshake) = state else { preconditionFailure("started twice") }
        let payload =
            switch credentials {
            case .invited(let token): token.id  // H3
            case .enrolled, .adoption: [UInt8]()
            }
        let message = try writing { () throws(NoiseError) in try handshake.write(payload) }
        state = .handshake(handshake)
        return preface.encoded + RecordReader.record(message)
    }

    /// Takes received bytes.
    package mutating func receive(_ bytes: some Collection<UInt8>) throws(ChannelError) -> [Output] {
        reader.append(bytes)
        var outputs: [Output] = []
        while let output = try next() { outputs += output }
        return outputs
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

    private mutating func next() throws(ChannelError) -> [Output]? {
        switch state {
        case .records(var ciphers):
            guard let record = try reader.next(byteCountMax: RecordCiphers.recordByteCountMax) else {
                return nil
            }
            defer { state = .records(ciphers) }
            return [.text(try ciphers.open(record))]
        case .handshake(let handshake):
            guard let message = try reader.next(byteCountMax: WireLimits.handshakeByteCountMax) else {
                return nil
            }
            if message.count == 1, let code = message.first {  // H6
                guard let refusal = HandshakeRefusal(rawValue: code) else { throw .unknownRefusal(code) }
                throw .refused(refusal)
            }
            return try answered(message, handshake)
        }
    }

    /// The hub's handshake message arrived.
    private mutating func answered(
        _ message: ArraySlice<UInt8>, _ before: NoiseHandshake
    ) throws(ChannelError) -> [Output] {
        var handshake = before
        let payload = try writing { () throws(NoiseError) in try handshake.read(message) }
        // H4: one of the versions offered.
        guard payload.count == 1, (preface.versionMin...preface.versionMax).contains(payload[0]) else {
            throw .badPayload
        }
        var outputs: [Output] = []
        if !handshake.isComplete {
            let last = try writing { () throws(NoiseError) in try handshake.write([]) }
            outputs.append(.send(RecordReader.record(last)))
        }
        state = .records(RecordCiphers(handshake.split()))
        return outputs + [.established(version: payload[0])]
    }

    private func writing(_ step: () throws(NoiseError) -> [UInt8]) throws(ChannelError) -> [UInt8] {
        do throws(NoiseError) { return try step() } catch { throw .notAuthentic(error) }
    }
}
