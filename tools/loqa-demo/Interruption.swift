import Glibc
import Synchronization

/// Whether the user asked to stop (Ctrl-C or a polite kill). Checked between two steps of the wait loop, so that the
/// children are always stopped in order.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    static func watch() {
        for signalNumber in [SIGINT, SIGTERM, SIGHUP] {
            signal(signalNumber) { _ in Interruption.asked.store(true, ordering: .relaxed) }
        }
        signal(SIGPIPE, SIG_IGN)
    }

    static var isAsked: Bool { asked.load(ordering: .relaxed) }
}
