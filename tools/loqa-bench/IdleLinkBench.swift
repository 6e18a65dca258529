import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import LoqaWire

/// What the link of an idle relay sends, and what its machines cost, on a made-up clock.
struct IdleLinkBench {
    /// Means over a minute of being up; both directions together.
    struct Result: Codable {
        var recordsPerSecond = 0.0
        var datagramsPerSecond = 0.0
        /// Of records and datagrams, without the headers below them.
        var bytesPerSecond = 0.0
        /// With those of IPv4, UDP and TCP (with its timestamps), and an acknowledgement for each record.
        var bytesPerSecondOnTheNetwork = 0.0
        /// CPU of the relay's and the hub's machine, microseconds for each second of being up.
        var relayMicrosecondsPerSecond = 0.0
        var hubMicrosecondsPerSecond = 0.0
    }

    private static let (udpHeader, tcpHeader) = (28, 52)

    private var relay: RelayEndpoint
    private var hub: HubEndpoint
    private var toHub: [HubInput] = []
    private var toRelay: [RelayInput] = []
    private var clock = Duration.zero
    private var (recordCount, datagramCount, byteCount) = (0, 0, 0)
    private var (relaySeconds, hubSeconds) = (0.0, 0.0)

    private enum HubInput { case bytes([UInt8]), datagram([UInt8]) }
    private enum RelayInput { case bytes([UInt8]), datagram([UInt8]) }

    private init() {
        let keys = (hub: PrivateKey.random(), relay: PrivateKey.random())
        relay = RelayEndpoint(
            RelayEndpoint.Identity(key: keys.relay, name: "bench"),
            pins: HubPins(hubKeys: [keys.hub.publicKey]),
            random: SystemRandomNumberGenerator(), at: .origin)
        hub = HubEndpoint(keys: [keys.hub], random: SystemRandomNumberGenerator(), at: .origin)
    }

    /// Runs both machines against each other, first until the link is up, then for some minutes of their clock.
    static func run(minutes: Int) -> Result {
        var bench = IdleLinkBench()
        bench.advance(by: .seconds(10))
        precondition(bench.relay.usesDatagrams, "the machines have not met")
        (bench.recordCount, bench.datagramCount, bench.byteCount) = (0, 0, 0)
        (bench.relaySeconds, bench.hubSeconds) = (0, 0)
        bench.advance(by: .seconds(60 * minutes))
        let seconds = Double(60 * minutes)
        let headers =
            bench.datagramCount * udpHeader + bench.recordCount * 2 * tcpHeader
        return Result(
            recordsPerSecond: Double(bench.recordCount) / seconds,
            datagramsPerSecond: Double(bench.datagramCount) / seconds,
            bytesPerSecond: Double(bench.byteCount) / seconds,
            bytesPerSecondOnTheNetwork: Double(bench.byteCount + headers) / seconds,
            relayMicrosecondsPerSecond: bench.relaySeconds / seconds * 1e6,
            hubMicrosecondsPerSecond: bench.hubSeconds / seconds * 1e6)
    }

    private mutating func advance(by duration: Duration) {
        let end = clock + duration
        while clock < end {
            let before = Usage.thread
            let actions = relay.tick(at: RelayInstant(sinceOrigin: clock))
            relaySeconds += Usage.thread - before
            perform(actions)
            let then = Usage.thread
            let answers = hub.tick(at: HubInstant(sinceOrigin: clock))
            hubSeconds += Usage.thread - then
            perform(answers)
            deliver()
            clock = max(clock + .milliseconds(1), min(relay.deadline.sinceOrigin, hub.deadline.sinceOrigin))
        }
    }

    private mutating func deliver() {
        while !toHub.isEmpty || !toRelay.isEmpty {
            let now = HubInstant(sinceOrigin: clock)
            for input in taken(&toHub) {
                let before = Usage.thread
                let actions: [HubEndpoint.Action] =
                    switch input {
                    case .bytes(let bytes): hub.received(bytes, at: now)
                    case .datagram(let bytes): hub.received(datagram: bytes.span, at: now).actions
                    }
                hubSeconds += Usage.thread - before
                perform(actions)
            }
            for input in taken(&toRelay) {
                let before = Usage.thread
                let actions: [RelayEndpoint.Action] =
                    switch input {
                    case .bytes(let bytes): relay.received(bytes, at: RelayInstant(sinceOrigin: clock))
                    case .datagram(let bytes):
                        relay.received(datagram: bytes, at: RelayInstant(sinceOrigin: clock))
                    }
                relaySeconds += Usage.thread - before
                perform(actions)
            }
        }
    }

    private func taken<Input>(_ inputs: inout [Input]) -> [Input] {
        defer { inputs = [] }
        return inputs
    }

    private mutating func perform(_ actions: [RelayEndpoint.Action]) {
        for action in actions {
            switch action {
            case .connect: perform(relay.connected(at: RelayInstant(sinceOrigin: clock)))
            case .write(let bytes):
                count(bytes, isDatagram: false)
                toHub.append(.bytes(bytes))
            case .datagram(let bytes):
                count(bytes, isDatagram: true)
                toHub.append(.datagram(bytes))
            default: break
            }
        }
    }

    private mutating func perform(_ actions: [HubEndpoint.Action]) {
        let now = HubInstant(sinceOrigin: clock)
        for action in actions {
            switch action {
            case .ask: perform(hub.accept(at: now))
            case .greeted:
                perform(
                    hub.welcome(
                        Welcome(relay: RelayID(1), mediaPort: 7_580, session: 1, name: "bench", room: "hall"),
                        at: now))
            case .write(let bytes):
                count(bytes, isDatagram: false)
                toRelay.append(.bytes(bytes))
            case .datagram(let bytes):
                count(bytes, isDatagram: true)
                toRelay.append(.datagram(bytes))
            default: break
            }
        }
    }

    private mutating func count(_ bytes: [UInt8], isDatagram: Bool) {
        byteCount += bytes.count
        if isDatagram { datagramCount += 1 } else { recordCount += 1 }
    }
}
