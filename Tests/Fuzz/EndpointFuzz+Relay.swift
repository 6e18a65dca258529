import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire

/// The relay's end, and a hub that has its keys but no manners.
struct FuzzedRelay: Fuzzed {
    private var end: RelayEndpoint
    private var peer: HubChannel?
    private var sealer: MediaSealer?
    private var now = RelayInstant.origin
    /// What the hub's datagrams must carry, once the relay has greeted.
    private var session: UInt32?
    private var lastDatagram: [UInt8] = []
    /// Handshakes that the hub went through; each costs much.
    private var handshakeCount = 0
    /// It is kept waiting for the hub's answer.
    private var isAsked = false

    private init(invite: InviteToken?, pins: HubPins) {
        end = RelayEndpoint(
            RelayEndpoint.Identity(key: Fixture.relayKey, name: "relay", invite: invite), pins: pins,
            random: SeededGenerator(seed: 3), at: now)
    }

    /// From a relay that has not begun to a link that is up: eight.
    static func stages() -> [FuzzedRelay] {
        var enrolled = FuzzedRelay(invite: nil, pins: HubPins(hubKeys: [Fixture.hubKey.publicKey]))
        var invited = FuzzedRelay(invite: Fixture.token, pins: HubPins())
        let fresh = invited
        invited.connect()
        enrolled.connect()
        enrolled.answer()
        let greeting = enrolled
        enrolled.say(.welcome(Fixture.welcome))
        var stranger = FuzzedRelay(invite: nil, pins: HubPins())
        stranger.connect()
        let unanswered = stranger
        stranger.answer()
        let committed = stranger
        stranger.say(.adoptNonce(AdoptNonce(nonce: Fixture.relayNonce)))
        let revealed = stranger
        stranger.say(.adopted(Adopted(name: "n", room: "r")))
        precondition(enrolled.end.isUp && enrolled.session != nil && !stranger.end.pins.hubKeys.isEmpty)
        return [fresh, invited, greeting, unanswered, committed, revealed, stranger, enrolled]
    }

    mutating func perform(_ step: Step, _ script: inout Script) -> Yield {
        let (actions, count) = actions(for: step, &script)
        return take(actions, inputByteCount: count)
    }

    private mutating func actions(for step: Step, _ script: inout Script) -> ([RelayEndpoint.Action], Int) {
        switch step {
        case .sealed:
            let text = script.bytes()
            guard peer?.session != nil else { return ([], 0) }
            return (end.received(Fixture.sure { try peer?.seal(text) } ?? [], at: now), text.count)
        case .raw:
            let bytes = script.bytes()
            return (end.received(bytes, at: now), bytes.count)
        case .wait:
            now = now + .microseconds(1 << Int64((script.byte() ?? 0) % 40))
            return (tick(), 0)
        case .datagram:
            let (type, body) = (script.byte() ?? 0, script.bytes())
            guard sealer != nil, let session, MediaDatagram.Kind(rawValue: type) != nil else {
                return ([], 0)
            }
            return deliver(Fixture.sure { try sealer?.seal(type: type, session: session, body: body) } ?? [])
        case .rawDatagram: return deliver(script.bytes())
        case .replay:
            var datagram = lastDatagram
            let mask = script.byte() ?? 0
            if !datagram.isEmpty { datagram[Int(mask) % datagram.count] ^= mask }
            return deliver(datagram)
        case .call: return (call(script.byte() ?? 0), 0)
        }
    }

    private mutating func deliver(_ datagram: [UInt8]) -> ([RelayEndpoint.Action], Int) {
        lastDatagram = datagram
        return (end.received(datagram: datagram, at: now), datagram.count)
    }

    private mutating func tick() -> [RelayEndpoint.Action] {
        var actions: [RelayEndpoint.Action] = []
        for _ in 0..<4 where end.deadline <= now { actions += end.tick(at: now) }
        precondition(end.deadline > now, "it wants to be woken without end")
        return actions
    }

    private mutating func call(_ choice: UInt8) -> [RelayEndpoint.Action] {
        switch choice % 9 {
        case 0:
            guard handshakeCount < 2 else { return [] }
            handshakeCount += 1
            return end.connected(at: now)
        case 1: return end.closed("the network is gone", at: now)
        case 2: return end.end(.shuttingDown)
        case 3: return end.send(Fixture.packet)
        case 4: return end.send(.status(Status(isMuted: false, canHear: true, canSpeak: true)))
        case 5:
            end.isStreaming.toggle()
            return []
        case 6: return end.tick(at: now)
        case 7:
            _ = (end.usesDatagrams, end.roundTrip, end.clock.hubInstant(for: now))
            return []
        default:
            guard isAsked, var channel = peer else { return [] }
            isAsked = false
            let bytes = Fixture.sure { try channel.accept(psk: inviteIsAsked ? Fixture.psk : nil) }
            peer = channel
            return end.received(bytes, at: now)
        }
    }

    /// The hub was asked by an invited relay.
    private var inviteIsAsked = false

    /// Reads what the end asks, and gives it a hub.
    private mutating func take(_ actions: [RelayEndpoint.Action], inputByteCount: Int) -> Yield {
        var yield = Yield(actionCount: actions.count, inputByteCount: inputByteCount)
        for action in actions {
            switch action {
            case .write(let bytes):
                yield.byteCount += bytes.count
                hear(bytes)
            case .datagram(let bytes): yield.byteCount += bytes.count
            case .store(let pins): precondition(pins.hubKeys.count <= HubPins.hubKeyCountMax)
            case .showCode(let code): precondition(code.utf8.count == 6)
            case .down(let words):
                precondition(!words.isEmpty)
                disconnect()
            case .close: disconnect()
            case .connect, .openMedia, .hideCode, .up, .frame, .media, .uplinkQuality: break
            }
        }
        if end.isUp, sealer == nil, let session = peer?.session {
            sealer = MediaSealer(key: session.mediaKeys.hubToRelay)
        }
        return yield
    }

    /// The hub's channel reads what the relay wrote, as far as the handshake and the greeting go.
    private mutating func hear(_ bytes: [UInt8]) {
        guard session == nil else { return }
        var random = SeededGenerator(seed: 4)
        var channel = peer ?? HubChannel(keys: [Fixture.hubKey], ephemeral: random.privateKey())
        let outputs: [HubChannel.Output]
        do throws(ChannelError) {
            outputs = try channel.receive(bytes)
            peer = channel
        } catch {
            // The relay may have been told to look for another hub.
            precondition(peer == nil, "the relay wrote what its hub cannot read")
            return
        }
        for output in outputs {
            switch output {
            case .asks(let request): (isAsked, inviteIsAsked) = (true, request.pattern == .invited)
            case .text(let text):
                var reader = ControlFrameReader(from: .relay)
                Fixture.sure { try reader.append(text) }
                if case .frame(.hello(let hello))? = Fixture.sure({ try reader.next() }) {
                    session = hello.session
                }
            }
        }
    }

    private mutating func disconnect() { (peer, sealer, session, isAsked) = (nil, nil, nil, false) }

    private mutating func connect() {
        _ = take(end.tick(at: now), inputByteCount: 0)
        _ = take(call(0), inputByteCount: 0)
        handshakeCount = 0
        precondition(isAsked)
    }

    private mutating func answer() {
        _ = take(call(8), inputByteCount: 0)
        precondition(peer?.session != nil)
    }

    private mutating func say(_ frame: ControlFrame) {
        let bytes = Fixture.sure { try peer?.seal(frame.encoded()) } ?? []
        _ = take(end.received(bytes, at: now), inputByteCount: bytes.count)
    }
}
