/// What a recogniser may hear: the sentences that are understood at the moment, and nothing else.
package struct SpeechGrammar: Sendable, Equatable {
    /// The sentences as a network of words, in CMU Sphinx's FSG text form.
    package var network: String
    /// Every word in it, in small letters, each once.
    package var words: [String]

    package init(network: String, words: [String]) { (self.network, self.words) = (network, words) }
}

/// What a recogniser made of an utterance.
package struct Hypothesis: Sendable, Equatable {
    /// A word and where it lies, in seconds from the utterance's first sample.
    package struct Word: Sendable, Equatable {
        /// In small letters.
        package var text: String
        /// When it begins.
        package var start: Duration
        /// When it has ended; not before it begins.
        package var end: Duration

        package init(text: String, start: Duration, end: Duration) {
            (self.text, self.start, self.end) = (text, start, end)
        }
    }

    /// The words in small letters, one space between them.
    package var text: String
    /// Path score for each frame of 10 ms; higher is surer. Comparable within one engine only.
    package var scorePerFrame: Double
    /// How likely it is that a sentence of the grammar was said at all, 0...1: near 0 for speech that is no command. 1 from
    /// an engine that cannot tell.
    package var confidence: Double
    package var words: [Word]

    package init(text: String, scorePerFrame: Double, confidence: Double = 1, words: [Word]) {
        (self.text, self.scorePerFrame) = (text, scorePerFrame)
        (self.confidence, self.words) = (confidence, words)
    }
}

/// Why an engine could not serve a request. The engine itself is started again by whoever owns it.
package enum EngineFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// It cannot be started, and why.
    case unavailable(String)
    /// It ended while the request ran.
    case ended(String)
    /// It did not answer in time and was ended.
    case timedOut
    /// It has as many requests as it may.
    case busy
    /// It answered that it cannot do this.
    case refused(String)

    package var description: String {
        switch self {
        case .unavailable(let reason): "the engine cannot be started: \(reason)"
        case .ended(let reason): "the engine ended: \(reason)"
        case .timedOut: "the engine did not answer in time"
        case .busy: "the engine has too many requests"
        case .refused(let reason): "the engine refused: \(reason)"
        }
    }
}

/// Turns one talker's speech into text. One for each relay: an engine learns the room it hears.
package protocol SpeechRecogniser: Sendable {
    /// Hears by this grammar from the next utterance on, also after the engine was started again.
    ///
    /// - Returns: words that have no pronunciation; sentences with them cannot be heard.
    func loadGrammar(_ grammar: SpeechGrammar) async throws(EngineFailure) -> [String]

    /// Recognises one utterance.
    ///
    /// - Parameter utterance: 16 kHz mono, at most 20 s.
    /// - Returns: `nil` if no sentence of the grammar fits.
    func recognise(_ utterance: [Int16]) async throws(EngineFailure) -> Hypothesis?

    /// Ends the engine for good.
    func stop() async
}

/// Turns text into speech, a piece at a time. One for the whole house.
package protocol SpeechSynthesiser: Sendable {
    /// Speaks a text of at most 2,000 characters.
    ///
    /// - Parameter receive: is given 16 kHz mono sound in order, in pieces of any length, as they are made, and says whether
    ///   it wants more. It is called on the engine's own thread or actor and must not wait.
    /// - Throws: when the rest of the text cannot be spoken. Ending early because of `receive` is no error.
    func speak(_ text: String, receive: @escaping @Sendable ([Int16]) -> Bool) async throws(EngineFailure)

    /// Ends the engine for good.
    func stop() async
}
