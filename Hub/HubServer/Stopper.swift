import Synchronization

/// Says to work on another thread that its result is no longer wanted.
final class Stopper: Sendable {
    private let isStopped = Atomic<Bool>(false)

    /// Whether the work is still wanted. Any thread.
    var isWanted: Bool { !isStopped.load(ordering: .relaxed) }

    /// Any thread, once or often.
    func stop() { isStopped.store(true, ordering: .relaxed) }
}
