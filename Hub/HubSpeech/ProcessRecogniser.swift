package import Logging
import SpeechFrames

/// A recogniser in a process of its own, `loqa-speech recognise` or any program that speaks the same frames.
///
/// It hears one utterance at a time. While it does, the newest of those that wait goes next, and of more than two the
/// oldest fails as `.busy`. A cancelled call ends at once, with `.refused`.
package final class ProcessRecogniser: SpeechRecogniser {
    private let engine: EngineProcess

    /// Starts the engine; requests may come at once and wait until it is ready.
    ///
    /// - Parameters:
    ///   - program: path of the worker program.
    ///   - arguments: of it, without its name.
    /// - Throws: `.unavailable` if the system has no room for a thread.
    package init(
        program: String, arguments: [String] = ["recognise"], tuning: EngineTuning = EngineTuning(),
        logger: Logger
    ) throws(EngineFailure) {
        engine = try EngineProcess(program: program, arguments: arguments, tuning: tuning, logger: logger)
    }

    /// See ``SpeechRecogniser/loadGrammar(_:)``. Any task.
    package func loadGrammar(_ grammar: SpeechGrammar) async throws(EngineFailure) -> [String] {
        let frame = SpeechFrame.loadGrammar(id: 0, network: grammar.network, words: grammar.words)
        guard frame.isWithinLimits else { throw .refused("the grammar is too long or holds a bad word") }
        switch await engine.perform(.grammar(grammar), isWithdrawable: false) {
        case .frame(.grammarLoaded(_, let unknownWords)): return unknownWords
        case let reply: throw reply.asFailure
        }
    }

    /// See ``SpeechRecogniser/recognise(_:)``. Any task; one utterance is heard at a time, and the newest goes next.
    package func recognise(_ utterance: [Int16]) async throws(EngineFailure) -> Hypothesis? {
        guard utterance.count <= SpeechLimits.utteranceSampleCountMax else {
            throw .refused("the utterance is longer than 20 s")
        }
        switch await engine.perform(.utterance(utterance)) {
        case .frame(.hypothesis(_, let text, let score, let confidence, let words)):
            let timed = words.map { word in
                Hypothesis.Word(
                    text: word.text, start: .milliseconds(Int(word.startMilliseconds)),
                    end: .milliseconds(Int(word.endMilliseconds)))
            }
            return Hypothesis(text: text, scorePerFrame: score, confidence: confidence, words: timed)
        case .frame(.noHypothesis): return nil
        case let reply: throw reply.asFailure
        }
    }

    /// Ends the worker, and returns when it is gone.
    package func stop() async { await engine.stop() }
}

extension EngineReply {
    /// Why a request was not served.
    var asFailure: EngineFailure {
        switch self {
        case .failure(let failure): failure
        case .frame(.failed(_, let reason)): .refused(reason)
        case .frame: .refused("the answer belongs to another request")
        case .withdrawn: .refused("the request was withdrawn")
        }
    }
}
