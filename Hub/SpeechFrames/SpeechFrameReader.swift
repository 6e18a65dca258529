/// Cuts the bytes of a pipe into frames, however they were chopped.
///
///     reader.append(received)
///     while let frame = try reader.next() { ... }
///
/// A value for one pipe and one thread. It holds one unfinished frame and what was appended with its end. The first
/// error is final: every later call throws it again.
package struct SpeechFrameReader: Sendable {
    private let sender: SpeechFrame.Sender
    private var buffer: [UInt8] = []
    private var takenCount = 0
    private var failure: SpeechFrameError?

    /// A reader of what `sender` sends.
    package init(from sender: SpeechFrame.Sender) { self.sender = sender }

    /// Bytes that wait for the rest of their frame, or to be taken out.
    package var unreadByteCount: Int { buffer.count - takenCount }

    /// Adds received bytes. The caller takes all frames out before it appends more.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        guard failure == nil else { return }
        buffer.removeFirst(takenCount)
        takenCount = 0
        buffer.append(contentsOf: bytes)
    }

    /// Takes the next whole frame out; `nil` if the rest of it has not arrived.
    ///
    /// - Throws: what is wrong with it, as soon as the header is there and before anything is held for it.
    package mutating func next() throws(SpeechFrameError) -> SpeechFrame? {
        if let failure { throw failure }
        do {
            return try cut()
        } catch {
            (failure, buffer, takenCount) = (error, [], 0)
            throw error
        }
    }

    private mutating func cut() throws(SpeechFrameError) -> SpeechFrame? {
        let start = takenCount + SpeechLimits.headerByteCount
        guard start <= buffer.count else { return nil }
        let count = buffer[takenCount..<takenCount + 4].reduce(0) { $0 << 8 | Int($1) }
        let rawKind = buffer[takenCount + 4]
        guard let kind = SpeechFrame.Kind(rawValue: rawKind) else { throw .unknownKind(rawKind) }
        guard kind.sender == sender else { throw .wrongDirection(kind) }
        guard count <= SpeechLimits.payloadByteCountMax else {
            throw .tooLong(kind: rawKind, byteCount: count)
        }
        guard start + count <= buffer.count else { return nil }
        takenCount = start + count
        var payload = SpeechPayload(kind, buffer[start..<start + count])
        return try payload.frame()
    }
}

/// Reads the fields of one frame. Never reads past the payload.
private struct SpeechPayload {
    private let kind: SpeechFrame.Kind
    private var rest: ArraySlice<UInt8>

    init(_ kind: SpeechFrame.Kind, _ bytes: ArraySlice<UInt8>) { (self.kind, rest) = (kind, bytes) }

    mutating func frame() throws(SpeechFrameError) -> SpeechFrame {
        let frame = try fields()
        guard rest.isEmpty else { throw .wrongLength(kind) }
        if let field = frame.badField { throw .badField(kind, field) }
        return frame
    }

    private mutating func fields() throws(SpeechFrameError) -> SpeechFrame {
        switch kind {
        case .loadGrammar: .loadGrammar(id: try number(), network: try text(), words: try texts())
        case .recognise: .recognise(id: try number(), utterance: try samples())
        case .speak: .speak(id: try number(), text: try text())
        case .cancel: .cancel(id: try number())
        case .ready: .ready(engine: try text())
        case .grammarLoaded: .grammarLoaded(id: try number(), unknownWords: try texts())
        case .hypothesis: try hypothesis()
        case .noHypothesis: .noHypothesis(id: try number())
        case .sound: .sound(id: try number(), samples: try samples())
        case .spoken: .spoken(id: try number())
        case .failed: .failed(id: try number(), reason: try text())
        }
    }

    private mutating func hypothesis() throws(SpeechFrameError) -> SpeechFrame {
        let (id, text): (UInt32, String) = (try number(), try text())
        let (score, confidence): (UInt64, UInt64) = (try number(), try number())
        var words: [SpeechFrame.Word] = []
        for _ in 0..<(try count(SpeechLimits.hypothesisWordCountMax)) {
            words.append(
                .init(text: try self.text(), startMilliseconds: try number(), endMilliseconds: try number()))
        }
        return .hypothesis(
            id: id, text: text, scorePerFrame: Double(bitPattern: score),
            confidence: Double(bitPattern: confidence), words: words)
    }

    private mutating func number<Number: FixedWidthInteger>() throws(SpeechFrameError) -> Number {
        try take(MemoryLayout<Number>.size).reduce(0) { ($0 << 8) | Number(truncatingIfNeeded: $1) }
    }

    private mutating func count(_ maximum: Int) throws(SpeechFrameError) -> Int {
        let count: UInt32 = try number()
        guard count <= maximum else { throw .badField(kind, "word count") }
        return Int(count)
    }

    private mutating func text() throws(SpeechFrameError) -> String {
        let length: UInt32 = try number()
        guard let text = String(validating: try take(Int(length)), as: UTF8.self) else {
            throw .badField(kind, "text")
        }
        return text
    }

    private mutating func texts() throws(SpeechFrameError) -> [String] {
        var texts: [String] = []
        for _ in 0..<(try count(SpeechLimits.wordCountMax)) { texts.append(try text()) }
        return texts
    }

    private mutating func samples() throws(SpeechFrameError) -> [Int16] {
        guard rest.count.isMultiple(of: 2) else { throw .wrongLength(kind) }
        let bytes = try take(rest.count)
        return bytes.withUnsafeBytes { raw in
            (0..<raw.count / 2).map {
                Int16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self))
            }
        }
    }

    private mutating func take(_ count: Int) throws(SpeechFrameError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .wrongLength(kind) }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
