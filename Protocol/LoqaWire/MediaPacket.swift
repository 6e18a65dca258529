package import LoqaBase

/// One datagram of the media plane (UDP): 20 ms of Opus at 16 kHz mono, of one stream.
package struct MediaPacket: Sendable, Equatable {
    package var stream: StreamID
    /// 0 for the stream's first packet, then one more for each.
    package var sequence: UInt32
    /// Samples from the stream's first one to this packet's first one.
    package var timestamp: UInt32
    /// One Opus frame; 1 to 1,000 bytes.
    package var payload: [UInt8]

    package init(stream: StreamID, sequence: UInt32, timestamp: UInt32, payload: [UInt8]) {
        (self.stream, self.sequence, self.timestamp) = (stream, sequence, timestamp)
        self.payload = payload
    }
}
