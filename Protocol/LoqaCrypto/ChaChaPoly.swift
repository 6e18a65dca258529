import CSodium

/// ChaCha20-Poly1305 (RFC 8439) with the nonce layout of the Noise specification (12.3): four zero bytes and the
/// number in little-endian order.
enum ChaChaPoly {
    static let tagByteCount = 16

    /// The ciphertext and its tag of 16 bytes.
    static func seal(
        _ plaintext: [UInt8], key: SecretKey, nonce: UInt64, authenticating header: [UInt8]
    ) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: plaintext.count + tagByteCount)
        withUnsafePointer(to: words(of: nonce)) { nonce in
            _ = key.withPointer { key in
                crypto_aead_chacha20poly1305_ietf_encrypt(
                    &sealed, nil, plaintext, UInt64(plaintext.count), header, UInt64(header.count), nil,
                    UnsafeRawPointer(nonce), key)
            }
        }
        return sealed
    }

    /// The plaintext, or nil if one bit of the key, the nonce, the header or the sealed bytes differs.
    ///
    /// - Precondition: `sealed` holds at least a tag.
    static func open(
        _ sealed: [UInt8], key: SecretKey, nonce: UInt64, authenticating header: [UInt8]
    ) -> [UInt8]? {
        precondition(sealed.count >= tagByteCount, "the caller checks the length")
        var plaintext = [UInt8](repeating: 0, count: sealed.count - tagByteCount)
        let status = withUnsafePointer(to: words(of: nonce)) { nonce in
            key.withPointer { key in
                crypto_aead_chacha20poly1305_ietf_decrypt(
                    &plaintext, nil, nil, sealed, UInt64(sealed.count), header, UInt64(header.count),
                    UnsafeRawPointer(nonce), key)
            }
        }
        return status == 0 ? plaintext : nil
    }

    private static func words(of nonce: UInt64) -> InlineArray<3, UInt32> {
        [
            0, UInt32(truncatingIfNeeded: nonce).littleEndian,
            UInt32(truncatingIfNeeded: nonce >> 32).littleEndian,
        ]
    }
}
