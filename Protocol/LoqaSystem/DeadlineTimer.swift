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
        descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError("make a timer") }
    }

    deinit { close(descriptor) }

    /// Sets the deadline, in place of the one before; `nil` for none. One that has passed is due at once.
    package func set<Clock>(_ deadline: Instant<Clock>?) {
        var setting = itimerspec()
        if let deadline {
            // All zeros would mean no deadline.
            let nanoseconds = max(1, deadline.sinceOrigin.nanoseconds)
            setting.it_value.tv_sec = time_t(nanoseconds / 1_000_000_000)
            setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
        }
        timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    }
}
