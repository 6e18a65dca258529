import LoqaSphinx
import SpeechFrames

/// Hears utterances for the hub by the grammar that was loaded last, one after another.
struct Recogniser: ~Copyable {
    private var engine: HearingEngine
    private var pipe = HubPipe()

    init(model: SphinxModel) throws(SphinxError) { engine = try HearingEngine(model: model) }

    /// Serves the hub until it ends the conversation, which is thrown.
    mutating func run() throws(PipeError) {
        try pipe.send(.ready(engine: "pocketsphinx"))
        while true {
            switch try pipe.next() {
            case .loadGrammar(let id, let network, let words): try pipe.send(load(id, network, words))
            case .recognise(let id, let utterance): try pipe.send(recognise(id, utterance))
            case .speak(let id, _): try pipe.send(.failed(id: id, reason: "this engine only hears"))
            // Each utterance is heard in one go: there is nothing to stop.
            case .cancel: break
            case .ready, .grammarLoaded, .hypothesis, .noHypothesis, .sound, .spoken, .failed: break
            }
        }
    }

    private mutating func load(_ id: UInt32, _ network: String, _ words: [String]) -> SpeechFrame {
        do throws(SphinxError) {
            return .grammarLoaded(id: id, unknownWords: try engine.load(network, words: words))
        } catch {
            return failed(id, error)
        }
    }

    private func recognise(_ id: UInt32, _ utterance: [Int16]) -> SpeechFrame {
        guard engine.hasGrammar else { return .failed(id: id, reason: "no grammar has been loaded") }
        do throws(SphinxError) {
            guard let heard = try engine.hear(utterance) else { return .noHypothesis(id: id) }
            let words = heard.words.map { segment in
                SpeechFrame.Word(
                    text: segment.word, startMilliseconds: UInt32(max(0, segment.firstFrame) * 10),
                    endMilliseconds: UInt32(max(segment.firstFrame, segment.lastFrame) + 1) * 10)
            }
            let frame = SpeechFrame.hypothesis(
                id: id, text: heard.text, scorePerFrame: heard.scorePerFrame, words: words)
            return frame.isWithinLimits ? frame : .noHypothesis(id: id)
        } catch {
            return failed(id, error)
        }
    }

    private func failed(_ id: UInt32, _ error: SphinxError) -> SpeechFrame {
        let frame = SpeechFrame.failed(id: id, reason: error.description)
        return frame.isWithinLimits ? frame : .failed(id: id, reason: "pocketsphinx failed")
    }
}
