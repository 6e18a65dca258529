package import LoqaBase
package import LoqaCrypto
package import LoqaWire

/// The hub's end of one relay's link: handshake, adoption, greeting, the media plane, liveness. Its whole life.
///
/// A pure value: it opens no socket, reads no clock and keeps no registry. Tell it what happened and when; carry out
/// the actions it returns, in order, and those of a call made meanwhile after them; call ``tick(at:)`` at ``deadline``. Questions about who may come in go to the
/// caller: ``Action/ask(_:)``, ``Action/proved(_:)``, ``Action/pending(_:)``. The rules are in PROTOCOL.md.
///
///     handshake --accept--> proving --> greeting --welcome--> up
///                              `-> adopting --adopt--^
package struct HubEndpoint: Sendable {
    /// A peer that has proved its key, by the first authentic record.
    package struct Peer: Sendable, Equatable {
        /// Its X25519 key.
        package var key: PublicKey
        /// The invite whose secret it proved as well.
        package var invite: [UInt8]?
        /// It wants to be adopted.
        package var isStranger: Bool
    }

    /// A stranger whose six digits are known.
    package struct Candidate: Sendable, Equatable {
        /// Its X25519 key.
        package var key: PublicKey
        /// What it wants to be called.
        package var name: String
        /// The room it wants; may be empty.
        package var room: String
        /// Six digits.
        package var code: String
    }

    /// What the caller does, in order.
    package enum Action: Sendable, Equatable {
        /// Send these bytes on the connection.
        case write([UInt8])
        /// Close the connection once they are sent. Nothing more is expected of it.
        case close
        /// Somebody knocks: ``accept(psk:at:)`` or ``refuse(_:)``, at once. It may be a replay (H7).
        case ask(HubChannel.Request)
        /// The peer is who it said: redeem its invite, close its other connection, or ``part(_:)``.
        case proved(Peer)
        /// Show this to the owner, who decides: ``adopt(name:room:)`` or ``part(_:)``.
        case pending(Candidate)
        /// The relay greets: ``welcome(_:at:)`` or ``part(_:)``.
        case greeted(Hello)
        /// A frame about turns or streams.
        case frame(ControlFrame)
        case media(MediaPacket)
        /// Send this datagram to the address that the latest one came from (M5).
        case datagram([UInt8])
        /// What the relay says of itself: how the hub's sound arrives, and what it knows of the hub's clock.
        case report(PathProbe)
        /// The relay keeps this key of the hub (I6).
        case keyStored(PublicKey)
        /// The peer did what no relay of ours does; in words for a log.
        case fault(String)
    }

    enum Phase: Sendable {
        case handshake(HubChannel)
        /// The handshake is over; the first authentic record is to come (H7).
        case proving(HubChannel, HubChannel.Request)
        case adopting(HubChannel, Adoption)
        /// `isAdopted`: the owner has just approved it, and liveness runs already.
        case greeting(HubChannel, isAdopted: Bool)
        /// `hello` is here and the caller has yet to answer.
        case greeted(HubChannel, Hello)
        case up(HubChannel)
        case closed
    }

    enum Adoption: Sendable {
        case proved
        case committed(AdoptCommit, nonce: [UInt8])
        case pending
    }

    struct Media: Sendable {
        var sealer: MediaSealer
        var opener: MediaOpener
        /// The number that the relay's datagrams carry, and that of the hub's.
        var ownSession: UInt32
        var relaySession: UInt32
        var path = HubPath()
    }

    /// What was refused, by reason.
    package struct Counters: Sendable, Equatable {
        /// Datagrams that were malformed though authentic (M2).
        package var malformedDatagramCount = 0
        /// Datagrams that had come before, or were too old to tell (M12).
        package var replayedDatagramCount = 0
        /// Datagrams that were not authentic (M2).
        package var forgedDatagramCount = 0
        /// Datagrams of this relay beyond D3.
        package var excessDatagramCount = 0
        /// Frames of a kind that this version does not know (C4).
        package var skippedFrameCount = 0
        /// Datagrams that were opened.
        package var datagramCount = 0
        package init() {}

        /// All datagrams that were dropped for what they are.
        package var refusedDatagramCount: Int {
            malformedDatagramCount + replayedDatagramCount + forgedDatagramCount
        }
    }

    /// What was refused so far.
    package internal(set) var counters = Counters()
    /// Sees what this end sends and receives in clear, to find a fault with: whether it is from the relay, whether it
    /// is a datagram, and the frame, or a datagram's kind and body.
    package var tap: (@Sendable (_ isFromRelay: Bool, _ isDatagram: Bool, _ bytes: [UInt8]) -> Void)?
    /// How the relay's sound arrives, for the relay to know (P4).
    package var uplinkQuality = PathQuality()
    var phase: Phase
    /// Set by the welcome. Beside the phase, so that a datagram changes it in place.
    var media: Media?
    var reader = ControlFrameReader(from: .relay)
    var liveness: Liveness<HubClock>
    var random: any RandomNumberGenerator & Sendable
    /// The phase must have changed by then (H9, N4, A4).
    var phaseDeadline: HubInstant
    var frameRate: TokenBucket<HubClock>
    var datagramRate: TokenBucket<HubClock>

    /// - Parameters:
    ///   - keys: the hub's own, newest first.
    ///   - random: for keys and numbers. A real hub gives a `SystemRandomNumberGenerator`.
    package init(keys: [PrivateKey], random: any RandomNumberGenerator & Sendable, at now: HubInstant) {
        self.random = random
        phase = .handshake(HubChannel(keys: keys, ephemeral: self.random.privateKey()))
        liveness = Liveness(interval: nil, limit: WireLimits.silenceDeadline, at: now)
        phaseDeadline = now + WireLimits.joinDeadline
        // D3: twice the rate at once, for a pre-roll that comes in one go.
        frameRate = TokenBucket(perSecond: WireLimits.frameRateMax, burst: 2 * WireLimits.frameRateMax)
        datagramRate = TokenBucket(
            perSecond: WireLimits.datagramRateMax, burst: 2 * WireLimits.datagramRateMax)
    }
}

