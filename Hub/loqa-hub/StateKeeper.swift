import Dispatch
import HubHome
import HubSkills
import Logging
import Synchronization

/// Saves the state of the house off the hub's event loop, because a disk may take its time. The newest state wins:
/// at most one waits to be written. Any thread.
final class StateKeeper: Sendable {
    private let file: StateFile
    private let logger: Logger
    private let queue = DispatchQueue(label: "loqa-hub.state")
    private let waiting = Mutex<HouseState?>(nil)

    init(_ file: StateFile, logger: Logger) { (self.file, self.logger) = (file, logger) }

    /// Saves soon.
    func save(_ state: HouseState) {
        let isFirst = waiting.withLock { waiting in
            defer { waiting = state }
            return waiting == nil
        }
        if isFirst { queue.async { self.write() } }
    }

    /// Waits until everything is saved.
    func finish() { queue.sync {} }

    private func write() {
        let state = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        guard let state else { return }
        do {
            try file.save(state)
        } catch {
            logger.error("the state of the house could not be saved", metadata: ["error": "\(error)"])
        }
    }
}
