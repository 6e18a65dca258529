/// What each token of a message does (Noise specification 5.3).
extension NoiseHandshake {
    mutating func write(_ token: NoisePattern.Token, to message: inout [UInt8]) throws(NoiseError) {
        switch token {
        case .e:
            message += ephemeral.publicKey.bytes
            mixEphemeral(ephemeral.publicKey)
        case .s:
            message += symmetric.encryptAndHash(ownStatic.publicKey.bytes)
        case .ee, .es, .se, .ss, .psk:
            try mix(token)
        }
    }

    /// - Parameter byteCount: the whole message's, for the error.
    mutating func read(
        _ token: NoisePattern.Token, from rest: inout ArraySlice<UInt8>, of byteCount: Int
    ) throws(NoiseError) {
        switch token {
        case .e:
            guard let key = PublicKey(rest.prefix(PublicKey.byteCount)) else { throw .wrongLength(byteCount) }
            rest = rest.dropFirst(PublicKey.byteCount)
            remoteEphemeral = key
            mixEphemeral(key)
        case .s:
            let sealedByteCount = PublicKey.byteCount + symmetric.tagByteCount
            guard rest.count >= sealedByteCount else { throw .wrongLength(byteCount) }
            let key = PublicKey(try symmetric.decryptAndHash(Array(rest.prefix(sealedByteCount))))
            guard let key else { throw .wrongLength(byteCount) }
            rest = rest.dropFirst(sealedByteCount)
            remoteStatic = key
        case .ee, .es, .se, .ss, .psk:
            try mix(token)
        }
    }

    /// The static key of one side, which both know from the start.
    func knownStatic(of side: Role) -> [UInt8] {
        guard side != role else { return ownStatic.publicKey.bytes }
        guard let remoteStatic else { preconditionFailure("\(pattern.name) needs the peer's static key") }
        return remoteStatic.bytes
    }

    private var ownStatic: PrivateKey {
        guard let staticKey else { preconditionFailure("\(pattern.name) needs a static key") }
        return staticKey
    }

    private mutating func mixEphemeral(_ key: PublicKey) {
        symmetric.mixHash(key.bytes)
        // 9.2: with a pre-shared key, every ephemeral one also goes into the key, so that none repeats.
        if pattern.pskCount > 0 { symmetric.mixKey(key) }
    }

    private mutating func mix(_ token: NoisePattern.Token) throws(NoiseError) {
        let isInitiator = role == .initiator
        switch token {
        case .ee: symmetric.mixKey(try ephemeral.agree(with: theirs(remoteEphemeral)))
        case .ss: symmetric.mixKey(try ownStatic.agree(with: theirs(remoteStatic)))
        case .es:
            symmetric.mixKey(
                try isInitiator
                    ? ephemeral.agree(with: theirs(remoteStatic))
                    : ownStatic.agree(with: theirs(remoteEphemeral)))
        case .se:
            symmetric.mixKey(
                try isInitiator
                    ? ownStatic.agree(with: theirs(remoteEphemeral))
                    : ephemeral.agree(with: theirs(remoteStatic)))
        case .psk:
            precondition(!psks.isEmpty, "\(pattern.name): call setPSK before this message")
            symmetric.mixKeyAndHash(psks.removeFirst())
        case .e, .s: preconditionFailure("a token that sends a key")
        }
    }

    private func theirs(_ key: PublicKey?) -> PublicKey {
        guard let key else { preconditionFailure("\(pattern.name) uses a key before it is sent") }
        return key
    }
}
