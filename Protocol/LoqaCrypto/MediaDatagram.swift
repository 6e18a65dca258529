/// The layout of a datagram of the media plane:
///
///     type u8 | session u24 | counter u32 | ciphertext | tag 16
///
/// The first eight bytes are authenticated and readable; all numbers are big-endian.
package enum MediaDatagram {
    /// What a datagram carries.
    package enum Kind: UInt8, Sendable, CaseIterable {
        /// A packet of sound.
        case media = 0x4D
        /// A relay asks whether the way is open, and reports what it sees of it.
        case probe = 0x50
        /// The hub's answer to a probe.
        case probeReply = 0x51
    }

    /// Bytes before and behind the ciphertext.
    package static let headerByteCount = 8
    package static let tagByteCount = 16
    /// Bytes that a datagram is longer than its body.
    package static let overheadByteCount = headerByteCount + tagByteCount
    /// Sessions as the receiver numbers them.
    package static let sessions: ClosedRange<UInt32> = 1...0xFF_FFFF
    /// Counters that a sender may use. At the end it connects again.
    package static let counters: Range<UInt32> = 0..<(1 << 31)
    /// A key serves the counters that are the same without their low bits.
    package static let epochBitCount: UInt32 = 16

    static func epoch(of counter: UInt32) -> UInt32 { counter >> epochBitCount }
}

/// Why a datagram was not sealed or opened. The receiver drops and counts it and answers nothing.
package enum MediaCryptoError: Error, Sendable, Equatable, CaseIterable {
    /// Shorter than its header and tag.
    case tooShort
    /// Its body is longer than the receiver has room for.
    case tooLong
    /// Its first byte is no ``MediaDatagram/Kind``.
    case unknownType
    /// Its counter was accepted before.
    case replayed
    /// Its counter or its key is too far behind to tell.
    case tooOld
    /// Its key is more than one ahead: 65,536 counters or more were lost. Only a new connection helps.
    case epochTooFar
    /// It was changed, or sealed under another key.
    case authenticationFailed
    /// All counters of the connection are used, or one beyond them came; connect again.
    case exhausted

    /// The case's name, as counters spell it.
    package var name: String { "\(self)" }
}
