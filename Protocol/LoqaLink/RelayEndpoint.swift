package import LoqaBase
package import LoqaCrypto
package import LoqaWire

/// The relay's end of the link: connects, proves itself, greets, probes the path, seals and opens. Its whole life.
///
/// A pure value: it opens no socket and reads no clock. Tell it what happened and when; carry out the actions it
/// returns, in order, and those of a call made meanwhile after them; call ``tick(at:)`` at ``deadline``. Randomness comes from the generator it is given, so one
/// seed gives one life. The rules are in PROTOCOL.md: H, I, A, N, L, M and P.
///
///     resting -> connecting -> handshake -> greeting -> up
///                                   `-> pending (adoption) -'
package struct RelayEndpoint: Sendable {
    /// Who this relay is.
    package struct Identity: Sendable {
        /// Its X25519 key.
        package var key: PrivateKey
        /// What it wants to be called, and the room it wants; the hub decides.
        package var name: String
        package var room: String
        /// A token from its configuration.
        package var invite: InviteToken?

        package init(key: PrivateKey, name: String, room: String = "", invite: InviteToken? = nil) {
            (self.key, self.name, self.room, self.invite) = (key, name, room, invite)
        }
    }

    /// What the caller does, in order.
    package enum Action: Sendable, Equatable {
        /// Open a connection to the hub; report ``connected(at:)`` or ``closed(_:at:)``.
        case connect
        /// Send these bytes on the connection.
        case write([UInt8])
        /// Close the connection. Nothing more is expected of it.
        case close
        /// The hub receives datagrams at this port of its address.
        case openMedia(port: UInt16)
        /// Send this datagram to it.
        case datagram([UInt8])
        /// Keep this for the next start, before anything else is sent.
        case store(HubPins)
        /// Show or speak the six digits of an adoption.
        case showCode(String)
        /// The digits are of no more use.
        case hideCode
        /// The link is up.
        case up(Welcome)
        /// The link, or an attempt to get one, came to an end; in words for a person.
        case down(String)
        /// A frame about turns, streams or rings.
        case frame(ControlFrame)
        case media(MediaPacket)
        /// How this relay's sound arrives at the hub (P4).
        case uplinkQuality(PathQuality)
    }

    enum Phase: Sendable {
        /// No connection, or one that is being opened.
        case apart
        case handshake(RelayChannel)
        case greeting(RelayChannel, session: UInt32)
        case pending(RelayChannel, Adoption)
        case up(RelayChannel, Media)
    }

    /// The media plane of one connection.
    struct Media: Sendable {
        var sealer: MediaSealer
        var opener: MediaOpener
        /// The number that the hub's datagrams carry, and that of this relay's.
        var ownSession: UInt32
        var hubSession: UInt32
    }

    /// Where an adoption stands.
    enum Adoption: Sendable, Equatable { case committed(nonce: [UInt8]), revealed }

    /// What was refused or given up, by reason.
    package struct Counters: Sendable, Equatable {
        /// Connections that were opened.
        package var connectionCount = 0
        /// Datagrams that were not authentic, replayed, or malformed (M2).
        package var refusedDatagramCount = 0
        /// Frames of a kind that this version does not know (C4).
        package var skippedFrameCount = 0
        package init() {}
    }

    /// What was refused or given up so far.
    package internal(set) var counters = Counters()
    /// What is known of the hub.
    package internal(set) var pins: HubPins
    /// The clock of the hub, as the relay knows it.
    package internal(set) var clock = ClockEstimate()
    /// Sound streams in one direction at least: probes come more often (P1).
    package var isStreaming = false
    /// How this relay's sound arrives at the hub, as it last said.
    package internal(set) var uplinkQuality = PathQuality()
    /// How the hub's sound arrives, for the hub to know (P4).
    package var downlinkQuality = PathQuality()

    var identity: Identity
    var connector: Connector<RelayClock>
    var phase = Phase.apart
    var prober: PathProber
    var reader = ControlFrameReader(from: .hub)
    var random: any RandomNumberGenerator & Sendable
    /// By then the hub must have decided about this relay, or welcomed the one that it adopted (A4, N4).
    var adoptionEnd: RelayInstant?
    /// Counts attempts that failed, so that each way gets its turn (I6).
    private var attemptCount = 0
    private var credentials = RelayChannel.Credentials.adoption
    /// The token was used by another relay, or is no good: do not offer it again before the next start.
    private var inviteIsSpent = false

    /// - Parameter random: for keys, numbers and waits. A real relay gives a `SystemRandomNumberGenerator`.
    package init(
        _ identity: Identity, pins: HubPins, random: any RandomNumberGenerator & Sendable,
        at now: RelayInstant
    ) {
        (self.identity, self.pins, self.random) = (identity, pins, random)
        connector = Connector(at: now)
        prober = PathProber(at: now)
    }
}

