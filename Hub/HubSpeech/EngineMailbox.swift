import LoqaSystem
import SpeechFrames
import Synchronization

/// What a caller is told about its request. Everything but sound is final and comes once.
enum EngineReply: Sendable {
    case frame(SpeechFrame)
    case failure(EngineFailure)
    /// The caller withdrew it.
    case withdrawn
}

/// Takes a reply, on the engine's thread, without waiting; says whether it wants more.
typealias EngineReceiver = @Sendable (EngineReply) -> Bool

/// What any thread may ask of an engine's thread.
enum EngineCommand: Sendable {
    case submit(EngineDesk.Job, EngineReceiver)
    case withdraw(UInt32)
    /// The closure is called when the engine has ended.
    case stop(@Sendable () -> Void)
}

/// Hands commands to an engine's thread. Any thread.
final class EngineMailbox: Sendable {
    /// Requests that may wait for the thread to wake up.
    private static let submitCountMax = 64

    private struct Content {
        var commands: [EngineCommand] = []
        var submitCount = 0
        var isClosed = false
    }

    /// Wakes the thread.
    let wakeup: Wakeup
    private let content = Mutex(Content())

    init() throws(SystemError) { wakeup = try Wakeup() }

    /// Leaves a command; one that cannot be served is answered here and now.
    func post(_ command: EngineCommand) {
        let isTaken = content.withLock { content in
            guard !content.isClosed else { return false }
            if case .submit = command {
                guard content.submitCount < Self.submitCountMax else { return false }
                content.submitCount += 1
            }
            content.commands.append(command)
            return true
        }
        if isTaken { wakeup.signal() } else { Self.refuse(command, isClosed: isClosed) }
    }

    /// Takes all commands so far, in order. The engine's thread.
    func take() -> [EngineCommand] {
        content.withLock { content in
            defer { (content.commands, content.submitCount) = ([], 0) }
            return content.commands
        }
    }

    /// Refuses all further commands, and those that wait. The engine's thread, at its end.
    func close() {
        content.withLock { $0.isClosed = true }
        for command in take() { Self.refuse(command, isClosed: true) }
    }

    private var isClosed: Bool { content.withLock { $0.isClosed } }

    private static func refuse(_ command: EngineCommand, isClosed: Bool) {
        switch command {
        case .submit(_, let receive):
            _ = receive(.failure(isClosed ? .unavailable("it was stopped") : .busy))
        case .withdraw: break
        case .stop(let ended): ended()
        }
    }
}
