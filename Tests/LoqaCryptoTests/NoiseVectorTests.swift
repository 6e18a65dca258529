import Testing

@testable import LoqaCrypto

/// Our handshakes and records, byte for byte against those of other implementations.
struct NoiseVectorTests {
    @Test(arguments: NoiseVector.own)
    func `the link's patterns give the published bytes`(vector: NoiseVector) throws { try check(vector) }

    @Test func `the repository holds vectors of all three patterns, from two implementations`() {
        let names = NoiseVector.own.map(\.patternName)
        #expect(Set(names) == ["IK", "IKpsk2", "XX"])
        #expect(Set(NoiseVector.own.map(\.source)).count == 2)
        #expect(NoiseVector.own.contains { $0.handshakeHash != nil })
    }

    @Test func `a pattern's raw value and tokens are those of its published name`() {
        let names = NoiseHandshake.Pattern.allCases.map(\.tokens.name)
        #expect(names == ["IK", "IKpsk2", "XX"])
        for pattern in NoiseHandshake.Pattern.allCases {
            #expect(pattern.tokens == NoisePatternTable.pattern(named: pattern.tokens.name))
        }
    }

    @Test(
        .enabled(
            if: NoiseVector.hasPublished,
            "shared/vectors/noise is not beside this checkout; only the repository's own vectors were run"))
    func `every other pattern of the specification gives the published bytes too`() throws {
        #expect(NoiseVector.published.count >= 110)
        for vector in NoiseVector.published { try check(vector) }
    }

    private func check(_ vector: NoiseVector) throws {
        let pattern = try #require(
            NoisePatternTable.pattern(named: vector.patternName), "\(vector.patternName)")
        #expect(pattern.protocolName == vector.protocolName)
        var initiator = try handshake(vector, pattern, .initiator)
        var responder = try handshake(vector, pattern, .responder)
        for (index, message) in vector.messages.prefix(pattern.messages.count).enumerated() {
            let payload = [UInt8](hex: message.payload)
            var (sender, receiver) = index.isMultiple(of: 2) ? (initiator, responder) : (responder, initiator)
            let written = try sender.write(payload)
            #expect(written.hex == message.ciphertext, "\(vector.testDescription), message \(index)")
            #expect(try receiver.read(written) == payload)
            (initiator, responder) = index.isMultiple(of: 2) ? (sender, receiver) : (receiver, sender)
        }
        #expect(initiator.isComplete && responder.isComplete && initiator.hash == responder.hash)
        if let hash = vector.handshakeHash { #expect(initiator.hash.hex == hash) }
        try checkRecords(vector, initiator.split(), responder.split(), from: pattern.messages.count)
    }

    private func checkRecords(
        _ vector: NoiseVector, _ initiator: NoiseSession, _ responder: NoiseSession, from first: Int
    ) throws {
        var (initiator, responder) = (initiator, responder)
        #expect(initiator.mediaKeys == responder.mediaKeys && initiator.hash == responder.hash)
        for (index, message) in vector.messages.enumerated().dropFirst(first) {
            // In a one-way pattern all records are the initiator's.
            let isInitiators = first == 1 || index.isMultiple(of: 2)
            let payload = [UInt8](hex: message.payload)
            let record = isInitiators ? try initiator.send.seal(payload) : try responder.send.seal(payload)
            #expect(record.hex == message.ciphertext, "\(vector.testDescription), message \(index)")
            let opened =
                isInitiators ? try responder.receive.open(record) : try initiator.receive.open(record)
            #expect(opened == payload)
        }
    }

    private func handshake(
        _ vector: NoiseVector, _ pattern: NoisePattern, _ role: NoiseHandshake.Role
    ) throws -> NoiseHandshake {
        let isInitiator = role == .initiator
        let ownStatic = isInitiator ? vector.initStatic : vector.respStatic
        let remote = isInitiator ? vector.initRemoteStatic : vector.respRemoteStatic
        let ephemeral = isInitiator ? vector.initEphemeral : vector.respEphemeral
        var handshake = NoiseHandshake(
            pattern, role, prologue: [UInt8](hex: isInitiator ? vector.initPrologue : vector.respPrologue),
            staticKey: ownStatic.flatMap { PrivateKey([UInt8](hex: $0)) },
            remoteStatic: remote.flatMap { PublicKey(hex: $0) },
            ephemeral: try #require(PrivateKey([UInt8](hex: ephemeral ?? vector.initEphemeral))))
        let psks = (isInitiator ? vector.initPsks : vector.respPsks) ?? []
        handshake.psks = psks.map { SecretKey([UInt8](hex: $0)) }
        return handshake
    }
}
