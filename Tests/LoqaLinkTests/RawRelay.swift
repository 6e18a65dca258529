import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire

/// A relay that says what a test tells it to, in any order, over a true channel: it knows the keys but not the rules.
struct RawRelay {
    let hub: HubDouble
    let id: Int
    let key: PrivateKey
    var channel: RelayChannel
    /// What the hub said.
    var frames: [ControlFrame] = []
    /// Why the channel broke.
    var failure: ChannelError?
    private(set) var sealer: MediaSealer?
    private var reader = ControlFrameReader(from: .hub)
    private let adoptionNonce: [UInt8]

    /// Opens a connection and goes through the handshake, as far as the hub lets it.
    init(_ credentials: RelayChannel.Credentials, key: PrivateKey, at hub: HubDouble, seed: UInt64 = 99) {
        var random = SeededGenerator(seed: seed)
        (self.hub, self.key, id) = (hub, key, hub.open())
        channel = RelayChannel(credentials, identity: key, ephemeral: random.privateKey())
        adoptionNonce = random.bytes(16)
        do throws(ChannelError) {
            hub.receive(try channel.start(), on: id)
            listen()
        } catch {
            failure = error
        }
    }

    var isEstablished: Bool { channel.session != nil }
    var actions: [HubEndpoint.Action] { hub.actions(id) }
    /// The hash of the handshake.
    var hash: [UInt8] { channel.session?.hash ?? [] }
    var isClosed: Bool { hub[id].isClosed }
    var goodbyes: [Goodbye.Code] {
        frames.compactMap { if case .goodbye(let goodbye) = $0 { goodbye.code } else { nil } }
    }
    var welcomed: Welcome? {
        frames.compactMap { if case .welcome(let welcome) = $0 { welcome } else { nil } }.last
    }

    mutating func say(_ frames: ControlFrame...) { say(raw: frames.flatMap { $0.encoded() }) }

    /// Bytes of the stream of frames, as they are. Nothing, if the hub did not let this relay through the handshake.
    mutating func say(raw bytes: [UInt8]) {
        guard isEstablished else { return }
        do throws(ChannelError) {
            hub.receive(try channel.seal(bytes), on: id)
            listen()
        } catch {
            failure = error
        }
    }

    /// Reads what the hub sent.
    mutating func listen() {
        let bytes = hub[id].output
        hub[id].output = []
        do {
            for output in try channel.receive(bytes) {
                switch output {
                case .send(let bytes):
                    hub.receive(bytes, on: id)
                    listen()
                case .established: break
                case .text(let text):
                    try reader.append(text)
                    while let arrival = try reader.next() {
                        if case .frame(let frame) = arrival { frames.append(frame) }
                    }
                }
            }
        } catch {
            failure = error as? ChannelError
        }
        if welcomed != nil, sealer == nil, let session = channel.session {
            sealer = MediaSealer(key: session.mediaKeys.relayToHub)
        }
    }

    /// A datagram of this relay, under its next counter.
    mutating func datagram(_ kind: ControlFrame.Kind, _ body: [UInt8]) -> [UInt8] {
        guard let welcomed else { preconditionFailure("no datagram before the welcome") }
        do {
            return try sealer?.seal(type: kind.rawValue, session: welcomed.session, body: body) ?? []
        } catch {
            fatalError("\(error)")
        }
    }

    mutating func commit(to nonce: [UInt8]? = nil) {
        let commitment = Adoption.commitment(hash: hash, nonce: nonce ?? adoptionNonce)
        say(.adoptCommit(AdoptCommit(commitment: commitment, name: "raw", room: "")))
    }

    mutating func reveal(_ nonce: [UInt8]? = nil) {
        say(.adoptReveal(AdoptReveal(nonce: nonce ?? adoptionNonce)))
    }

    mutating func greet(session: UInt32 = 5) { say(.hello(Hello(session: session, name: "raw", room: ""))) }
}

extension HubEndpoint {
    /// ``received(datagram:at:)`` for an array.
    mutating func take(datagram: [UInt8], at now: HubInstant) -> (actions: [Action], isNewest: Bool) {
        received(datagram: datagram.span, at: now)
    }
}
