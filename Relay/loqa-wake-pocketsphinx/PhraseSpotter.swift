import LoqaBase
import LoqaSphinx
import LoqaWake

/// Spots one phrase in endless sound: a gate before a pocketsphinx decoder, so that a quiet room costs nearly nothing.
///
/// For one thread; blocks are 20 ms of 16 kHz mono. An utterance of the decoder lasts while the gate is open, and is begun
/// anew after each hit and every ``utteranceMax``, so that nothing grows in a room that is never quiet.
struct PhraseSpotter: ~Copyable {
    private static let utteranceMax = SampleCount(.seconds(20))
    /// Sound given again to a new utterance when a long one is cut, so that a phrase over the cut is heard whole.
    private static let overlapCount = 75

    private let phrase: String
    private let decoder: SphinxDecoder
    private var gate = SpeechGate()
    /// The last blocks: the gate's history, or the overlap of a cut.
    private var recent: [[Int16]] = []
    /// Samples taken so far.
    private(set) var position = SampleCount(0)
    private var utteranceStart: SampleCount?
    private var lastHitEnd = SampleCount(0)

    /// - Throws: `.unknownWords` if the dictionary lacks a word of the phrase, `.noModel`, `.refused`.
    init(_ phrase: String, threshold: Double, model: SphinxModel) throws(SphinxError) {
        self.phrase = phrase
        let words = Set(phrase.split(separator: " ").map(String.init))
        decoder = try SphinxDecoder(
            model, .phrase(phrase, threshold: threshold), pronunciations: try model.pronunciations(of: words))
    }

    /// Takes a block, and says where the phrase was if it ended in it or shortly before.
    mutating func take(_ block: [Int16]) throws(SphinxError) -> WakeEvent? {
        let verdict = gate.pass(block.span)
        recent.append(block)
        position += SampleCount(Int64(block.count))
        defer {
            let keep = utteranceStart == nil ? SpeechGate.Tuning.historyCount : Self.overlapCount
            if recent.count > keep { recent.removeFirst(recent.count - keep) }
        }
        switch verdict {
        case .closed: return nil
        case .opened:
            try begin()
            return try hit()
        case .open, .closing:
            try decoder.process(block.span)
            let event = try hit()
            if verdict == .closing {
                try decoder.end()
                utteranceStart = nil
            } else if let utteranceStart, position - utteranceStart > Self.utteranceMax {
                try decoder.end()
                try begin()
            }
            return event
        }
    }

    /// Begins an utterance with all recent sound.
    private mutating func begin() throws(SphinxError) {
        try decoder.start()
        let count = recent.reduce(0) { $0 + $1.count }
        utteranceStart = position - SampleCount(Int64(count))
        for block in recent { try decoder.process(block.span) }
    }

    /// Looks for the phrase in the utterance; after a hit the utterance begins anew.
    private mutating func hit() throws(SphinxError) -> WakeEvent? {
        guard let utteranceStart, decoder.hypothesis != nil, let segment = decoder.segments.last else {
            return nil
        }
        let start = utteranceStart + Self.samples(segment.firstFrame)
        let end = utteranceStart + Self.samples(segment.lastFrame + 1)
        try decoder.end()
        try decoder.start()
        self.utteranceStart = position
        recent = []
        // After a cut the overlap may hold a phrase that was told already.
        guard start >= lastHitEnd else { return nil }
        lastHitEnd = end
        return WakeEvent(start: start, end: min(max(start, end), position), phrase: phrase)
    }

    private static func samples(_ frames: Int) -> SampleCount {
        SampleCount(Int64(frames * SphinxDecoder.frameSampleCount))
    }
}
