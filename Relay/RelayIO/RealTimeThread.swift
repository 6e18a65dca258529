import CALSA
import Glibc
import LoqaSystem

/// A POSIX thread with real-time priority where the system allows it.
final class RealTimeThread: Sendable {
    /// Low among the real-time priorities: above all ordinary work, under the kernel's own threads.
    private static let priority: Int32 = 10

    /// Whether SCHED_FIFO was granted; without it (no CAP_SYS_NICE, RLIMIT_RTPRIO 0) the thread is an ordinary one.
    let isRealTime: Bool
    private let thread: pthread_t

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) { (self.name, self.run) = (name, run) }
    }

    /// Starts `run` on a new thread.
    ///
    /// - Parameter name: Shown by `top -H`; at most 15 bytes.
    /// - Throws: when the system has no room for a thread.
    init(name: String, run: @escaping @Sendable () -> Void) throws(SystemError) {
        precondition(name.utf8.count <= 15, "thread name longer than Linux keeps")
        let body = Unmanaged.passRetained(Body(name: name, run: run))
        var (created, isRealTime) = (Self.create(body.toOpaque(), isRealTime: true), true)
        if created.error != 0 {
            (created, isRealTime) = (Self.create(body.toOpaque(), isRealTime: false), false)
        }
        guard created.error == 0 else {
            body.release()
            throw SystemError("start the thread \(name)", code: created.error)
        }
        (thread, self.isRealTime) = (created.thread, isRealTime)
    }

    /// Waits for the thread to end. Call once.
    func join() { pthread_join(thread, nil) }

    private static func create(
        _ body: UnsafeMutableRawPointer, isRealTime: Bool
    ) -> (thread: pthread_t, error: Int32) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if isRealTime {
            var parameters = sched_param()
            parameters.sched_priority = priority
            pthread_attr_setinheritsched(&attributes, Int32(PTHREAD_EXPLICIT_SCHED))
            pthread_attr_setschedpolicy(&attributes, SCHED_FIFO)
            pthread_attr_setschedparam(&attributes, &parameters)
        }
        var thread = pthread_t()
        let error = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                loqa_name_thread(body.name)
                body.run()
                return nil
            }, body)
        return (thread, error)
    }
}
