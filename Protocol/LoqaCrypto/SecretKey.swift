import CSodium

/// 32 secret bytes in one place of memory, overwritten when nobody needs them any more.
///
/// Copies share the place, so a value that holds keys can be copied without scattering them. It shows its bytes
/// neither as text nor to reflection and cannot be encoded. Immutable, so safe to share between threads.
package final class SecretKey: @unchecked Sendable {
    /// Bytes of every secret key.
    package static let byteCount = 32

    private let bytes: UnsafeMutablePointer<UInt8>

    /// - Precondition: there are 32 bytes.
    package convenience init(_ bytes: some Collection<UInt8>) {
        precondition(bytes.count == Self.byteCount, "a key has 32 bytes")
        self.init { pointer in
            _ = UnsafeMutableBufferPointer(start: pointer, count: Self.byteCount).update(
                fromContentsOf: bytes)
        }
    }

    /// A key whose 32 bytes, zero at first, `fill` writes.
    init(_ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        prepareSodium()
        bytes = .allocate(capacity: Self.byteCount)
        bytes.initialize(repeating: 0, count: Self.byteCount)
        fill(bytes)
    }

    deinit {
        sodium_memzero(bytes, Self.byteCount)
        bytes.deallocate()
    }

    /// Lends the bytes to libsodium, and lives at least that long.
    @inline(__always)
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        withExtendedLifetime(self) { body(UnsafePointer(bytes)) }
    }

    /// Lends the bytes. They must not be kept beyond the call.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: bytes, count: Self.byteCount))
    }

    /// A copy that the caller wipes.
    func copyOfBytes() -> [UInt8] { withBytes { Array($0) } }
}

extension SecretKey: Equatable {
    /// Compares in constant time.
    package static func == (left: SecretKey, right: SecretKey) -> Bool {
        sodium_memcmp(left.bytes, right.bytes, byteCount) == 0
    }
}

extension SecretKey: CustomStringConvertible, CustomReflectable {
    /// Says that there is a secret, not which.
    package var description: String { "(secret)" }
    /// Nothing.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
