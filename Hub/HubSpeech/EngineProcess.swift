import Logging
import LoqaSystem
import SpeechFrames
import Synchronization

/// A speech engine in a process of its own that is kept running: one that crashes, hangs or talks nonsense fails the
/// requests it has, is ended and started again. Any thread or task.
///
/// A thread of its own moves the frames. An engine that nobody holds any more ends by itself.
final class EngineProcess: Sendable {
    private let mailbox: EngineMailbox
    private let lastID = Atomic<UInt32>(0)

    /// - Parameters:
    ///   - program: path of the worker.
    ///   - arguments: for it, beyond its own name.
    /// - Throws: `.unavailable` if the system has no room for a thread. A missing program fails the requests.
    init(program: String, arguments: [String], tuning: EngineTuning, logger: Logger) throws(EngineFailure) {
        do throws(SystemError) {
            let mailbox = try EngineMailbox()
            self.mailbox = mailbox
            try EngineThread.start {
                do throws(SystemError) {
                    try EngineLoop(
                        program: program, arguments: arguments, tuning: tuning, mailbox: mailbox,
                        logger: logger
                    ).run()
                } catch {
                    logger.critical("speech engine lost", metadata: ["reason": "\(error)"])
                    mailbox.close()
                }
            }
        } catch {
            throw .unavailable(error.description)
        }
    }

    deinit { mailbox.post(.stop {}) }

    /// Hands a request to the engine and waits for its final reply, which comes in bounded time.
    ///
    /// - Parameters:
    ///   - isWithdrawable: whether the end of the calling task withdraws the request.
    ///   - receive: is given the sound, on the engine's thread; says whether it wants more.
    func perform(
        _ work: EngineDesk.Work, isWithdrawable: Bool = true,
        receive: @escaping @Sendable (SpeechFrame) -> Bool = { _ in true }
    ) async -> EngineReply {
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                mailbox.post(
                    .submit(.init(id: id, work: work)) { reply in
                        if case .frame(let frame) = reply, case .sound = frame { return receive(frame) }
                        continuation.resume(returning: reply)
                        return false
                    })
                // A cancellation before the request was posted found nothing to withdraw.
                if isWithdrawable, Task.isCancelled { mailbox.post(.withdraw(id)) }
            }
        } onCancel: {
            if isWithdrawable { mailbox.post(.withdraw(id)) }
        }
    }

    /// Ends the engine for good; returns when its process is gone.
    func stop() async {
        await withCheckedContinuation { continuation in
            mailbox.post(.stop { continuation.resume() })
        }
    }
}