// MARK: - Reading

extension RelayEndpoint {
    /// The hub has welcomed this relay and is not silent.
    package var isUp: Bool {
        if case .up = phase { return true }
        return false
    }

    /// Sound travels by UDP; else on the control connection.
    package var usesDatagrams: Bool { isUp && prober.isOpen }

    /// The last round trip of a probe.
    package var roundTrip: Duration? { isUp ? prober.roundTrip : nil }

    /// The instant at which ``tick(at:)`` must be called. There always is one.
    package var deadline: RelayInstant {
        let deadline = min(connector.deadline, adoptionEnd ?? connector.deadline)
        return isUp ? min(deadline, prober.deadline(isStreaming: isStreaming)) : deadline
    }

    /// How the relay will prove itself next: a token first, then the pinned keys, and adoption if there is neither.
    ///
    /// The next attempt that fails takes the next way: a token of a key that the hub has given up must not keep a relay
    /// away that is enrolled.
    var nextCredentials: RelayChannel.Credentials {
        var ways = pins.hubKeys.map { RelayChannel.Credentials.enrolled(hub: $0) }
        if let invite = identity.invite, !inviteIsSpent, invite.id != pins.usedInvite {
            ways.insert(.invited(invite), at: 0)
        }
        return ways.isEmpty ? .adoption : ways[attemptCount % ways.count]
    }
}

// MARK: - The connection

extension RelayEndpoint {
    /// The connection asked for is open.
    package mutating func connected(at now: RelayInstant) -> [Action] {
        guard connector.connected(at: now) == .greet else { return [] }
        counters.connectionCount += 1
        credentials = nextCredentials
        var channel = RelayChannel(credentials, identity: identity.key, ephemeral: random.privateKey())
        reader = ControlFrameReader(from: .hub)
        do throws(ChannelError) {
            let bytes = try channel.start()
            phase = .handshake(channel)
            return [.write(bytes)]
        } catch {
            attemptCount += 1  // I6: a key that no hub can have must not keep the relay from the others.
            return [.close] + ended("\(error)", at: now)
        }
    }

    /// The connection could not be opened, or is gone, and why.
    package mutating func closed(_ reason: String, at now: RelayInstant) -> [Action] {
        guard case .handshake = phase else { return ended(reason, at: now) }
        attemptCount += 1  // I6: perhaps the hub goes by another key.
        return ended(
            "\(reason) in the handshake; if that repeats, it has another key: enrol this relay anew", at: now)
    }

    /// Bytes came on the connection.
    package mutating func received(_ bytes: some Collection<UInt8>, at now: RelayInstant) -> [Action] {
        guard var channel else { return [] }
        let outputs: [RelayChannel.Output]
        do throws(ChannelError) {
            outputs = try channel.receive(bytes)
            setChannel(channel)
        } catch {
            return failed(error, at: now)
        }
        var actions: [Action] = []
        for output in outputs {
            switch output {
            case .send(let bytes): actions.append(.write(bytes))
            case .established: actions += established(at: now)
            case .text(let text): actions += read(text, at: now)
            }
        }
        return actions
    }

