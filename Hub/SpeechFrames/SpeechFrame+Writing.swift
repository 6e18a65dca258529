extension SpeechFrame {
    /// The frame as it stands on the pipe.
    ///
    /// - Precondition: it is within ``SpeechLimits``; whoever takes values from outside checks them with
    ///   ``isWithinLimits`` first.
    package var bytes: [UInt8] {
        precondition(isWithinLimits, "a frame of kind \(kind) is outside its limits")
        var writer = SpeechFrameWriter(kind)
        switch self {
        case .loadGrammar(let id, let network, let words):
            writer.number(id)
            writer.text(network)
            writer.texts(words)
        case .recognise(let id, let samples), .sound(let id, let samples):
            writer.number(id)
            writer.samples(samples)
        case .speak(let id, let text), .failed(let id, let text):
            writer.number(id)
            writer.text(text)
        case .cancel(let id), .noHypothesis(let id), .spoken(let id): writer.number(id)
        case .ready(let engine): writer.text(engine)
        case .grammarLoaded(let id, let words):
            writer.number(id)
            writer.texts(words)
        case .hypothesis(let id, let text, let score, let confidence, let words):
            writer.number(id)
            writer.text(text)
            writer.number(score.bitPattern)
            writer.number(confidence.bitPattern)
            writer.number(UInt32(words.count))
            for word in words {
                writer.text(word.text)
                writer.number(word.startMilliseconds)
                writer.number(word.endMilliseconds)
            }
        }
        return writer.finish()
    }

    /// Every field is inside its limit and every text is fit for a line of a log.
    package var isWithinLimits: Bool { badField == nil }

    /// The first field outside ``SpeechLimits``, if any.
    var badField: String? {
        switch self {
        case .loadGrammar(_, let network, let words):
            if !Self.isText(network, byteCounts: 1...SpeechLimits.grammarByteCountMax, mayHaveLines: true) {
                return "grammar"
            }
            return Self.areWords(words) ? nil : "word"
        case .recognise(_, let samples):
            return samples.count <= SpeechLimits.utteranceSampleCountMax ? nil : "utterance"
        case .sound(_, let samples):
            return (1...SpeechLimits.soundSampleCountMax).contains(samples.count) ? nil : "sound"
        case .speak(_, let text):
            let counts = 1...SpeechLimits.textByteCountMax
            return Self.isText(text, byteCounts: counts, mayHaveLines: true) ? nil : "text"
        case .cancel, .noHypothesis, .spoken: return nil
        case .ready(let note), .failed(_, let note):
            return Self.isText(note, byteCounts: 1...SpeechLimits.noteByteCountMax) ? nil : "note"
        case .grammarLoaded(_, let words): return Self.areWords(words) ? nil : "word"
        case .hypothesis(_, let text, let score, let confidence, let words):
            guard Self.isText(text, byteCounts: 1...SpeechLimits.hypothesisByteCountMax) else {
                return "text"
            }
            guard score.isFinite else { return "score" }
            guard (0...1).contains(confidence) else { return "confidence" }
            guard words.count <= SpeechLimits.hypothesisWordCountMax else { return "word count" }
            guard Self.areWords(words.map(\.text)) else { return "word" }
            return words.allSatisfy { $0.startMilliseconds <= $0.endMilliseconds } ? nil : "word's time"
        }
    }

    private static func areWords(_ words: [String]) -> Bool {
        words.count <= SpeechLimits.wordCountMax
            && words.allSatisfy {
                isText($0, byteCounts: 1...SpeechLimits.wordByteCountMax) && !$0.utf8.contains(0x20)
            }
    }

    private static func isText(
        _ text: String, byteCounts: ClosedRange<Int>, mayHaveLines: Bool = false
    ) -> Bool {
        byteCounts.contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || mayHaveLines && ($0 == 0x0A || $0 == 0x09) }
    }
}

/// Writes one frame, header first.
private struct SpeechFrameWriter {
    private var bytes: [UInt8]

    init(_ kind: SpeechFrame.Kind) { bytes = [0, 0, 0, 0, kind.rawValue] }

    mutating func number<Number: FixedWidthInteger>(_ number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    mutating func text(_ text: String) {
        number(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func texts(_ texts: [String]) {
        number(UInt32(texts.count))
        for one in texts { text(one) }
    }

    /// Sound takes the rest of the payload.
    mutating func samples(_ samples: [Int16]) {
        bytes.reserveCapacity(bytes.count + 2 * samples.count)
        for sample in samples {
            bytes.append(UInt8(truncatingIfNeeded: sample))
            bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
        }
    }

    func finish() -> [UInt8] {
        var frame = bytes
        let count = bytes.count - SpeechLimits.headerByteCount
        precondition(count <= SpeechLimits.payloadByteCountMax, "limits allow too long a frame")
        for place in 0..<4 { frame[place] = UInt8(truncatingIfNeeded: count >> (24 - 8 * place)) }
        return frame
    }
}
