import Glibc
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import LoqaWire

/// One relay of the swarm: the link machine of a real one, with sockets, and streams of speech in place of a
/// microphone.
final class SimulatedRelay {
    let name: String
    private(set) var endpoint: RelayEndpoint
    /// Datagrams handed to the kernel, and those that it did not take.
    private(set) var sentCount = 0
    private(set) var unsentCount = 0
    /// Packets of sound sent.
    private(set) var spokenCount = 0
    private(set) var grantCount = 0
    private(set) var denyCount = 0
    private(set) var endedTurnCount = 0
    private(set) var welcomeCount = 0
    /// Why the last connection or attempt ended.
    private(set) var lastReason = ""
    private let sockets: RelaySockets
    private var stream: Stream?
    private var lastStream: UInt32 = 0
    private var descriptors: (control: Int32?, media: Int32?) = (nil, nil)
    private let opened: (Int32, SimulatedRelay) -> Void

    /// A turn's sound on its way up.
    private struct Stream {
        var number: UInt32
        var sequence: UInt32 = 0
        /// The stream's last packet is sent, and the hub has yet to end the turn.
        var isEnded = false
    }

    /// Packets in a turn: less than an endpointer's longest, so that the stream ends as a relay ends it.
    static let turnPacketCount: UInt32 = 690

    /// - Parameter opened: told each new descriptor.
    init(
        _ identity: RelayEndpoint.Identity, pins: HubPins, sockets: RelaySockets,
        opened: @escaping (Int32, SimulatedRelay) -> Void
    ) {
        (name, self.sockets, self.opened) = (identity.name, sockets, opened)
        endpoint = RelayEndpoint(
            identity, pins: pins, random: SystemRandomNumberGenerator(), at: MonotonicClock.now())
    }

    var isUp: Bool { endpoint.isUp }
    var usesDatagrams: Bool { endpoint.usesDatagrams }
    var deadline: RelayInstant { endpoint.deadline }

    func tick(at now: RelayInstant) throws { try perform(endpoint.tick(at: now)) }

    /// Closes at once, as a relay that loses its power.
    func crash() throws {
        sockets.close()
        try perform(endpoint.closed("crashed", at: MonotonicClock.now()))
    }

    /// Sends the next packet of speech, in a turn that is claimed when there is none.
    func speak(_ packets: [[UInt8]], offset: Int) throws {
        guard isUp else { return }
        if stream == nil { try claim() }
        guard var current = stream, !current.isEnded else { return }
        let packet = MediaPacket(
            stream: StreamID(current.number), sequence: current.sequence, timestamp: current.sequence * 320,
            payload: packets[(offset + Int(current.sequence)) % packets.count])
        current.sequence += 1
        if current.sequence == Self.turnPacketCount { current.isEnded = true }
        stream = current
        spokenCount += 1
        try perform(endpoint.send(packet))
        guard current.isEnded else { return }
        let end = StreamEnd(stream: StreamID(current.number), packetCount: current.sequence)
        try perform(endpoint.send(.streamEnd(end)))
    }

    /// Gives the turn up.
    func hush() throws {
        guard let stream else { return }
        endpoint.isStreaming = false
        try perform(endpoint.send(.turnCancel(TurnCancel(turn: TurnID(stream.number), reason: .bargeIn))))
        self.stream = nil
    }

    private func claim() throws {
        lastStream += 1
        stream = Stream(number: lastStream)
        endpoint.isStreaming = true
        let claim = Claim(
            turn: TurnID(lastStream), stream: StreamID(lastStream), cause: .followUp, wakeStart: 0,
            wakeEnd: 0,
            level: DecibelsFullScale(hundredths: -3_000), noiseFloor: DecibelsFullScale(hundredths: -6_000))
        try perform(endpoint.send(.claim(claim)))
    }
}

// MARK: - The sockets

extension SimulatedRelay {
    /// One of the sockets is ready; `buffer` is anybody's.
    func handle(_ descriptor: Int32, _ buffer: inout [UInt8]) throws {
        let now: RelayInstant = MonotonicClock.now()
        if descriptor == sockets.media {
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { return }
                try perform(endpoint.received(datagram: Array(buffer[..<count]), at: now))
            }
        }
        guard descriptor == sockets.control else { return }
        if sockets.isConnecting {
            let code = try sockets.finishConnecting()
            if code != 0 {
                sockets.close()
                return try perform(endpoint.closed("connect: \(code)", at: now))
            }
            return try perform(endpoint.connected(at: now))
        }
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { return try perform(endpoint.received(buffer[..<count], at: now)) }
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        sockets.close()
        try perform(endpoint.closed("the hub closed", at: now))
    }

    private func perform(_ actions: [RelayEndpoint.Action]) throws {
        for action in actions {
            switch action {
            case .connect: opened(try sockets.connect(), self)
            case .write(let bytes): sockets.write(bytes)
            case .close: sockets.close()
            case .openMedia(let port): opened(try sockets.openMedia(port: port), self)
            case .datagram(let bytes):
                if sockets.send(datagram: bytes) { sentCount += 1 } else { unsentCount += 1 }
            case .frame(let frame): receive(frame)
            case .up: welcomeCount += 1
            case .down(let reason): (lastReason, stream, lastStream) = (reason, nil, 0)
            case .store, .showCode, .hideCode, .media, .uplinkQuality: break
            }
        }
    }

    private func receive(_ frame: ControlFrame) {
        switch frame {
        case .grant: grantCount += 1
        case .deny:
            denyCount += 1
            stream = nil
        case .turnEnd:
            endedTurnCount += 1
            stream = nil
        default: break
        }
    }
}
