package import LoqaBase

/// One datagram of the media plane (UDP): 20 ms of Opus at 16 kHz mono, of one stream.
package struct MediaPacket: Sendable, Equatable {
    /// The sender's stream; never ``StreamID/none``.
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

    /// M1: how long a packet may be, header included.
    package static let byteCounts =
        WireLimits.mediaHeaderByteCount + 1...WireLimits.mediaHeaderByteCount
        + WireLimits.mediaPayloadByteCountMax

    /// The packet without its payload.
    package var header: Header { Header(stream: stream, sequence: sequence, timestamp: timestamp) }

    /// The packet as bytes to send.
    ///
    /// - Precondition: the payload has 1 to 1,000 bytes and the header is in range.
    package func encoded() -> [UInt8] {
        precondition((1...WireLimits.mediaPayloadByteCountMax).contains(payload.count))
        var bytes = [UInt8](repeating: 0, count: WireLimits.mediaHeaderByteCount)
        var span = bytes.mutableSpan
        header.write(to: &span)
        return bytes + payload
    }

    /// Decodes a received datagram. Nothing longer than a packet's payload is allocated.
    ///
    /// - Throws: one of the `media...` errors; the packet is then to be dropped and counted (M2).
    package init(decoding bytes: [UInt8]) throws(WireError) {
        let header = try Header(decoding: bytes.span)
        self.init(
            stream: header.stream, sequence: header.sequence, timestamp: header.timestamp,
            payload: Array(bytes[WireLimits.mediaHeaderByteCount...]))
    }
}

extension MediaPacket {
    /// The 16 bytes before a packet's payload. Coding it allocates nothing, so it may be used on any thread.
    package struct Header: Sendable, Equatable {
        /// The sender's stream; never ``StreamID/none``.
        package var stream: StreamID
        /// Packets since the stream's first, in ``sequences``.
        package var sequence: UInt32
        /// Samples since the stream's first, in ``timestamps``.
        package var timestamp: UInt32

        /// M1: the first byte of every packet of this layout, an "L". Another layout takes another number.
        package static let type: UInt8 = 0x4C
        /// M4: sequence numbers of a stream.
        package static let sequences = 0...UInt32(WireLimits.streamPacketCountMax - 1)
        /// M4: timestamps of a stream, in samples.
        package static let timestamps =
            0...sequences.upperBound * UInt32(WireLimits.packetSampleCount)

        package init(stream: StreamID, sequence: UInt32, timestamp: UInt32) {
            (self.stream, self.sequence, self.timestamp) = (stream, sequence, timestamp)
        }

        /// Writes the header into the first 16 bytes of `buffer`; the payload goes behind them.
        ///
        /// - Precondition: `buffer` has 16 bytes or more, and every field is in its range.
        package func write(to buffer: inout MutableSpan<UInt8>) {
            precondition(buffer.count >= WireLimits.mediaHeaderByteCount)
            precondition(stream != .none, "a media packet without a stream")
            precondition(Self.sequences.contains(sequence) && Self.timestamps.contains(timestamp))
            buffer[0] = Self.type
            for offset in 1..<4 { buffer[offset] = 0 }  // M2: reserved.
            put(stream.value, at: 4, in: &buffer)
            put(sequence, at: 8, in: &buffer)
            put(timestamp, at: 12, in: &buffer)
        }

        /// Reads and checks the header of a whole received datagram; the payload is all bytes after the 16th.
        ///
        /// - Throws: one of the `media...` errors.
        package init(decoding packet: Span<UInt8>) throws(WireError) {
            // M1: header and 1 to 1,000 bytes of payload.
            guard MediaPacket.byteCounts.contains(packet.count) else { throw .mediaByteCount(packet.count) }
            guard packet[0] == Self.type else { throw .mediaType(packet[0]) }
            for offset in 1..<4 where packet[offset] != 0 {  // M2: reserved.
                throw .mediaReserved(offset: offset)
            }
            // M4: ranges, so that no arithmetic of a receiver overflows.
            stream = StreamID(try Self.take("stream", at: 4, of: packet, in: 1...UInt32.max))
            sequence = try Self.take("sequence", at: 8, of: packet, in: Self.sequences)
            timestamp = try Self.take("timestamp", at: 12, of: packet, in: Self.timestamps)
        }

        private static func take(
            _ field: String, at offset: Int, of packet: Span<UInt8>, in range: ClosedRange<UInt32>
        ) throws(WireError) -> UInt32 {
            var number: UInt32 = 0
            for index in offset..<offset + 4 { number = number << 8 | UInt32(packet[index]) }
            guard range.contains(number) else {
                throw .mediaOutOfRange(field: field, offset: offset, value: Int(number))
            }
            return number
        }

        private func put(_ number: UInt32, at offset: Int, in buffer: inout MutableSpan<UInt8>) {
            for index in 0..<4 {
                buffer[offset + index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index))
            }
        }
    }
}
