/// Seals the datagrams of one direction of one connection. No counter is used twice, and the key is replaced by its
/// successor after each 65,536 datagrams.
///
/// A value, but one must not seal with two copies of it: both would use the same counters under the same key.
package struct MediaSealer: Sendable {
    private var key: MediaKey
    /// The counter of the next datagram; ``MediaDatagram/counters`` less what was used.
    package private(set) var counter: UInt32 = 0

    /// - Precondition: the key has 32 bytes.
    package init(key: [UInt8]) { self.init(key: SecretKey(key)) }

    package init(key: SecretKey) { self.key = MediaKey(key) }

    /// Starts late, for tests of the end of an epoch and of all counters.
    init(key: SecretKey, counter: UInt32) {
        self.init(key: key)
        for _ in 0..<MediaDatagram.epoch(of: counter) { self.key = self.key.successor }
        self.counter = counter
    }

    /// Writes the datagram to the start of `datagram` and returns its length. Allocates nothing but at the change of
    /// a key.
    ///
    /// - Parameters:
    ///   - type: a ``MediaDatagram/Kind``'s number.
    ///   - session: as the receiver numbers it.
    /// - Throws: `exhausted`.
    /// - Precondition: the session is in range; `datagram` has room for the body and
    ///   ``MediaDatagram/overheadByteCount``.
    package mutating func seal(
        type: UInt8, session: UInt32, body: Span<UInt8>, into datagram: inout MutableSpan<UInt8>
    ) throws(MediaCryptoError) -> Int {
        precondition(MediaDatagram.sessions.contains(session), "a session is 1...16,777,215")
        let byteCount = body.count + MediaDatagram.overheadByteCount
        precondition(datagram.count >= byteCount, "no room for the datagram")
        guard MediaDatagram.counters.contains(counter) else { throw .exhausted }
        body.withUnsafeBytes { body in
            datagram.withUnsafeMutableBytes { datagram in
                guard let start = datagram.baseAddress else { return }
                start.storeBytes(of: (UInt32(type) << 24 | session).bigEndian, as: UInt32.self)
                start.storeBytes(of: counter.bigEndian, toByteOffset: 4, as: UInt32.self)
                key.seal(body, counter: counter, into: start)
            }
        }
        let epoch = MediaDatagram.epoch(of: counter)
        counter += 1
        if MediaDatagram.epoch(of: counter) != epoch { key = key.successor }
        return byteCount
    }

    /// The datagram as an array.
    ///
    /// - Throws: `exhausted`.
    /// - Precondition: the session is in range.
    package mutating func seal(
        type: UInt8, session: UInt32, body: [UInt8]
    ) throws(MediaCryptoError) -> [UInt8] {
        var datagram = [UInt8](repeating: 0, count: body.count + MediaDatagram.overheadByteCount)
        var span = datagram.mutableSpan
        _ = try seal(type: type, session: session, body: body.span, into: &span)
        return datagram
    }
}
