/// One message between the hub and a speech worker, over the worker's standard input and output.
///
/// On the pipe: payload length (4 bytes), kind (1), payload; numbers are big-endian, sound is signed 16 bit, little
/// endian, 16 kHz mono. `id` is the hub's number for a request; each request has exactly one final answer with it.
package enum SpeechFrame: Sendable, Equatable {
    /// A recognised word with its first and last moment in milliseconds from the utterance's first sample.
    package struct Word: Sendable, Equatable {
        /// The word in small letters.
        package var text: String
        /// When it begins, in milliseconds from the utterance's first sample.
        package var startMilliseconds: UInt32
        /// When it has ended, in the same count.
        package var endMilliseconds: UInt32

        package init(text: String, startMilliseconds: UInt32, endMilliseconds: UInt32) {
            (self.text, self.startMilliseconds, self.endMilliseconds) =
                (text, startMilliseconds, endMilliseconds)
        }
    }

    /// Who may send a kind of frame.
    package enum Sender: Sendable { case hub, worker }

    /// The number of each kind. A retired number is not used again.
    package enum Kind: UInt8, Sendable, CaseIterable {
        case loadGrammar = 1
        case recognise = 2
        case speak = 3
        case cancel = 4
        case ready = 129
        case grammarLoaded = 130
        case hypothesis = 131
        case noHypothesis = 132
        case sound = 133
        case spoken = 134
        case failed = 135

        package var sender: Sender { rawValue < 128 ? .hub : .worker }
    }

    /// Hear by this network of words, in CMU Sphinx's FSG text form; `words` are all its words in small letters.
    case loadGrammar(id: UInt32, network: String, words: [String])
    case recognise(id: UInt32, utterance: [Int16])
    case speak(id: UInt32, text: String)
    /// Speak no more of a text. Its final answer comes still; an unknown id is fine.
    case cancel(id: UInt32)

    /// The first frame of a worker: it has loaded what it needs.
    case ready(engine: String)
    /// Final. Sentences with the unknown words cannot be heard.
    case grammarLoaded(id: UInt32, unknownWords: [String])
    /// Final. `scorePerFrame` is a path score for each 10 ms: higher is surer. `confidence`, 0...1, says how likely it is
    /// that a sentence of the grammar was said at all.
    case hypothesis(id: UInt32, text: String, scorePerFrame: Double, confidence: Double, words: [Word])
    /// Final: no sentence fits.
    case noHypothesis(id: UInt32)
    /// The next piece of a spoken text.
    case sound(id: UInt32, samples: [Int16])
    /// Final: all of the text was spoken, or it was cancelled.
    case spoken(id: UInt32)
    /// Final: the request cannot be served.
    case failed(id: UInt32, reason: String)

    package var kind: Kind {
        switch self {
        case .loadGrammar: .loadGrammar
        case .recognise: .recognise
        case .speak: .speak
        case .cancel: .cancel
        case .ready: .ready
        case .grammarLoaded: .grammarLoaded
        case .hypothesis: .hypothesis
        case .noHypothesis: .noHypothesis
        case .sound: .sound
        case .spoken: .spoken
        case .failed: .failed
        }
    }

    /// The request that the frame belongs to; `nil` for ``ready(engine:)``.
    package var id: UInt32? {
        switch self {
        case .loadGrammar(let id, _, _), .recognise(let id, _), .speak(let id, _), .cancel(let id),
            .grammarLoaded(let id, _), .hypothesis(let id, _, _, _, _), .noHypothesis(let id),
            .sound(let id, _),
            .spoken(let id), .failed(let id, _):
            id
        case .ready: nil
        }
    }
}
