package import LoqaBase
package import LoqaWire

/// Media packets that overtook the control frame which opens their stream (M7): UDP does not wait for TCP.
///
/// Holds packets of one stream, the newest; bounded in number and time. A pure value.
package struct EarlyPackets<Clock>: Sendable {
    private var packets: [MediaPacket] = []
    private var firstArrival = Instant<Clock>.origin
    /// Packets that were dropped because they waited too long, were too many, or belonged to an older stream.
    package private(set) var droppedCount = 0

    package init() {}

    /// Keeps a packet of a stream that is not open.
    package mutating func keep(_ packet: MediaPacket, at now: Instant<Clock>) {
        dropStale(at: now)
        if let held = packets.first, held.stream != packet.stream {
            guard packet.stream.value > held.stream.value else {
                droppedCount += 1
                return
            }
            droppedCount += packets.count
            packets = []
        }
        guard packets.count < WireLimits.earlyPacketCountMax else {
            droppedCount += 1
            return
        }
        if packets.isEmpty { firstArrival = now }
        packets.append(packet)
    }

    /// The stream was opened: hands its packets over, in the order they came.
    package mutating func take(_ stream: StreamID, at now: Instant<Clock>) -> [MediaPacket] {
        dropStale(at: now)
        guard packets.first?.stream == stream else { return [] }
        defer { packets = [] }
        return packets
    }

    /// The connection is gone.
    package mutating func forget() { packets = [] }

    private mutating func dropStale(at now: Instant<Clock>) {
        guard !packets.isEmpty, now - firstArrival > WireLimits.earlyPacketDeadline else { return }
        droppedCount += packets.count
        packets = []
    }
}
