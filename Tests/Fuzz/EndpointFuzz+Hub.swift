import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire

/// The hub's end, and a relay that has its keys but no manners.
struct FuzzedHub: Fuzzed {
    private var end: HubEndpoint
    private var peer: RelayChannel
    private var sealer: MediaSealer?
    private var now = HubInstant.origin
    private var request: HubChannel.Request?
    private var lastDatagram: [UInt8] = []

    private init(_ credentials: RelayChannel.Credentials) {
        var random = SeededGenerator(seed: 1)
        end = HubEndpoint(keys: [Fixture.hubKey], random: random, at: now)
        peer = RelayChannel(credentials, identity: Fixture.relayKey, ephemeral: random.privateKey())
    }

    /// From a connection without a byte to a link that is up: eight.
    static func stages() -> [FuzzedHub] {
        var invited = FuzzedHub(.invited(Fixture.token))
        let fresh = invited
        invited.connect()
        let asked = invited
        invited.accept()
        let accepted = invited
        invited.say(.hello(Fixture.hello))
        var up = invited
        up.welcome()
        var stranger = FuzzedHub(.adoption)
        stranger.connect()
        stranger.accept()
        let proved = stranger
        let hash = stranger.peer.session?.hash ?? []
        let commitment = Adoption.commitment(hash: hash, nonce: Fixture.relayNonce)
        stranger.say(.adoptCommit(AdoptCommit(commitment: commitment, name: "raw", room: "")))
        let committed = stranger
        stranger.say(.adoptReveal(AdoptReveal(nonce: Fixture.relayNonce)))
        precondition(up.end.isUp && !stranger.end.isClosed && !stranger.end.isUnproved)
        return [fresh, asked, accepted, invited, proved, committed, stranger, up]
    }

    mutating func perform(_ step: Step, _ script: inout Script) -> Yield {
        let wasClosed = end.isClosed
        let (actions, count) = actions(for: step, &script)
        precondition(!wasClosed || step == .call || actions.isEmpty, "a closed end acts")
        return take(actions, inputByteCount: count)
    }

    private mutating func actions(for step: Step, _ script: inout Script) -> ([HubEndpoint.Action], Int) {
        switch step {
        case .sealed:
            let text = script.bytes()
            guard peer.session != nil else { return ([], 0) }
            return (end.received(Fixture.sure { try peer.seal(text) }, at: now), text.count)
        case .raw:
            let bytes = script.bytes()
            return (end.received(bytes, at: now), bytes.count)
        case .wait:
            now = now + .microseconds(1 << Int64((script.byte() ?? 0) % 40))
            return (tick(), 0)
        case .datagram:
            let (type, body) = (script.byte() ?? 0, script.bytes())
            guard sealer != nil, MediaDatagram.Kind(rawValue: type) != nil else { return ([], 0) }
            let sealed = Fixture.sure {
                try sealer?.seal(type: type, session: Fixture.welcome.session, body: body)
            }
            return deliver(sealed ?? [])
        case .rawDatagram: return deliver(script.bytes())
        case .replay:
            var datagram = lastDatagram
            let mask = script.byte() ?? 0
            if !datagram.isEmpty { datagram[Int(mask) % datagram.count] ^= mask }
            return deliver(datagram)
        case .call: return (call(script.byte() ?? 0), 0)
        }
    }

    private mutating func deliver(_ datagram: [UInt8]) -> ([HubEndpoint.Action], Int) {
        lastDatagram = datagram
        return (end.received(datagram: datagram.span, at: now).actions, datagram.count)
    }

    private mutating func tick() -> [HubEndpoint.Action] {
        var actions: [HubEndpoint.Action] = []
        for _ in 0..<4 where !end.isClosed && end.deadline <= now { actions += end.tick(at: now) }
        precondition(end.isClosed || end.deadline > now, "it wants to be woken without end")
        return actions
    }

    private mutating func call(_ choice: UInt8) -> [HubEndpoint.Action] {
        switch choice % 10 {
        case 0: return end.accept(psk: request?.pattern == .invited ? Fixture.psk : nil, at: now)
        case 1: return end.refuse(.busy)
        case 2: return end.welcome(Fixture.welcome, at: now)
        case 3: return end.adopt(name: "n", room: "r", at: now)
        case 4: return end.part(Goodbye(code: .shuttingDown, text: "the hub stops"))
        case 5:
            end.closed()
            return []
        case 6: return end.send(Fixture.packet, at: now)
        case 7: return end.send(.ringStop(RingStop(ring: RingID(1))))
        case 8:
            _ = (end.keyEpochs, end.datagramsSent, end.session, end.usesDatagrams(at: now))
            return []
        default: return end.send(.hubKey(HubKey(key: Fixture.hubKey.publicKey.bytes)))
        }
    }

    /// Reads what the end asks, and gives its relay what it needs to get through the handshake.
    private mutating func take(_ actions: [HubEndpoint.Action], inputByteCount: Int) -> Yield {
        var yield = Yield(actionCount: actions.count, inputByteCount: inputByteCount)
        for action in actions {
            switch action {
            case .write(let bytes):
                yield.byteCount += bytes.count
                if peer.session == nil, request != nil { answer(bytes) }
            case .datagram(let bytes): yield.byteCount += bytes.count
            case .ask(let request): self.request = request
            case .fault(let words): precondition(!words.isEmpty)
            case .close, .proved, .pending, .greeted, .frame, .media, .report, .keyStored: break
            }
        }
        if end.isUp, sealer == nil, let session = peer.session {
            sealer = MediaSealer(key: session.mediaKeys.relayToHub)
        }
        return yield
    }

    /// The relay's channel reads what the hub wrote in the handshake.
    private mutating func answer(_ bytes: [UInt8]) {
        var channel = peer
        do throws(ChannelError) {
            let outputs = try channel.receive(bytes)
            peer = channel
            for case .send(let last) in outputs {
                _ = take(end.received(last, at: now), inputByteCount: last.count)
            }
        } catch {
            // A refusal, or an answer to somebody else.
        }
    }

    private mutating func connect() {
        let first = Fixture.sure { try peer.start() }
        _ = take(end.received(first, at: now), inputByteCount: first.count)
        precondition(request != nil)
    }

    private mutating func accept() {
        _ = take(call(0), inputByteCount: 0)
        precondition(peer.session != nil)
    }

    private mutating func say(_ frame: ControlFrame) {
        let bytes = Fixture.sure { try peer.seal(frame.encoded()) }
        _ = take(end.received(bytes, at: now), inputByteCount: bytes.count)
    }

    private mutating func welcome() { _ = take(call(2), inputByteCount: 0) }
}
