import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire

/// A hub that says what a test tells it to, over a true channel, to a real ``RelayEndpoint``.
struct RawHub {
    var relay: RelayEndpoint
    var channel: HubChannel
    let key: PrivateKey
    /// All that the relay asked of its caller.
    var actions: [RelayEndpoint.Action] = []
    /// What the relay said.
    var frames: [ControlFrame] = []
    var now = RelayInstant.origin
    private var reader = ControlFrameReader(from: .relay)

    /// The relay is connected and its first bytes are here; nothing is answered yet.
    ///
    /// - Parameter isPinned: the relay knows the hub's key; else it wants to be adopted.
    init(isPinned: Bool = true, seed: UInt64 = 5) {
        var random = SeededGenerator(seed: seed)
        key = random.privateKey()
        channel = HubChannel(keys: [key], ephemeral: random.privateKey())
        relay = RelayEndpoint(
            RelayEndpoint.Identity(key: random.privateKey(), name: "relay"),
            pins: HubPins(hubKeys: isPinned ? [key.publicKey] : []), random: random, at: now)
        take(relay.tick(at: now))
        take(relay.connected(at: now))
    }

    var isClosed: Bool { actions.contains(.close) }
    var goodbyes: [Goodbye.Code] {
        frames.compactMap { if case .goodbye(let goodbye) = $0 { goodbye.code } else { nil } }
    }

    /// Lets the relay through the handshake, and up to its first frame.
    mutating func accept() {
        do throws(ChannelError) { give(try channel.accept()) } catch { fatalError("\(error)") }
    }

    mutating func say(_ frames: ControlFrame...) { say(raw: frames.flatMap { $0.encoded() }) }

    mutating func say(raw bytes: [UInt8]) {
        do throws(ChannelError) { give(try channel.seal(bytes)) } catch { fatalError("\(error)") }
    }

    mutating func give(_ bytes: [UInt8]) { take(relay.received(bytes, at: now)) }

    mutating func welcome(session: UInt32 = 9) {
        say(.welcome(Welcome(relay: RelayID(1), mediaPort: 7_580, session: session, name: "n", room: "r")))
    }

    mutating func tick(after wait: Duration) {
        now = now + wait
        take(relay.tick(at: now))
    }

    /// Reads what the relay asks and says.
    mutating func take(_ more: [RelayEndpoint.Action]) {
        actions += more
        for case .write(let bytes) in more {
            do {
                for case .text(let text) in try channel.receive(bytes) {
                    try reader.append(text)
                    while case .frame(let frame)? = try reader.next() { frames.append(frame) }
                }
            } catch {
                fatalError("the relay wrote what a hub cannot read: \(error)")
            }
        }
    }
}
