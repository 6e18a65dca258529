package import LoqaBase
import LoqaCrypto
package import LoqaWire

// From the first authentic record to the welcome, by way of adoption if need be; and the frames after it.
extension HubEndpoint {
    /// Takes the stream of control frames apart.
    mutating func read(_ text: [UInt8], at now: HubInstant) -> [Action] {
        var actions = prove()
        do throws(WireError) {
            try reader.append(text)
            while !isClosed, let arrival = try reader.next() {
                liveness.heard(at: now)  // L1
                switch arrival {
                case .frame(let frame):
                    tap?(true, false, frame.encoded())
                    actions += receive(frame, at: now)
                case .skipped: counters.skippedFrameCount += 1
                }
                guard frameRate.take(at: now) || isClosed else {  // D3
                    return actions + [.fault("too many frames")]
                        + part(Goodbye(code: .tooFast, text: "more frames than a relay needs to send"))
                }
            }
        } catch {
            actions += violated(error.description)  // C10
        }
        return actions
    }

    /// H7: the first record that is authentic proves the peer.
    private mutating func prove() -> [Action] {
        guard case .proving(let channel, let request) = phase, let key = channel.session?.remoteStatic else {
            return []
        }
        switch request {
        case .enrolled:
            phase = .greeting(channel, isAdopted: false)
            return [.proved(Peer(key: key, invite: nil, isStranger: false))]
        case .invited(_, let invite):
            phase = .greeting(channel, isAdopted: false)
            return [.proved(Peer(key: key, invite: invite, isStranger: false))]
        case .adoption:
            phase = .adopting(channel, .proved)
            return [.proved(Peer(key: key, invite: nil, isStranger: true))]
        }
    }

    private mutating func receive(_ frame: ControlFrame, at now: HubInstant) -> [Action] {
        switch frame {
        case .ping, .pong:
            guard isAlive else { return violated("\(frame.kind) before hello") }  // N1
            if case .ping(let probe) = frame { return send(.pong(probe)) }
            return []
        case .goodbye:
            phase = .closed
            return [.close]
        case .hello(let hello):
            // N1, A6
            guard case .greeting(let channel, _) = phase else { return violated("hello out of place") }
            phase = .greeted(channel, hello)
            return [.greeted(hello)]
        case .adoptCommit(let commit): return committed(commit, at: now)
        case .adoptReveal(let reveal): return revealed(reveal, at: now)
        case .pathProbe, .hubKeyStored, .media, .status, .claim, .turnCancel, .drained, .streamEnd,
            .ringSilenced, .wakePartWanted, .wakeReport:
            guard isUp else { return violated("\(frame.kind) before welcome") }  // N1, A6
            return heard(frame, at: now)
        case .welcome, .grant, .deny, .speechEnd, .answerStart, .turnEnd, .ringStart, .ringStop, .adoptNonce,
            .adopted, .hubKey, .pathReply, .wakeWord, .wakePart:
            return []  // Only a hub sends these; the reader refuses them.
        }
    }

    /// Liveness runs: from the welcome on, and all through an adoption (A4, A6).
    private var isAlive: Bool {
        switch phase {
        case .adopting, .up: true
        case .greeting(_, let isAdopted): isAdopted
        case .handshake, .proving, .greeted, .closed: false
        }
    }

    /// A frame of a relay that has been welcomed.
    private mutating func heard(_ frame: ControlFrame, at now: HubInstant) -> [Action] {
        switch frame {
        case .pathProbe(let probe): return probed(probe, by: .control, at: now)
        case .hubKeyStored(let stored): return PublicKey(stored.key).map { [.keyStored($0)] } ?? []
        case .media(let packet): return [.media(packet)]
        case .ping, .pong, .streamEnd, .goodbye, .hello, .claim, .turnCancel, .drained, .status, .adoptCommit,
            .adoptReveal, .welcome, .grant, .deny, .speechEnd, .answerStart, .turnEnd, .ringStart, .ringStop,
            .adoptNonce, .adopted, .hubKey, .pathReply, .ringSilenced, .wakePartWanted, .wakeReport,
            .wakeWord,
            .wakePart:
            return [.frame(frame)]
        }
    }

    /// N2: admits the relay that greets. The session of the hub's side is drawn by the caller, who tells datagrams
    /// apart by it.
    ///
    /// - Returns: nothing, if the relay that ``Action/greeted(_:)`` was about is gone meanwhile, as by a fault in what
    ///   it sent behind its hello.
    package mutating func welcome(_ welcome: Welcome, at now: HubInstant) -> [Action] {
        guard case .greeted(let channel, let hello) = phase, let session = channel.session else { return [] }
        phase = .up(channel)
        media = Media(
            sealer: MediaSealer(key: session.mediaKeys.hubToRelay),
            opener: MediaOpener(key: session.mediaKeys.relayToHub), ownSession: welcome.session,
            relaySession: hello.session)
        liveness.heard(at: now)
        return send(.welcome(welcome))
    }
}

// MARK: - Adoption

extension HubEndpoint {
    /// A2
    private mutating func committed(_ commit: AdoptCommit, at now: HubInstant) -> [Action] {
        guard case .adopting(let channel, .proved) = phase else {
            return violated("adoptCommit out of place")
        }
        let nonce = random.bytes(16)
        phaseDeadline = now + WireLimits.joinDeadline
        phase = .adopting(channel, .committed(commit, nonce: nonce))
        return send(.adoptNonce(AdoptNonce(nonce: nonce)))
    }

    /// A2, A3
    private mutating func revealed(_ reveal: AdoptReveal, at now: HubInstant) -> [Action] {
        guard case .adopting(let channel, .committed(let commit, let nonce)) = phase,
            let session = channel.session, let key = session.remoteStatic
        else { return violated("adoptReveal out of place") }
        guard
            LoqaCrypto.Adoption.matches(
                commitment: commit.commitment, hash: session.hash, nonce: reveal.nonce)
        else { return violated("the number shown is not the one committed to") }
        phase = .adopting(channel, .pending)
        phaseDeadline = now + WireLimits.adoptionDeadline
        let code = LoqaCrypto.Adoption.code(
            hash: session.hash, relayNonce: reveal.nonce, hubNonce: nonce)
        return [.pending(Candidate(key: key, name: commit.name, room: commit.room, code: code))]
    }

    /// A5: the owner has approved; the relay may greet.
    package mutating func adopt(name: String, room: String, at now: HubInstant) -> [Action] {
        guard case .adopting(let channel, .pending) = phase else { return [] }
        phase = .greeting(channel, isAdopted: true)
        phaseDeadline = now + WireLimits.joinDeadline
        return send(.adopted(Adopted(name: name, room: room)))
    }
}
