import Glibc
import LoqaSystem
import Synchronization

/// How a sound thread fares.
package enum SoundThreadState: Sendable, Equatable {
    /// Not started, opening the device for the first time, or stopped.
    case idle
    /// The device is open and works.
    case running
    /// The device failed; the thread tries again every 500 ms.
    case failed(SoundDeviceError)
}

/// The state of a sound thread, its wish to stop and its wake-up, shared without a lock.
final class SoundThreadControl: Sendable {
    /// Time between two tries to open a failed device.
    static let retryMilliseconds: Int32 = 500

    private let settings: SoundDeviceSettings
    private let direction: SoundDirection
    // 0 idle, the highest word running, otherwise a packed problem.
    private let word = Atomic<UInt64>(0)
    private let stopping = Atomic<Bool>(false)
    private let wakeup: Wakeup
    private let ownerDescriptor: Int32

    /// - Parameter ownerDescriptor: The owner's eventfd; it stays the owner's.
    init(_ settings: SoundDeviceSettings, _ direction: SoundDirection, ownerDescriptor: Int32)
        throws(SystemError)
    {
        (self.settings, self.direction, self.ownerDescriptor) = (settings, direction, ownerDescriptor)
        wakeup = try Wakeup()
    }

    /// Any thread.
    func state() -> SoundThreadState {
        let word = word.load(ordering: .acquiring)
        if word == .max { return .running }
        guard let problem = SoundDeviceError.Problem(packed: word) else { return .idle }
        return .failed(SoundDeviceError(settings: settings, direction: direction, problem: problem))
    }

    func set(_ state: SoundThreadState) {
        switch state {
        case .idle: word.store(0, ordering: .releasing)
        case .running: word.store(.max, ordering: .releasing)
        case .failed(let error): word.store(error.problem.packed, ordering: .releasing)
        }
        signalOwner()
    }

    /// Tells the owner's event loop to look.
    func signalOwner() {
        var one: UInt64 = 1
        // Fails only when 2^64 signals wait: the owner will look anyway.
        _ = write(ownerDescriptor, &one, 8)
    }

    /// Wakes the thread out of ``sleep(milliseconds:)``.
    func wake() { wakeup.signal() }

    func isStopping() -> Bool { stopping.load(ordering: .acquiring) }

    func stop() {
        stopping.store(true, ordering: .releasing)
        wake()
    }

    func start() { stopping.store(false, ordering: .releasing) }

    /// The thread sleeps until woken or the time is over.
    func sleep(milliseconds: Int32) {
        var descriptor = pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&descriptor, 1, milliseconds) > 0 { wakeup.clear() }
    }
}
