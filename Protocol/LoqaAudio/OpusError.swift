/// Why a block or a packet could not pass through Opus.
package enum OpusError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A block that is not one packet's worth of samples (320).
    case wrongBlockLength(Int)
    /// The packet claims another duration than 20 ms, in samples at 16 kHz.
    case wrongDuration(samples: Int)
    /// A packet of no bytes, or longer than ``OpusFormat/packetByteCountMax``.
    case wrongPacketLength(Int)
    /// The bytes are no Opus packet.
    case malformedPacket
    /// The library refused for another reason; its own code (`opus_defines.h`).
    case library(Int32)

    package var description: String {
        switch self {
        case .wrongBlockLength(let count):
            "a block has \(count) samples, Opus packets carry \(OpusFormat.blockSampleCount)"
        case .wrongDuration(let samples):
            "an Opus packet holds \(samples) samples, expected \(OpusFormat.blockSampleCount) (20 ms)"
        case .wrongPacketLength(let count):
            "an Opus packet has \(count) bytes, expected 1 to \(OpusFormat.packetByteCountMax)"
        case .malformedPacket: "the bytes are not an Opus packet"
        case .library(let code): "libopus failed with code \(code)"
        }
    }
}

/// What both ends agree on about Opus (RFC 6716): 16 kHz mono, one 20 ms frame in a packet.
package enum OpusFormat {
    /// Samples in one packet: 20 ms at 16 kHz.
    package static let blockSampleCount = 320
    /// The longest packet with one frame (RFC 6716, 3.4, R2: at most 1275 bytes of frame) and its header
    /// byte.
    package static let packetByteCountMax = 1_276

    /// Whether a packet of one 20 ms frame carries a copy of the frame before it (in-band FEC, "LBRR").
    ///
    /// RFC 6716, 3.1: the first byte holds the configuration (below 16 has a SILK layer), stereo and the
    /// frame count code. 4.2.3: the SILK layer begins with one voice activity bit for its frame, then the
    /// LBRR bit.
    package static func hasCopyOfPrevious(_ packet: Span<UInt8>) -> Bool {
        guard packet.count > 1 else { return false }
        let (configuration, stereoAndCode) = (packet[0] >> 3, packet[0] & 7)
        return configuration < 16 && stereoAndCode == 0 && packet[1] & 0x40 != 0
    }
}
