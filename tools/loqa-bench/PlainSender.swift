import Glibc
import LoqaBase
import LoqaCrypto
import LoqaSystem
import LoqaWire

/// Sends the hub's datagrams to the plain receiver: of the same length, at the same pace, each stream from a socket
/// of its own. Sealed as the protocol says, or with the body in clear and zeros for the tag.
struct PlainSender {
    private(set) var sentCount = 0
    private var streams: [Stream]
    private let packets: [[UInt8]]
    private let isSealed: Bool

    private struct Stream {
        var sockets: RelaySockets
        var sealer: MediaSealer
        var sequence: UInt32 = 0
    }

    init(port: UInt16, streamCount: Int, packets: [[UInt8]], isSealed: Bool) throws {
        (self.packets, self.isSealed) = (packets, isSealed)
        let poller = try Poller()
        streams = try (0..<streamCount).map { index in
            let sockets = RelaySockets(
                poller: poller, source: Figures.loopbackAddress(of: index), hubPort: port)
            _ = try sockets.openMedia(port: port)
            return Stream(sockets: sockets, sealer: MediaSealer(key: Self.key(index)))
        }
    }

    /// The key of a stream, as receive.c knows it.
    private static func key(_ index: Int) -> [UInt8] { [UInt8](repeating: UInt8(index & 0xFF), count: 32) }

    /// As ``Swarm/speak(_:speed:for:)``.
    mutating func send(speed: Double, for duration: Duration) throws {
        let rate = Double(streams.count) * Figures.packetsPerSecond * speed
        let start: RelayInstant = MonotonicClock.now()
        var count = 0
        while true {
            let elapsed = (MonotonicClock.now() as RelayInstant) - start
            guard elapsed < duration else { return }
            let due = min(Figures.due(after: elapsed.seconds, rate: rate), count + Int(rate / 100))
            while count < due {
                try send(count % streams.count)
                count += 1
            }
            poll(nil, 0, 1)
        }
    }

    private mutating func send(_ index: Int) throws {
        let sequence = streams[index].sequence
        streams[index].sequence = (sequence + 1) % UInt32(WireLimits.streamPacketCountMax)
        let body = MediaPacket(
            stream: StreamID(1), sequence: sequence, timestamp: sequence * 320,
            payload: packets[(index * 37 + Int(sequence)) % packets.count]
        ).encoded()
        // Session 0 is none.
        let session = UInt32(index + 1)
        let datagram: [UInt8]
        if isSealed {
            datagram = try streams[index].sealer.seal(type: 0x4D, session: session, body: body)
        } else {
            let header = [
                0x4D, UInt8(session >> 16), UInt8(session >> 8 & 0xFF), UInt8(session & 0xFF), 0, 0, 0, 0,
            ]
            datagram = header + body + [UInt8](repeating: 0, count: WireLimits.datagramTagByteCount)
        }
        if streams[index].sockets.send(datagram: datagram) { sentCount += 1 }
    }
}
