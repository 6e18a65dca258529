import LoqaBase
import LoqaCrypto
import LoqaWire

// From the end of the handshake to the welcome, by way of adoption if need be; and the frames after it.
extension RelayEndpoint {
    /// The handshake is over.
    mutating func established(at now: RelayInstant) -> [Action] {
        guard case .handshake(let channel) = phase, let session = channel.session else { return [] }
        guard channel.credentials.pattern == .adoption else { return greet(channel) }
        // A1
        let nonce = random.bytes(16)
        phase = .pending(channel, .committed(nonce: nonce))
        let commitment = LoqaCrypto.Adoption.commitment(hash: session.hash, nonce: nonce)
        return send(
            .adoptCommit(AdoptCommit(commitment: commitment, name: identity.name, room: identity.room)))
    }

    /// N1, N3
    private mutating func greet(_ channel: RelayChannel) -> [Action] {
        let session = random.session()
        phase = .greeting(channel, session: session)
        return send(.hello(Hello(session: session, name: identity.name, room: identity.room)))
    }

    /// Takes the stream of control frames apart.
    mutating func read(_ text: [UInt8], at now: RelayInstant) -> [Action] {
        var actions: [Action] = []
        do throws(WireError) {
            try reader.append(text)
            while channel != nil, let arrival = try reader.next() {
                connector.heard(at: now)
                switch arrival {
                case .frame(let frame): actions += receive(frame, at: now)
                case .skipped: counters.skippedFrameCount += 1
                }
            }
        } catch {
            actions += violated(error.description, at: now)  // C10
        }
        return actions
    }

    private mutating func receive(_ frame: ControlFrame, at now: RelayInstant) -> [Action] {
        switch frame {
        case .ping(let probe): return send(.pong(probe))
        case .pong: return []
        case .goodbye(let goodbye): return parted(goodbye, at: now)
        case .welcome(let welcome): return welcomed(welcome, at: now)
        case .adoptNonce(let nonce): return reveal(nonce, at: now)
        case .adopted: return adopted(at: now)
        case .hubKey(let key): return keyChanges(key)
        case .media(let packet): return isUp ? [.media(packet)] : []
        case .pathReply(let reply): return replied(reply, by: .control, at: now)
        case .streamEnd, .grant, .deny, .speechEnd, .answerStart, .turnEnd, .ringStart, .ringStop,
            .wakeWord, .wakePart:
            guard isUp else { return violated("\(frame.kind) before welcome", at: now) }
            return [.frame(frame)]
        case .hello, .claim, .turnCancel, .drained, .status, .adoptCommit, .adoptReveal, .hubKeyStored,
            .pathProbe, .ringSilenced, .wakePartWanted, .wakeReport:
            return []  // Only a relay sends these; the reader refuses them.
        }
    }

    private mutating func welcomed(_ welcome: Welcome, at now: RelayInstant) -> [Action] {
        guard case .greeting(let channel, let ownSession) = phase, let session = channel.session,
            let hubKey = session.remoteStatic
        else { return violated("a second welcome", at: now) }
        let keys = session.mediaKeys
        phase = .up(
            channel,
            Media(
                sealer: MediaSealer(key: keys.relayToHub), opener: MediaOpener(key: keys.hubToRelay),
                ownSession: ownSession, hubSession: welcome.session))
        connector.welcomed(at: now)
        adoptionEnd = nil
        prober = PathProber(at: now)
        var actions: [Action] = []
        let before = pins
        switch channel.credentials {
        case .invited(let token): enrolled(at: hubKey, by: token.id)
        case .adoption, .enrolled: break
        }
        if pins != before { actions.append(.store(pins)) }
        return actions + [.openMedia(port: welcome.mediaPort), .up(welcome)] + probe(at: now)
    }

    /// The hub of this key is ours. Another has another clock (K3).
    private mutating func enrolled(at hub: PublicKey, by invite: [UInt8]?) {
        if !pins.hubKeys.contains(hub) { clock.reset() }
        pins.enrolled(at: hub, by: invite)
    }

    /// I6: keeps the hub's new key, and says so once it is kept.
    private mutating func keyChanges(_ change: HubKey) -> [Action] {
        guard isUp, let key = PublicKey(change.key) else { return [] }
        pins.add(key)
        return [.store(pins)] + send(.hubKeyStored(HubKeyStored(key: change.key)))
    }

    /// The hub closes, and says why.
    private mutating func parted(_ goodbye: Goodbye, at now: RelayInstant) -> [Action] {
        let isRefused =
            switch goodbye.code {
            case .unknownRoom, .revoked, .adoptionRefused, .adoptionExpired, .tooFast: true  // L6
            case .shuttingDown, .protocolViolation, .tooManyRelays, .replaced, .silent: false
            }
        let words = goodbye.text.isEmpty ? "\(goodbye.code)" : goodbye.text
        return [.close] + ended("the hub says goodbye: \(words)", isRefused: isRefused, at: now)
    }

    mutating func violated(_ reason: String, at now: RelayInstant) -> [Action] {
        send(.goodbye(Goodbye(code: .protocolViolation, text: reason))) + [.close]
            + ended("the hub broke the protocol: \(reason)", at: now)
    }
}

// MARK: - Adoption

extension RelayEndpoint {
    /// A2, A3: both are bound now; the digits may be shown.
    private mutating func reveal(_ theirs: AdoptNonce, at now: RelayInstant) -> [Action] {
        guard case .pending(let channel, .committed(let nonce)) = phase, let session = channel.session else {
            return violated("adoptNonce out of place", at: now)
        }
        phase = .pending(channel, .revealed)
        connector.keptWaiting(at: now)
        // A4: the hub's own deadline comes first, if it is an honest one.
        adoptionEnd = now + WireLimits.adoptionDeadline + WireLimits.joinDeadline
        let code = LoqaCrypto.Adoption.code(
            hash: session.hash, relayNonce: nonce, hubNonce: theirs.nonce)
        return send(.adoptReveal(AdoptReveal(nonce: nonce))) + [.showCode(code)]
    }

    /// A5
    private mutating func adopted(at now: RelayInstant) -> [Action] {
        guard case .pending(let channel, .revealed) = phase, let hubKey = channel.session?.remoteStatic else {
            return violated("adopted out of place", at: now)
        }
        enrolled(at: hubKey, by: nil)
        adoptionEnd = now + WireLimits.joinDeadline
        return [.hideCode, .store(pins)] + greet(channel)
    }
}
