import CSodium

/// libsodium chooses its fastest code for this processor once; a global's initialiser runs once, on any thread.
private let isSodiumReady = sodium_init() >= 0

/// Comes before the first call into libsodium; cheap afterwards.
///
/// - Precondition: libsodium found a source of random bytes. Without one no program may go on.
func prepareSodium() { precondition(isSodiumReady, "libsodium found no source of random bytes") }

/// Says in time that depends on the lengths alone whether two runs of bytes are the same.
package func constantTimeEquals(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    left.count == right.count && sodium_memcmp(Array(left), Array(right), left.count) == 0
}

/// Overwrites an array that held a secret, then empties it. Other copies of the array keep their bytes.
package func wipe(_ secret: inout [UInt8]) {
    sodium_memzero(&secret, secret.count)
    secret.removeAll()
}
