import Glibc

/// How soon the kernel lets this thread run, and the processes that it starts.
enum Scheduling {
    /// - Throws: the reason, as that only root may have real time.
    static func set(_ policy: Int32, priority: Int32) throws {
        var parameters = sched_param(sched_priority: priority)
        guard sched_setscheduler(0, policy, &parameters) == 0 else {
            throw BenchError.unavailable("no real-time scheduling: \(String(cString: strerror(errno)))")
        }
    }
}
