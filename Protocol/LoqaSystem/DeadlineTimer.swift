import CLinux
import Glibc
package import LoqaBase

/// Makes a descriptor readable at an instant of ``MonotonicClock``, to within microseconds (timerfd).
///
/// ``Poller`` alone rounds its waits up to whole milliseconds. For one thread.
package final class DeadlineTimer {
    /// Readable from the deadline on, until it is set again or cleared.
    package let descriptor: Int32

    package init() throws(SystemError) {
        descriptor = loqa_timer()
        guard descriptor >= 0 else { throw SystemError("make a timer") }
    }

    deinit { close(descriptor) }

    /// Sets the deadline, in place of the one before; `nil` for none. One that has passed is due at once.
    package func set<Clock>(_ deadline: Instant<Clock>?) {
        // All zeros would mean no deadline.
        let nanoseconds = deadline.map { max(1, $0.sinceOrigin.nanoseconds) } ?? 0
        _ = loqa_timer_set(descriptor, Int(nanoseconds / 1_000_000_000), Int(nanoseconds % 1_000_000_000))
    }
}
