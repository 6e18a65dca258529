import CSodium

/// The key of one epoch and how it opens and seals. Epochs follow each other one way, so an older key cannot be
/// found from a newer one.
struct MediaKey: Sendable {
    private let secret: SecretKey

    init(_ secret: SecretKey) { self.secret = secret }

    /// The key of the epoch after this one's.
    var successor: MediaKey { MediaKey(HKDF.derive(key: secret, input: Array("loqa media next".utf8))) }

    /// Seals `body` behind the eight bytes at `datagram`, which are authenticated and hold the counter.
    @inline(__always)
    func seal(_ body: UnsafeRawBufferPointer, counter: UInt32, into datagram: UnsafeMutableRawPointer) {
        let header = MediaDatagram.headerByteCount
        withUnsafePointer(to: Self.nonce(counter)) { nonce in
            secret.withPointer { key in
                _ = crypto_aead_chacha20poly1305_ietf_encrypt(
                    Self.bytes(datagram + header), nil,
                    Self.bytes(body.baseAddress ?? UnsafeRawPointer(datagram)),
                    UInt64(body.count), Self.bytes(UnsafeRawPointer(datagram)), UInt64(header), nil,
                    UnsafeRawPointer(nonce), key)
            }
        }
    }

    /// Opens a datagram into the start of `body`, which has room; says whether it is authentic.
    ///
    /// - Precondition: the datagram has a header and a tag.
    @inline(__always)
    func open(
        _ datagram: UnsafeRawBufferPointer, counter: UInt32, into body: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard let start = datagram.baseAddress else { return false }
        let header = MediaDatagram.headerByteCount
        return withUnsafePointer(to: Self.nonce(counter)) { nonce in
            secret.withPointer { key in
                crypto_aead_chacha20poly1305_ietf_decrypt(
                    body.baseAddress.map { Self.bytes($0) }, nil, nil, Self.bytes(start + header),
                    UInt64(datagram.count - header), Self.bytes(start), UInt64(header),
                    UnsafeRawPointer(nonce), key) == 0
            }
        }
    }

    /// Eight zero bytes and the counter. Counters of one key are apart, so no nonce comes twice.
    private static func nonce(_ counter: UInt32) -> InlineArray<3, UInt32> { [0, 0, counter.bigEndian] }

    private static func bytes(_ pointer: UnsafeRawPointer) -> UnsafePointer<UInt8> {
        pointer.assumingMemoryBound(to: UInt8.self)
    }

    private static func bytes(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt8> {
        pointer.assumingMemoryBound(to: UInt8.self)
    }
}
