package import LoqaAudio
package import LoqaBase
package import LoqaWire
package import RelayAudio

/// Streams the microphone to the hub: encodes from the pre-roll, so what was said before the stream opened goes first,
/// as fast as it can be encoded (M9), and then each block as it is captured. For the main loop's thread.
package final class Uplink {
    private let encoder: OpusPacketEncoder
    private var open: Open?
    private var block = [Int16](repeating: 0, count: Int(SampleCount.perPacket.value))
    private var packet = [UInt8](repeating: 0, count: OpusFormat.packetByteCountMax)
    /// Packets that could not be encoded. None is expected, ever.
    package private(set) var failedCount = 0

    private struct Open {
        var stream: StreamID
        /// Where the stream begins, and what was sent of it, on the capture clock.
        var start: SampleCount
        var next: SampleCount
        var sequence: UInt32 = 0
    }

    /// - Parameter leavesOutSilence: See ``OpusPacketEncoder``.
    package init(leavesOutSilence: Bool = false) throws(OpusError) {
        encoder = try OpusPacketEncoder(leavesOutSilence: leavesOutSilence)
    }

    /// The stream that is open.
    package var stream: StreamID? { open?.stream }

    /// The hub reported how much of this relay's uplink it lost of late, in permille. Holds for later streams too.
    package func setExpectedLoss(permille: Int) { encoder.setExpectedLoss(permille: permille) }

    /// Opens a stream that begins at a position of the capture clock. One that is open is forgotten.
    package func start(_ stream: StreamID, from position: SampleCount) {
        encoder.reset()
        open = Open(stream: stream, start: position, next: position)
    }

    /// Encodes and sends all whole packets that the pre-roll holds beyond what was sent.
    package func pump(
        _ preRoll: borrowing PreRoll, send: (MediaPacket.Header, Span<UInt8>) -> Void
    ) {
        guard var open else { return }
        while open.next + .perPacket <= preRoll.end, Int(open.sequence) < WireLimits.streamPacketCountMax {
            var room = block.mutableSpan
            _ = preRoll.copy(from: open.next, into: &room)
            let timestamp = UInt32(clamping: open.next.value - open.start.value)
            let header = MediaPacket.Header(
                stream: open.stream, sequence: open.sequence, timestamp: timestamp)
            open.next += .perPacket
            do {
                var bytes = packet.mutableSpan
                let count = try encoder.encode(block.span, into: &bytes)
                guard count > 0 else { continue }  // Silence: the next timestamp tells of it.
                send(header, packet.span.extracting(0..<count))
                open.sequence += 1
            } catch {
                failedCount += 1
            }
        }
        self.open = open
    }

    /// Closes the stream. `nil` if it is not the open one.
    package func end(_ stream: StreamID) -> StreamEnd? {
        guard let open, open.stream == stream else { return nil }
        self.open = nil
        return StreamEnd(stream: stream, packetCount: open.sequence)
    }
}