    /// Time has passed. Early and late calls are fine.
    package mutating func tick(at now: RelayInstant) -> [Action] {
        if let adoptionEnd, now >= adoptionEnd {
            return send(.goodbye(Goodbye(code: .adoptionExpired, text: "the hub does not decide"))) + [.close]
                + ended("the hub does not decide", isRefused: true, at: now)
        }
        // The link was given up where no time was at hand, as when all counters are used (M11).
        if case .apart = phase, connector.isUp { connector.closed(at: now, draw: random.draw()) }
        var actions: [Action] = []
        switch connector.tick(at: now, draw: random.draw()) {
        case .none: break
        case .connect: actions.append(.connect)
        case .greet: break
        case .ping(let probe): actions += send(.ping(probe))
        case .close(let failure):
            if failure == .silent { actions += send(.goodbye(Goodbye(code: .silent, text: ""))) }
            if failure == .greetingTimedOut { attemptCount += 1 }
            actions += [.close] + apart(Self.words(for: failure))
        }
        return actions + probe(at: now)
    }

    /// Says goodbye and closes (L5).
    package mutating func end(_ code: Goodbye.Code) -> [Action] {
        send(.goodbye(Goodbye(code: code, text: ""))) + [.close] + apart("the relay ends")
    }

    var channel: RelayChannel? {
        switch phase {
        case .apart: nil
        case .handshake(let channel), .greeting(let channel, _), .pending(let channel, _),
            .up(let channel, _):
            channel
        }
    }

    private mutating func setChannel(_ channel: RelayChannel) {
        switch phase {
        case .apart: break
        case .handshake: phase = .handshake(channel)
        case .greeting(_, let session): phase = .greeting(channel, session: session)
        case .pending(_, let adoption): phase = .pending(channel, adoption)
        case .up(_, let media): phase = .up(channel, media)
        }
    }

    /// Seals a frame. Without a channel it is dropped: its turn is void.
    package mutating func send(_ frame: ControlFrame) -> [Action] {
        guard var channel, channel.session != nil else { return [] }
        do throws(ChannelError) {
            let bytes = try channel.seal(frame.encoded())
            setChannel(channel)
            return [.write(bytes)]
        } catch {
            return [.close] + apart("\(error)")
        }
    }

    /// H6, H8: the channel broke.
    private mutating func failed(_ error: ChannelError, at now: RelayInstant) -> [Action] {
        var isRefused = false
        if case .unknownRefusal = error { isRefused = true }
        if case .refused(let refusal) = error {
            isRefused = refusal != .busy
            switch (refusal, credentials) {
            case (.inviteUsed, .invited), (.inviteInvalid, .invited):
                // A relay that is enrolled already goes on as such; another keeps asking, at long intervals.
                inviteIsSpent = !pins.hubKeys.isEmpty
            default: break
            }
        }
        if case .handshake = phase { attemptCount += 1 }  // I6
        return [.close] + ended("\(error)", isRefused: isRefused, at: now)
    }

    mutating func ended(_ reason: String, isRefused: Bool = false, at now: RelayInstant) -> [Action] {
        connector.closed(at: now, isRefused: isRefused, draw: random.draw())
        return apart(reason)
    }

    mutating func apart(_ reason: String) -> [Action] {
        let wasPending = if case .pending = phase { true } else { false }
        (phase, adoptionEnd) = (.apart, nil)
        isStreaming = false
        return (wasPending ? [.hideCode] : []) + [.down(reason)]
    }

    private static func words(for failure: Connector<RelayClock>.Failure) -> String {
        switch failure {
        case .connectTimedOut: "it does not answer"
        case .greetingTimedOut: "it does not greet back"
        case .silent: "it has fallen silent"
        }
    }
}
