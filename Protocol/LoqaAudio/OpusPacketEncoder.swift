import COpus

/// Turns 20 ms blocks of 16 kHz speech into Opus packets.
///
/// Keeps state between blocks: one encoder for each stream, used by one thread at a time. Memory (about 44 kB)
/// is taken at init only. Encoding takes about 0.1 ms of a desktop core.
package final class OpusPacketEncoder {
    private let state: OpaquePointer

    /// - Parameters:
    ///   - bitsPerSecond: Mean rate, 6,000...128,000; packets vary with the sound (VBR).
    ///   - complexity: 0...10. At 5 an encode costs half of 10; the difference is hard to hear at 24 kbit/s.
    /// - Throws: `.library` if a value is out of range or memory is short.
    package init(bitsPerSecond: Int32 = 24_000, complexity: Int32 = 5) throws(OpusError) {
        var code = OPUS_OK
        guard let state = opus_encoder_create(16_000, 1, OPUS_APPLICATION_VOIP, &code), code == OPUS_OK else {
            throw .library(code)
        }
        let codes = [
            loqa_opus_set_bitrate(state, bitsPerSecond), loqa_opus_set_complexity(state, complexity),
            loqa_opus_set_voice(state),
        ]
        if let failure = codes.first(where: { $0 != OPUS_OK }) {
            opus_encoder_destroy(state)
            throw .library(failure)
        }
        self.state = state
    }

    deinit { opus_encoder_destroy(state) }

    /// Encodes one block. Allocates nothing.
    ///
    /// - Parameters:
    ///   - block: Exactly 320 samples.
    ///   - packet: Room for the packet; ``OpusFormat/packetByteCountMax`` bytes always suffice. A smaller room
    ///     lowers the quality rather than failing.
    /// - Returns: Bytes written, at least 1.
    /// - Throws: `.wrongBlockLength`, `.wrongPacketLength` if there is no room at all.
    package func encode(_ block: Span<Int16>, into packet: inout MutableSpan<UInt8>) throws(OpusError) -> Int
    {
        guard block.count == OpusFormat.blockSampleCount else { throw .wrongBlockLength(block.count) }
        guard !packet.isEmpty else { throw .wrongPacketLength(0) }
        let room = Int32(min(packet.count, OpusFormat.packetByteCountMax))
        let length = block.withUnsafeBufferPointer { samples in
            packet.withUnsafeMutableBufferPointer { bytes in
                guard let from = samples.baseAddress, let to = bytes.baseAddress else { return OPUS_BAD_ARG }
                return opus_encode(state, from, Int32(samples.count), to, room)
            }
        }
        guard length > 0 else { throw .library(length) }
        return Int(length)
    }

    /// Encodes one block into a packet of its own.
    package func encode(_ block: [Int16]) throws(OpusError) -> [UInt8] {
        var packet = [UInt8](repeating: 0, count: OpusFormat.packetByteCountMax)
        var room = packet.mutableSpan
        let length = try encode(block.span, into: &room)
        packet.removeLast(packet.count - length)
        return packet
    }

    /// Forgets the sound so far: the next block starts a new stream.
    package func reset() {
        let code = loqa_opus_reset_encoder(state)
        precondition(code == OPUS_OK, "Opus refused to reset an encoder")
    }
}
