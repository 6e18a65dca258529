import COpus

/// Turns 20 ms blocks of 16 kHz speech into Opus packets.
///
/// Keeps state between blocks: one encoder for each stream, used by one thread at a time. Memory (about 44
/// kB) is taken at init only. Encoding takes about 0.1 ms of a desktop core.
///
/// Against loss each packet carries, at a lower rate, the block before it as well (in-band FEC, RFC 6716,
/// 2.1.7): ``OpusPacketDecoder/recover(fromNext:into:)`` takes it out. How good that copy is follows
/// ``setExpectedLoss(permille:)``, and so does the rate, so that the copies do not take their bits from the
/// sound.
package final class OpusPacketEncoder {
    private let state: OpaquePointer
    private let bitsPerSecond: Int32
    private var protection: LossProtection
    /// Opus gives packets of one or two bytes for blocks that need not be sent (`opus_encode`).
    private static let unsentByteCountMax = 2

    /// - Parameters:
    ///   - bitsPerSecond: Mean rate without loss, 6,000...128,000; packets vary with the sound (VBR).
    ///   - complexity: 0...10. At 5 an encode costs half of 10; the difference is hard to hear at 24 kbit/s.
    ///   - leavesOutSilence: Whether blocks of silence need not be sent (DTX). After 200 ms of silence Opus
    ///     leaves out all but one block in 400 ms, which refreshes the receiver's comfort noise.
    ///   - expectedLossPermille: Loss to expect before the first ``setExpectedLoss(permille:)``.
    /// - Throws: `.library` if a value is out of range or memory is short.
    package init(
        bitsPerSecond: Int32 = 24_000, complexity: Int32 = 5, leavesOutSilence: Bool = false,
        expectedLossPermille: Int = LossProtection.Tuning.initialPermille
    ) throws(OpusError) {
        var code = OPUS_OK
        guard let state = opus_encoder_create(16_000, 1, OPUS_APPLICATION_VOIP, &code), code == OPUS_OK else {
            throw .library(code)
        }
        protection = LossProtection(permille: expectedLossPermille)
        let codes = [
            loqa_opus_set_bitrate(state, bitsPerSecond), loqa_opus_set_complexity(state, complexity),
            loqa_opus_set_voice(state), loqa_opus_set_dtx(state, leavesOutSilence ? 1 : 0),
            Self.apply(protection, bitsPerSecond, to: state),
        ]
        if let failure = codes.first(where: { $0 != OPUS_OK }) {
            opus_encoder_destroy(state)
            throw .library(failure)
        }
        self.state = state
        self.bitsPerSecond = bitsPerSecond
    }

    deinit { opus_encoder_destroy(state) }

    /// The receiver reported how much of what was sent it lost of late, in permille; see ``LossProtection``.
    /// Cheap: call it for each report.
    package func setExpectedLoss(permille: Int) {
        guard protection.report(permille: permille) else { return }
        let code = Self.apply(protection, bitsPerSecond, to: state)
        precondition(code == OPUS_OK, "Opus refused an expected loss of \(protection.percent) %")
    }

    /// What the encoder expects to be lost, in percent; 0 means that packets carry no copies.
    package var expectedLossPercent: Int { protection.percent }

    /// Encodes one block. Allocates nothing.
    ///
    /// - Parameters:
    ///   - block: Exactly 320 samples.
    ///   - packet: Room for the packet; ``OpusFormat/packetByteCountMax`` bytes always suffice. A smaller
    ///     room lowers the quality rather than failing.
    /// - Returns: Bytes written, or 0 if the block is silence that need not be sent: the next packet then
    ///   takes the next sequence number, and its timestamp tells the receiver what was left out.
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
        return length > Self.unsentByteCountMax ? Int(length) : 0
    }

    /// Encodes one block into a packet of its own; `nil` if it is silence that need not be sent.
    package func encode(_ block: [Int16]) throws(OpusError) -> [UInt8]? {
        var packet = [UInt8](repeating: 0, count: OpusFormat.packetByteCountMax)
        var room = packet.mutableSpan
        let length = try encode(block.span, into: &room)
        guard length > 0 else { return nil }
        packet.removeLast(packet.count - length)
        return packet
    }

    /// Forgets the sound so far: the next block starts a new stream. What is known of the loss stays.
    package func reset() {
        let code = loqa_opus_reset_encoder(state)
        precondition(code == OPUS_OK, "Opus refused to reset an encoder")
    }

    private static func apply(
        _ protection: LossProtection, _ bitsPerSecond: Int32, to state: OpaquePointer
    ) -> Int32 {
        let codes = [
            loqa_opus_set_inband_fec(state, protection.percent > 0 ? 1 : 0),
            loqa_opus_set_expected_loss(state, Int32(protection.percent)),
            // The library's own range ends here; a base of 128,000 has no room to grow.
            loqa_opus_set_bitrate(state, min(protection.bitsPerSecond(bitsPerSecond), 128_000)),
        ]
        return codes.first { $0 != OPUS_OK } ?? OPUS_OK
    }
}
