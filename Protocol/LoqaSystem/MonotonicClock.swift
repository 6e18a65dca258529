import CLinux
import Glibc
package import LoqaBase

/// The machine's clock that only goes forward and is not set by anybody, sleep included (CLOCK_BOOTTIME).
///
/// A deadline means time in the house: after a suspended board wakes, its connection is stale, its lease has run out and
/// a kitchen timer is due, and the offset to another machine's clock is what it was. CLOCK_MONOTONIC stands still
/// meanwhile and would hide all of that. It may only be read to compare with itself: never hand an instant to the kernel
/// as an absolute time (condition variables and timers take another clock), but wait for the time that is left, as
/// ``Poller`` does. Such a wait does not count the sleep, so after it the deadline is found passed, late by no more
/// than what was left of the wait.
package enum MonotonicClock {
    /// Nanoseconds since an origin that all processes of this machine share. Any thread.
    package static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The same moment as an instant of the clock that the caller stands for.
    package static func now<Clock>() -> Instant<Clock> { Instant(sinceOrigin: .nanoseconds(nanoseconds)) }
}
