import CLinux
import Glibc
package import LoqaBase

/// The machine's clock that only goes forward and is not set by anybody (CLOCK_MONOTONIC).
package enum MonotonicClock {
    /// Nanoseconds since an origin that all processes of this machine share. Any thread.
    package static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The same moment as an instant of the clock that the caller stands for.
    package static func now<Clock>() -> Instant<Clock> { Instant(sinceOrigin: .nanoseconds(nanoseconds)) }
}
