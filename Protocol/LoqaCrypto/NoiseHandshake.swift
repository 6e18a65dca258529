/// A handshake of the Noise Protocol Framework, revision 34, with X25519, ChaCha20-Poly1305 and SHA-256.
///
/// A pure value: it draws no random bytes and sends nothing. The sides ``write(_:)`` and ``read(_:)`` in turn until
/// it ``isComplete``; then ``split()`` gives the ciphers. A copy is a handshake of its own, so a hub with two keys
/// reads a message with a copy each and goes on with the one that worked.
///
/// An ephemeral key must serve one handshake only: two copies that *write* the same message would use it twice.
package struct NoiseHandshake: Sendable {
    /// The three handshakes of the link. The raw value is the number in the preface.
    package enum Pattern: UInt8, Sendable, CaseIterable {
        /// The relay is enrolled: each side knows the other's key.
        case ik = 1
        /// The relay is invited: it knows the hub's key and proves a one-time secret in the second message.
        case ikPSK2 = 2
        /// Adoption: neither side knows the other yet.
        case xx = 3
    }

    /// The initiator speaks first; in Loqa it is the relay.
    package enum Role: Sendable, CaseIterable { case initiator, responder }

    /// The most bytes in a message (Noise specification 3).
    package static let messageByteCountMax = 65_535

    let role: Role
    let pattern: NoisePattern
    var symmetric: NoiseSymmetricState
    /// The peer's static key, once known: given at the start, or read out of a message. Authentic as soon as a
    /// message that mixes it in was read.
    package internal(set) var remoteStatic: PublicKey?
    let staticKey: PrivateKey?
    let ephemeral: PrivateKey
    var remoteEphemeral: PublicKey?
    var psks: [SecretKey] = []
    private var messageIndex = 0
    private var isClosed = false

    /// - Parameters:
    ///   - prologue: bytes that both sides must have seen alike: the preface.
    ///   - remoteStatic: the hub's key, for an initiator of `ik` and `ikPSK2`; nil for all others.
    ///   - ephemeral: a fresh random key.
    /// - Precondition: `remoteStatic` is there exactly where the pattern needs it.
    package init(
        _ pattern: Pattern, _ role: Role, prologue: [UInt8], staticKey: PrivateKey,
        remoteStatic: PublicKey? = nil, ephemeral: PrivateKey
    ) {
        self.init(
            pattern.tokens, role, prologue: prologue, staticKey: staticKey, remoteStatic: remoteStatic,
            ephemeral: ephemeral)
    }

    /// Any pattern of the specification, also one in which this side has no static key.
    init(
        _ pattern: NoisePattern, _ role: Role, prologue: [UInt8], staticKey: PrivateKey?,
        remoteStatic: PublicKey?, ephemeral: PrivateKey
    ) {
        let isRemoteKnown = role == .initiator ? pattern.isResponderKnown : pattern.isInitiatorKnown
        precondition(
            isRemoteKnown == (remoteStatic != nil), "\(pattern.name): the peer's key is \(isRemoteKnown)")
        (self.pattern, self.role) = (pattern, role)
        (self.staticKey, self.remoteStatic, self.ephemeral) = (staticKey, remoteStatic, ephemeral)
        symmetric = NoiseSymmetricState(protocolName: pattern.protocolName)
        symmetric.mixHash(prologue)
        // 7.1: what is known before is hashed, the initiator's key first.
        if pattern.isInitiatorKnown { symmetric.mixHash(knownStatic(of: .initiator)) }
        if pattern.isResponderKnown { symmetric.mixHash(knownStatic(of: .responder)) }
    }

    /// Gives the pre-shared key, at the latest before the message that mixes it in. A responder of `ikPSK2` reads
    /// the first message, learns from it which invite the peer holds, and then calls this.
    ///
    /// - Precondition: the key has 32 bytes.
    package mutating func setPSK(_ psk: [UInt8]) { psks = [SecretKey(psk)] }

    /// Whether both sides said all they have to say.
    package var isComplete: Bool { messageIndex == pattern.messages.count && !isClosed }
    /// Whether this side ``write(_:)``s next. False after the end and after a failure.
    package var isMyTurn: Bool { isOpen && messageIndex.isMultiple(of: 2) == (role == .initiator) }
    /// The hash of all that was said so far; at the end both sides have the same, unique to this handshake.
    package var hash: [UInt8] { symmetric.hash }

    private var isOpen: Bool { messageIndex < pattern.messages.count && !isClosed }

    /// This side's next message, with `payload` in it: encrypted where the pattern has agreed on a key by then.
    ///
    /// - Throws: `outOfTurn`, `wrongLength` of a message over 65,535 bytes, `lowOrderKey`, `closed`.
    /// - Precondition: a pre-shared key that this message mixes in was set.
    package mutating func write(_ payload: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard !isClosed else { throw .closed }
        guard isMyTurn else { throw .outOfTurn }
        isClosed = true  // Until all went well: a half-made message is never followed by another.
        var message: [UInt8] = []
        for token in pattern.messages[messageIndex] { try write(token, to: &message) }
        message += symmetric.encryptAndHash(payload)
        guard message.count <= Self.messageByteCountMax else { throw .wrongLength(message.count) }
        (messageIndex, isClosed) = (messageIndex + 1, false)
        return message
    }

    /// Reads the peer's next message and returns its payload.
    ///
    /// - Throws: `outOfTurn`, `wrongLength`, `authenticationFailed`, `lowOrderKey`, `closed`. All but the first
    ///   close this handshake, so a caller who wants another try keeps a copy.
    /// - Precondition: a pre-shared key that this message mixes in was set.
    package mutating func read(_ message: some Collection<UInt8>) throws(NoiseError) -> [UInt8] {
        guard !isClosed else { throw .closed }
        guard isOpen, !isMyTurn else { throw .outOfTurn }
        isClosed = true
        guard message.count <= Self.messageByteCountMax else { throw .wrongLength(message.count) }
        var rest = Array(message)[...]
        for token in pattern.messages[messageIndex] { try read(token, from: &rest, of: message.count) }
        let payload: [UInt8]
        do throws(NoiseError) {
            payload = try symmetric.decryptAndHash(Array(rest))
        } catch .wrongLength {
            throw .wrongLength(message.count)
        }
        (messageIndex, isClosed) = (messageIndex + 1, false)
        return payload
    }

    /// The ciphers and keys of the connection.
    ///
    /// - Precondition: the handshake ``isComplete``.
    package func split() -> NoiseSession {
        precondition(isComplete, "split before the end of the handshake")
        let (initiators, responders) = symmetric.split()
        let (send, receive) = role == .initiator ? (initiators, responders) : (responders, initiators)
        return NoiseSession(
            send: NoiseCipher(key: send), receive: NoiseCipher(key: receive), hash: hash,
            remoteStatic: remoteStatic, mediaKeys: MediaKeys(chainingKey: symmetric.chainingKey, hash: hash))
    }
}

extension NoiseHandshake.Pattern {
    var tokens: NoisePattern {
        switch self {
        case .ik: .ik
        case .ikPSK2: .ikPSK2
        case .xx: .xx
        }
    }
}
