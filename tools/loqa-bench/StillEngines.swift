import HubSpeech

/// Hears nothing, at once: the benchmark's streams end at the endpointer.
struct StillRecogniser: SpeechRecogniser {
    func loadGrammar(_ grammar: SpeechGrammar) async throws(EngineFailure) -> [String] { [] }
    func recognise(_ utterance: [Int16]) async throws(EngineFailure) -> Hypothesis? { nil }
    func stop() async {}
}

/// Says nothing, at once.
struct StillSynthesiser: SpeechSynthesiser {
    func speak(_ text: String, receive: @escaping @Sendable ([Int16]) -> Bool) async throws(EngineFailure) {}
    func stop() async {}
}
