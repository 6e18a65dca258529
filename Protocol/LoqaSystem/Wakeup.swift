import CLinux
import Glibc

/// Lets one thread wake another that waits in a ``Poller`` (eventfd). ``signal()`` neither blocks, locks nor allocates.
package final class Wakeup: Sendable {
    /// Readable when somebody signalled.
    package let descriptor: Int32

    package init() throws(SystemError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError("wake between threads") }
    }

    deinit { close(descriptor) }

    /// Wakes the waiting thread. Any thread, the real-time ones included.
    package func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Takes back all signals so far. The waiting thread.
    package func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