// MARK: - Reading

extension HubEndpoint {
    /// The relay has been welcomed.
    package var isUp: Bool {
        if case .up = phase { return true }
        return false
    }

    /// The connection is to be closed, or is.
    package var isClosed: Bool {
        if case .closed = phase { return true }
        return false
    }

    /// The peer has not proved its key yet (D1).
    package var isUnproved: Bool {
        switch phase {
        case .handshake, .proving: true
        case .adopting, .greeting, .greeted, .up, .closed: false
        }
    }

    /// Sound travels by UDP; else on the control connection.
    package func usesDatagrams(at now: HubInstant) -> Bool {
        isUp && media?.path.isOpen(at: now) == true
    }

    /// The instant at which ``tick(at:)`` must be called.
    package var deadline: HubInstant { isUp ? liveness.deadline : min(phaseDeadline, liveness.deadline) }

    var channel: HubChannel? {
        switch phase {
        case .handshake(let channel), .proving(let channel, _), .adopting(let channel, _),
            .greeting(let channel, _),
            .greeted(let channel, _), .up(let channel):
            channel
        case .closed: nil
        }
    }

    mutating func setChannel(_ channel: HubChannel) {
        switch phase {
        case .handshake: phase = .handshake(channel)
        case .proving(_, let request): phase = .proving(channel, request)
        case .adopting(_, let adoption): phase = .adopting(channel, adoption)
        case .greeting(_, let isAdopted): phase = .greeting(channel, isAdopted: isAdopted)
        case .greeted(_, let hello): phase = .greeted(channel, hello)
        case .up: phase = .up(channel)
        case .closed: break
        }
    }
}

// MARK: - The connection

extension HubEndpoint {
    /// Bytes came on the connection.
    package mutating func received(_ bytes: some Collection<UInt8>, at now: HubInstant) -> [Action] {
        guard var channel else { return [] }
        let outputs: [HubChannel.Output]
        do throws(ChannelError) {
            outputs = try channel.receive(bytes)
            setChannel(channel)
        } catch {
            return broke(error)
        }
        var actions: [Action] = []
        for output in outputs {
            switch output {
            case .asks(let request):
                phase = .proving(channel, request)
                actions.append(.ask(request))
            case .text(let text): actions += read(text, at: now)
            }
        }
        return actions
    }

    /// Lets the peer that knocks go on.
    ///
    /// - Parameter psk: the secret of its invite, for one that was invited.
    /// - Returns: nothing, if the peer that ``Action/ask(_:)`` was about is gone meanwhile.
    package mutating func accept(psk: [UInt8]? = nil, at now: HubInstant) -> [Action] {
        guard case .proving(var channel, let request) = phase, channel.isAsking else { return [] }
        do throws(ChannelError) {
            let bytes = try channel.accept(psk: psk)
            phase = .proving(channel, request)
            // Whatever came behind the first message was kept back until now.
            return [.write(bytes)] + received([], at: now)
        } catch {
            return broke(error)
        }
    }

    /// H6: turns the peer that knocks away.
    package mutating func refuse(_ refusal: HandshakeRefusal) -> [Action] {
        phase = .closed
        return [.write(HubChannel.refusal(refusal)), .close]
    }

    /// Says goodbye and closes (L5). A peer that has not proved itself gets no word.
    package mutating func part(_ goodbye: Goodbye) -> [Action] {
        let word = isUnproved ? [] : send(.goodbye(goodbye))
        phase = .closed
        return word + [.close]
    }

    /// The peer's end of the connection is gone.
    package mutating func closed() { phase = .closed }

    /// Seals a frame. On a connection that is closed or not proved it is dropped: its turn is void.
    package mutating func send(_ frame: ControlFrame) -> [Action] {
        guard var channel, channel.session != nil else { return [] }
        do throws(ChannelError) {
            let text = frame.encoded()
            tap?(false, false, text)
            let bytes = try channel.seal(text)
            setChannel(channel)
            return [.write(bytes)]
        } catch {
            return broke(error)
        }
    }

    /// Time has passed. Early and late calls are fine.
    package mutating func tick(at now: HubInstant) -> [Action] {
        switch phase {
        case .closed: return []
        case .handshake, .proving:
            // H9: without a word, for whoever holds a connection open learns nothing.
            guard now >= phaseDeadline else { return [] }
            phase = .closed
            return [.fault("the handshake took too long"), .close]
        case .adopting(_, .pending):
            if now >= phaseDeadline {
                return part(Goodbye(code: .adoptionExpired, text: "nobody decided about this relay"))  // A4
            }
        case .adopting, .greeting, .greeted:
            if now >= phaseDeadline { return violated("the next frame did not come in time") }  // H9, N4
        case .up: break
        }
        guard liveness.tick(at: now) == .lost else { return [] }
        return part(Goodbye(code: .silent, text: "nothing came for too long"))  // L2
    }

    private mutating func broke(_ error: ChannelError) -> [Action] {
        phase = .closed
        if case .refused(let refusal) = error {
            return [.fault("\(refusal)"), .write(HubChannel.refusal(refusal)), .close]
        }
        return [.fault("\(error)"), .close]  // H8
    }

    mutating func violated(_ reason: String) -> [Action] {
        [.fault(reason)] + part(Goodbye(code: .protocolViolation, text: reason))
    }
}
