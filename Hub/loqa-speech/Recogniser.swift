import LoqaSphinx
import SpeechFrames

/// Hears utterances by the grammar that was loaded last, one after another, with pocketsphinx.
struct Recogniser: ~Copyable {
    /// What a word sounds like that nobody can pronounce. Nothing in English does, so the word is never heard, but the
    /// grammar it stands in can be loaded.
    private static let neverSaid = Array(repeating: "ZH OY", count: 6).joined(separator: " ")

    private let model: SphinxModel
    private let decoder: SphinxDecoder
    private let lexicon: LetterToSound
    private var hasGrammar = false
    private var pipe = HubPipe()

    init(model: SphinxModel) throws(SphinxError) {
        self.model = model
        decoder = try SphinxDecoder(model, .grammar)
        lexicon = LetterToSound()
    }

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
            var pronunciations = try model.pronunciations(of: Set(words))
            var unknown: [String] = []
            for word in words where pronunciations[word] == nil {
                if let phones = lexicon.phones(of: word) {
                    pronunciations[word] = [phones]
                } else {
                    unknown.append(word)
                    pronunciations[word] = [Self.neverSaid]
                }
            }
            try decoder.loadNetwork(network, pronunciations: pronunciations)
            hasGrammar = true
            return .grammarLoaded(id: id, unknownWords: unknown)
        } catch {
            return failed(id, error)
        }
    }

    private func recognise(_ id: UInt32, _ utterance: [Int16]) -> SpeechFrame {
        guard hasGrammar else { return .failed(id: id, reason: "no grammar has been loaded") }
        let frameCount = Double(utterance.count) / Double(SphinxDecoder.frameSampleCount)
        // Less than a tenth of a second holds no word, and nothing to divide a score by.
        guard frameCount >= 10 else { return .noHypothesis(id: id) }
        do throws(SphinxError) {
            try decoder.start()
            try decoder.process(utterance.span, isWhole: true)
            try decoder.end()
            guard let (text, score) = decoder.hypothesis else { return .noHypothesis(id: id) }
            let words = decoder.segments.map { segment in
                SpeechFrame.Word(
                    text: segment.word, startMilliseconds: UInt32(max(0, segment.firstFrame) * 10),
                    endMilliseconds: UInt32(max(segment.firstFrame, segment.lastFrame) + 1) * 10)
            }
            let frame = SpeechFrame.hypothesis(
                id: id, text: text, scorePerFrame: Double(score) / frameCount, words: words)
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
