import LoqaSphinx
import SpeechSounds

/// Two decoders side by side: one reads an utterance as a sentence of the grammar, one as any phones at all. How much
/// worse the sentence does than the phones tells whether it was said.
struct HearingEngine: ~Copyable {
    /// What an utterance was heard as.
    struct Heard {
        let text: String
        /// Path score for each frame of 10 ms, the network's weights included.
        let scorePerFrame: Double
        let words: [SphinxDecoder.Segment]
        let evidence: HearingEvidence
    }

    /// What a word sounds like that nobody can pronounce. Nothing in English does, so the word is never heard, but the
    /// grammar it stands in can be loaded.
    private static let neverSaid = Array(repeating: "ZH OY", count: 6).joined(separator: " ")
    /// Less than a tenth of a second holds no word, and nothing to divide a score by.
    private static let frameCountMin = 10

    private let model: SphinxModel
    private let sentences: SphinxDecoder
    private let phones: SphinxDecoder
    private let lexicon: LetterToSound
    private(set) var hasGrammar = false

    init(model: SphinxModel) throws(SphinxError) {
        let (sentences, phones) = (try SphinxDecoder(model, .grammar), try SphinxDecoder(model, .phones))
        (self.model, self.sentences, self.phones) = (model, sentences, phones)
        lexicon = LetterToSound()
    }

    /// Hears by this network from now on.
    ///
    /// - Returns: words without a pronunciation.
    mutating func load(_ network: String, words: [String]) throws(SphinxError) -> [String] {
        var pronunciations = try model.pronunciations(of: Set(words))
        var unknown: [String] = []
        let missing = words.filter { pronunciations[$0] == nil }
        let spelled = EspeakProcess.phones(of: missing)
        for word in missing {
            if let phones = spelled[word] ?? lexicon.phones(of: word) {
                pronunciations[word] = [phones]
            } else {
                unknown.append(word)
                pronunciations[word] = [Self.neverSaid]
            }
        }
        try sentences.loadNetwork(network, pronunciations: pronunciations)
        hasGrammar = true
        return unknown
    }

    /// Hears one utterance, 16 kHz mono.
    func hear(_ utterance: [Int16]) throws(SphinxError) -> Heard? {
        let frameCount = utterance.count / SphinxDecoder.frameSampleCount
        guard frameCount >= Self.frameCountMin else { return nil }
        try decode(utterance, by: sentences)
        guard let (text, score) = sentences.hypothesis else { return nil }
        let path = Self.stretches(of: sentences)
        try decode(utterance, by: phones)
        let evidence = HearingEvidence(
            path: path, phones: Self.stretches(of: phones), contrast: SoundContrast(of: utterance))
        return Heard(
            text: text, scorePerFrame: Double(score) / Double(frameCount), words: sentences.segments,
            evidence: evidence)
    }

    private static func stretches(of decoder: SphinxDecoder) -> [HearingEvidence.Stretch] {
        decoder.allSegments.map {
            .init(name: $0.word, firstFrame: $0.firstFrame, lastFrame: $0.lastFrame, score: $0.acousticScore)
        }
    }

    private func decode(_ utterance: [Int16], by decoder: SphinxDecoder) throws(SphinxError) {
        try decoder.start()
        try decoder.process(utterance.span, isWhole: true)
        try decoder.end()
    }
}
