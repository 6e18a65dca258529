import CLinux
import Glibc

/// Waits for any of a few descriptors to be ready, up to a deadline (epoll). For one thread.
package final class Poller {
    /// What a descriptor is ready for.
    package struct Readiness: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let readable = Readiness(rawValue: 1)
        package static let writable = Readiness(rawValue: 2)
    }

    private static let eventCountMax = 16
    private let descriptor: Int32
    private var events = Array(repeating: epoll_event(), count: eventCountMax)

    package init() throws(SystemError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError("wait for events") }
    }

    deinit { close(descriptor) }

    /// Watches a descriptor, or changes what it is watched for. A closed descriptor is forgotten by itself.
    package func watch(_ watched: Int32, for readiness: Readiness) throws(SystemError) {
        var event = epoll_event()
        event.data.fd = watched
        if readiness.contains(.readable) { event.events |= EPOLLIN.rawValue }
        if readiness.contains(.writable) { event.events |= EPOLLOUT.rawValue }
        if epoll_ctl(descriptor, EPOLL_CTL_MOD, watched, &event) == 0 { return }
        guard errno == ENOENT, epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0 else {
            throw SystemError("watch descriptor \(watched)")
        }
    }

    /// Stops watching a descriptor. One that is not watched is fine.
    package func forget(_ watched: Int32) { epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil) }

    /// Waits until a descriptor is ready or the time has passed, and hands over what is ready: at most 16.
    ///
    /// An error or a hang-up counts as readable and writable: the next call on the descriptor tells which.
    package func wait(atMost patience: Duration, _ body: (Int32, Readiness) -> Void) throws(SystemError) {
        let (seconds, attoseconds) = patience.components
        let milliseconds =
            max(0, min(seconds, 3_600)) * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let count = epoll_wait(descriptor, &events, Int32(Self.eventCountMax), Int32(max(0, milliseconds)))
        guard count >= 0 else {
            if errno == EINTR { return }
            throw SystemError("wait for events")
        }
        for index in 0..<Int(count) {
            let flags = events[index].events
            let isBroken = flags & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
            var readiness: Readiness = []
            if isBroken || flags & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
            if isBroken || flags & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
            body(events[index].data.fd, readiness)
        }
    }
}
