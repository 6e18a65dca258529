import COpus

/// Turns Opus packets back into 20 ms blocks of 16 kHz mono sound, and fills in for lost ones.
///
/// Keeps state between packets: one decoder for each stream, used by one thread at a time. Memory (about 18
/// kB) is taken at init only. Every packet may come from a stranger; a bad one throws and leaves the state as
/// it was.
package final class OpusPacketDecoder {
    private let state: OpaquePointer

    /// - Throws: `.library` if memory is short.
    package init() throws(OpusError) {
        var code = OPUS_OK
        guard let state = opus_decoder_create(16_000, 1, &code), code == OPUS_OK else { throw .library(code) }
        self.state = state
    }

    deinit { opus_decoder_destroy(state) }

    /// Decodes one packet. Allocates nothing.
    ///
    /// - Parameter block: Exactly 320 samples, all written.
    /// - Throws: `.wrongPacketLength`, `.malformedPacket`, `.wrongDuration`, `.wrongBlockLength`. Call
    ///   ``conceal(into:)`` then, as for a lost packet.
    package func decode(_ packet: Span<UInt8>, into block: inout MutableSpan<Int16>) throws(OpusError) {
        try check(packet)
        let decoded = try packet.withUnsafeBufferPointer { bytes throws(OpusError) in
            try run(bytes.baseAddress, Int32(bytes.count), into: &block)
        }
        guard decoded == OpusFormat.blockSampleCount else { throw .wrongDuration(samples: decoded) }
    }

    /// Decodes one packet into a block of its own.
    package func decode(_ packet: [UInt8]) throws(OpusError) -> [Int16] {
        var block = [Int16](repeating: 0, count: OpusFormat.blockSampleCount)
        var samples = block.mutableSpan
        try decode(packet.span, into: &samples)
        return block
    }

    /// Makes up the block of a lost packet from the sound before it; fades to silence if more are lost in a
    /// row.
    ///
    /// - Parameter block: Exactly 320 samples, all written.
    /// - Throws: `.wrongBlockLength`.
    package func conceal(into block: inout MutableSpan<Int16>) throws(OpusError) {
        _ = try run(nil, 0, into: &block)
    }

    /// Makes up a block of its own for a lost packet.
    package func conceal() throws(OpusError) -> [Int16] {
        var block = [Int16](repeating: 0, count: OpusFormat.blockSampleCount)
        var samples = block.mutableSpan
        try conceal(into: &samples)
        return block
    }

    /// Takes the copy of a lost block out of the packet that follows it (in-band FEC); conceals if it carries
    /// none. Decode that packet itself next. Allocates nothing.
    ///
    /// - Parameters:
    ///   - next: The packet right after the lost one.
    ///   - block: Exactly 320 samples, all written.
    /// - Returns: Whether there was a copy.
    /// - Throws: as ``decode(_:into:)``.
    package func recover(
        fromNext next: Span<UInt8>, into block: inout MutableSpan<Int16>
    ) throws(OpusError) -> Bool {
        try check(next)
        guard OpusFormat.hasCopyOfPrevious(next) else {
            try conceal(into: &block)
            return false
        }
        let decoded = try next.withUnsafeBufferPointer { bytes throws(OpusError) in
            try run(bytes.baseAddress, Int32(bytes.count), isCopy: true, into: &block)
        }
        guard decoded == OpusFormat.blockSampleCount else { throw .wrongDuration(samples: decoded) }
        return true
    }

    /// Recovers a lost block from the packet after it into a block of its own; conceals if it carries no
    /// copy.
    package func recover(fromNext next: [UInt8]) throws(OpusError) -> [Int16] {
        var block = [Int16](repeating: 0, count: OpusFormat.blockSampleCount)
        var samples = block.mutableSpan
        _ = try recover(fromNext: next.span, into: &samples)
        return block
    }

    /// Forgets the sound so far: the next packet starts a new stream.
    package func reset() {
        let code = loqa_opus_reset_decoder(state)
        precondition(code == OPUS_OK, "Opus refused to reset a decoder")
    }

    private func check(_ packet: Span<UInt8>) throws(OpusError) {
        guard (1...OpusFormat.packetByteCountMax).contains(packet.count) else {
            throw .wrongPacketLength(packet.count)
        }
        let claimed = packet.withUnsafeBufferPointer { bytes in
            // An empty packet was refused above, so there is an address.
            bytes.baseAddress.map { opus_packet_get_nb_samples($0, Int32(bytes.count), 16_000) } ?? 0
        }
        guard claimed > 0 else { throw .malformedPacket }
        // Looked at first: the library would write up to 120 ms.
        guard claimed == OpusFormat.blockSampleCount else { throw .wrongDuration(samples: Int(claimed)) }
    }

    private func run(
        _ bytes: UnsafePointer<UInt8>?, _ count: Int32, isCopy: Bool = false,
        into block: inout MutableSpan<Int16>
    ) throws(OpusError) -> Int {
        guard block.count == OpusFormat.blockSampleCount else { throw .wrongBlockLength(block.count) }
        let decoded = block.withUnsafeMutableBufferPointer { samples in
            samples.baseAddress.map {
                opus_decode(state, bytes, count, $0, Int32(samples.count), isCopy ? 1 : 0)
            } ?? OPUS_BAD_ARG
        }
        switch decoded {
        case 0...: return Int(decoded)
        case OPUS_INVALID_PACKET, OPUS_BUFFER_TOO_SMALL: throw .malformedPacket
        default: throw .library(decoded)
        }
    }
}
