package import LoqaBase

/// 20 ms of Opus at 16 kHz mono, of one stream: the payload of a `media` frame or datagram.
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

    /// M3: how long the body of a packet may be, header included.
    package static let byteCounts =
        WireLimits.mediaHeaderByteCount + 1...WireLimits.mediaHeaderByteCount
        + WireLimits.mediaPayloadByteCountMax

    /// The packet without its payload.
    package var header: Header { Header(stream: stream, sequence: sequence, timestamp: timestamp) }

    /// The body as bytes to seal.
    ///
    /// - Precondition: the payload has 1 to 1,000 bytes and the header is in range.
    package func encoded() -> [UInt8] {
        precondition((1...WireLimits.mediaPayloadByteCountMax).contains(payload.count))
        var bytes = [UInt8](repeating: 0, count: WireLimits.mediaHeaderByteCount)
        var span = bytes.mutableSpan
        header.write(to: &span)
        return bytes + payload
    }

    /// Decodes the body of an opened datagram. Nothing longer than a packet's payload is allocated.
    ///
    /// - Throws: ``WireError``; the packet is then to be dropped and counted (M2).
    package init(decoding body: Span<UInt8>) throws(WireError) {
        let header = try Header(decoding: body)
        let payload = body.extracting(droppingFirst: WireLimits.mediaHeaderByteCount)
        self.init(
            stream: header.stream, sequence: header.sequence, timestamp: header.timestamp,
            payload: payload.withUnsafeBufferPointer { Array($0) })
    }

    /// The same for an array.
    package init(decoding bytes: [UInt8]) throws(WireError) { try self.init(decoding: bytes.span) }
}

extension MediaPacket: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        stream = try StreamID(from: &reader)
        sequence = try reader.number("sequence", in: Header.sequences)
        timestamp = try reader.number("timestamp", in: Header.timestamps)
        payload = try reader.rest("payload", byteCounts: 1...WireLimits.mediaPayloadByteCountMax)
    }

    func write(to writer: inout PayloadWriter) {
        stream.write(to: &writer)
        writer.number(sequence, in: Header.sequences)
        writer.number(timestamp, in: Header.timestamps)
        writer.bytes(payload, byteCounts: 1...WireLimits.mediaPayloadByteCountMax)
    }
}

extension MediaPacket {
    /// The 12 bytes before a packet's payload. Coding it allocates nothing, so it may be used on any thread.
    package struct Header: Sendable, Equatable {
        /// The sender's stream; never ``StreamID/none``.
        package var stream: StreamID
        /// Packets since the stream's first, in ``sequences``.
        package var sequence: UInt32
        /// Samples since the stream's first, in ``timestamps``.
        package var timestamp: UInt32

        /// M4: sequence numbers of a stream.
        package static let sequences = 0...UInt32(WireLimits.streamPacketCountMax - 1)
        /// M4: timestamps of a stream, in samples.
        package static let timestamps =
            0...sequences.upperBound * UInt32(WireLimits.packetSampleCount)

        package init(stream: StreamID, sequence: UInt32, timestamp: UInt32) {
            (self.stream, self.sequence, self.timestamp) = (stream, sequence, timestamp)
        }

        /// Writes the header into the first 12 bytes of `buffer`; the payload goes behind them.
        ///
        /// - Precondition: `buffer` has 12 bytes or more, and every field is in its range.
        package func write(to buffer: inout MutableSpan<UInt8>) {
            precondition(buffer.count >= WireLimits.mediaHeaderByteCount)
            precondition(stream != .none, "a media packet without a stream")
            precondition(Self.sequences.contains(sequence) && Self.timestamps.contains(timestamp))
            put(stream.value, at: 0, in: &buffer)
            put(sequence, at: 4, in: &buffer)
            put(timestamp, at: 8, in: &buffer)
        }

        /// Reads and checks the header of a whole body; the payload is all bytes after the 12th.
        ///
        /// - Throws: ``WireError``, as for a frame of this kind.
        package init(decoding body: Span<UInt8>) throws(WireError) {
            guard body.count > WireLimits.mediaHeaderByteCount else {
                throw .tooShort(.media, field: "payload", offset: body.count)
            }
            guard body.count <= MediaPacket.byteCounts.upperBound else {
                throw .outOfRange(
                    .media, field: "payload", offset: WireLimits.mediaHeaderByteCount,
                    value: body.count - WireLimits.mediaHeaderByteCount)
            }
            // M4: ranges, so that no arithmetic of a receiver overflows.
            stream = StreamID(try Self.take("stream", at: 0, of: body, in: 1...UInt32.max))
            sequence = try Self.take("sequence", at: 4, of: body, in: Self.sequences)
            timestamp = try Self.take("timestamp", at: 8, of: body, in: Self.timestamps)
        }

        private static func take(
            _ field: String, at offset: Int, of body: Span<UInt8>, in range: ClosedRange<UInt32>
        ) throws(WireError) -> UInt32 {
            var number: UInt32 = 0
            for index in offset..<offset + 4 { number = number << 8 | UInt32(body[index]) }
            guard range.contains(number) else {
                throw .outOfRange(.media, field: field, offset: offset, value: Int(number))
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
