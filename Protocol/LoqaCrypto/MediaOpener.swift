/// What an authentic datagram turned out to be.
package struct MediaOpened: Sendable, Equatable {
    /// A ``MediaDatagram/Kind``'s number.
    package var type: UInt8
    /// The sender's number of the datagram.
    package var counter: UInt32
    /// Bytes of the body.
    package var byteCount: Int
    /// No higher counter came before, so the datagram's source is where the peer is now.
    package var isNewest: Bool
}

/// Opens the datagrams of one direction of one connection, each at most once.
///
/// It accepts keys one epoch back and one ahead, so lost and reordered datagrams do not break the change. Nothing
/// of its state moves before a datagram proved authentic, so a forged one changes nothing.
package struct MediaOpener: Sendable {
    private var previous: MediaKey?
    private var current: MediaKey
    private var next: MediaKey
    private var epoch: UInt32 = 0
    private var window = ReplayWindow()

    /// - Precondition: the key has 32 bytes.
    package init(key: [UInt8]) { self.init(key: SecretKey(key)) }

    package init(key: SecretKey) {
        current = MediaKey(key)
        next = current.successor
    }

    /// The highest counter of an authentic datagram, nil before the first.
    package var highestCounter: UInt32? { window.highest }

    /// The session that a datagram claims, to find its opener by; nil if it is shorter than a header. Proves nothing.
    package static func session(of datagram: Span<UInt8>) -> UInt32? {
        guard datagram.count >= MediaDatagram.headerByteCount else { return nil }
        return UInt32(datagram[1]) << 16 | UInt32(datagram[2]) << 8 | UInt32(datagram[3])
    }

    /// The same for an array.
    package static func session(of datagram: [UInt8]) -> UInt32? { session(of: datagram.span) }

    /// Opens a datagram into the start of `body`. Allocates nothing but at the change of a key. After an error the
    /// content of `body` is undefined but holds nothing of the datagram's plaintext.
    ///
    /// - Throws: every ``MediaCryptoError``; replayed and too old counters are refused before decryption.
    package mutating func open(
        _ datagram: Span<UInt8>, into body: inout MutableSpan<UInt8>
    ) throws(MediaCryptoError) -> MediaOpened {
        let byteCount = datagram.count - MediaDatagram.overheadByteCount
        guard byteCount >= 0 else { throw .tooShort }
        guard byteCount <= body.count else { throw .tooLong }
        let type = datagram[0]
        guard MediaDatagram.Kind(rawValue: type) != nil else { throw .unknownType }
        let counter = Self.counter(of: datagram)
        let key = try key(for: counter)
        let isAuthentic = datagram.withUnsafeBytes { datagram in
            body.withUnsafeMutableBytes { body in
                key.open(datagram, counter: counter, into: body)
            }
        }
        guard isAuthentic else { throw .authenticationFailed }
        let isNewest = window.highest.map { counter > $0 } ?? true
        window.accept(counter)
        if MediaDatagram.epoch(of: counter) > epoch { moveOn() }
        return MediaOpened(type: type, counter: counter, byteCount: byteCount, isNewest: isNewest)
    }

    /// Opens a datagram into an array.
    ///
    /// - Throws: every ``MediaCryptoError`` but `tooLong`.
    package mutating func open(
        _ datagram: [UInt8]
    ) throws(MediaCryptoError) -> (opened: MediaOpened, body: [UInt8]) {
        var body = [UInt8](repeating: 0, count: max(0, datagram.count - MediaDatagram.overheadByteCount))
        var span = body.mutableSpan
        let opened = try open(datagram.span, into: &span)
        return (opened, body)
    }

    /// The key of a counter that may be opened.
    private func key(for counter: UInt32) throws(MediaCryptoError) -> MediaKey {
        guard MediaDatagram.counters.contains(counter) else { throw .exhausted }
        switch window.check(counter) {
        case .replayed: throw .replayed
        case .tooOld: throw .tooOld
        case .fresh: break
        }
        let itsEpoch = MediaDatagram.epoch(of: counter)
        if itsEpoch == epoch { return current }
        if itsEpoch == epoch + 1 { return next }
        guard itsEpoch < epoch else { throw .epochTooFar }
        guard itsEpoch + 1 == epoch, let previous else { throw .tooOld }
        return previous
    }

    private mutating func moveOn() {
        (previous, current) = (current, next)
        next = current.successor
        epoch += 1
    }

    private static func counter(of datagram: Span<UInt8>) -> UInt32 {
        (4..<8).reduce(0) { $0 << 8 | UInt32(datagram[$1]) }
    }
}
