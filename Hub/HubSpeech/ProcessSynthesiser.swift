package import Logging
import SpeechFrames

/// A synthesiser in a process of its own, `loqa-speech speak` or any program that speaks the same frames.
///
/// It speaks one text after another; eight may wait. A cancelled call ends at once and is no error.
package final class ProcessSynthesiser: SpeechSynthesiser {
    private let engine: EngineProcess

    /// Starts the engine; requests may come at once and wait until it is ready.
    ///
    /// - Parameters:
    ///   - program: path of the worker program.
    ///   - arguments: of it, without its name.
    /// - Throws: `.unavailable` if the system has no room for a thread.
    package init(
        program: String, arguments: [String] = ["speak"], tuning: EngineTuning = EngineTuning(),
        logger: Logger
    ) throws(EngineFailure) {
        engine = try EngineProcess(program: program, arguments: arguments, tuning: tuning, logger: logger)
    }

    /// See ``SpeechSynthesiser/speak(_:receive:)``. Any task; one text is spoken at a time, and eight may wait.
    package func speak(
        _ text: String, receive: @escaping @Sendable ([Int16]) -> Bool
    ) async throws(EngineFailure) {
        guard text.count <= 2_000, SpeechFrame.speak(id: 0, text: text).isWithinLimits else {
            throw .refused("the text is empty, too long, or holds control characters")
        }
        let reply = await engine.perform(.text(text)) { frame in
            guard case .sound(_, let samples) = frame else { return true }
            return receive(samples)
        }
        switch reply {
        case .frame(.spoken), .withdrawn: return
        case .frame, .failure: throw reply.asFailure
        }
    }

    /// Ends the worker, and returns when it is gone.
    package func stop() async { await engine.stop() }
}
