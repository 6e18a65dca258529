/// Reads a WAV file that arrives in pieces of any size, without holding it: files longer than memory, pipes.
///
/// Feed it bytes with ``take(_:into:)`` and call ``finish()`` at the end. Chunks other than "fmt " and "data" are passed
/// over. A writer into a pipe cannot know the length and puts a huge one or zero into the last chunk: the sound then
/// reaches to the end. A pure value; it holds less than one frame and a chunk's head.
package struct WAVDecoder: Sendable {
    /// Bytes of a "fmt " chunk that are looked at; a longer one is passed over behind them.
    private static let formatByteCountMax = 40
    /// Lengths from here on come from writers into a pipe, which cannot know better.
    static let unknownLength = 0x7FFF_0000

    private enum State: Sendable, Equatable {
        /// RIFF, a length, WAVE.
        case start
        case chunkHead
        /// The body of "fmt ", and how much follows what is looked at.
        case format(byteCount: Int, rest: Int)
        case skip(name: String, left: Int)
        /// Samples; `left` is nil if nobody knows.
        case data(left: Int?)
        /// Behind the samples: the rest is nobody's business.
        case end
    }

    /// Known once the header was read.
    package private(set) var format: WAVFormat?
    /// Bytes that the header promises in the "data" chunk; nil before it, or if the writer did not know.
    package private(set) var dataByteCount: Int?
    /// Bytes of the file before its samples, once they have begun.
    package private(set) var headByteCount = 0
    /// The samples have begun.
    package var isInData: Bool {
        switch state {
        case .data, .end: true
        case .start, .chunkHead, .format, .skip: false
        }
    }
    /// The last sample that the header promised was read.
    package var isAtEnd: Bool { state == .end }
    private var state = State.start
    /// Bytes of an unfinished head or frame.
    private var partial: [UInt8] = []

    package init() {}

    /// Takes the next bytes and appends the samples of whole frames, interleaved, full scale -1...1.
    ///
    /// - Throws: ``WAVError``; the decoder is of no more use then.
    package mutating func take(_ bytes: Span<UInt8>, into samples: inout [Float]) throws(WAVError) {
        var at = 0
        defer { if !isInData { headByteCount += at } }
        while at < bytes.count {
            switch state {
            case .start: try takeHead(bytes, &at, byteCount: 12)
            case .chunkHead:
                try takeHead(bytes, &at, byteCount: 8)
                if isInData { headByteCount += at }
            case .format(let count, _): try takeHead(bytes, &at, byteCount: count)
            case .skip(let name, let left):
                let count = min(left, bytes.count - at)
                at += count
                state = count == left ? .chunkHead : .skip(name: name, left: left - count)
            case .data(let left):
                let count = min(left ?? .max, bytes.count - at)
                takeSamples(bytes, at..<at + count, into: &samples)
                at += count
                if let left { state = count == left ? .end : .data(left: left - count) }
            case .end: return
            }
        }
    }

    /// Call this when there are no more bytes.
    ///
    /// - Throws: if the file is no WAV file or ends before what its header promises.
    package func finish() throws(WAVError) {
        switch state {
        case .start: throw .notWAV
        case .chunkHead: throw .missing(chunk: format == nil ? "fmt " : "data")
        case .format: throw .truncated(chunk: "fmt ")
        case .skip(let name, _): throw .truncated(chunk: name)
        case .data(let left): if left != nil { throw .truncated(chunk: "data") }
        case .end: break
        }
    }

    /// Gathers a head of known length and reads it once it is whole.
    private mutating func takeHead(
        _ bytes: Span<UInt8>, _ at: inout Int, byteCount: Int
    ) throws(WAVError) {
        while partial.count < byteCount, at < bytes.count {
            partial.append(bytes[at])
            at += 1
        }
        guard partial.count == byteCount else { return }
        let head = partial
        partial = []
        switch state {
        case .start:
            guard head.starts(with: "RIFF".utf8), head[8...].starts(with: "WAVE".utf8) else { throw .notWAV }
            state = .chunkHead
        case .chunkHead: try begin(chunk: head)
        case .format(_, let rest):
            format = try WAVFormat(chunk: head.span)
            state = rest > 0 ? .skip(name: "fmt ", left: rest) : .chunkHead
        case .skip, .data, .end: break
        }
    }

    private mutating func begin(chunk head: [UInt8]) throws(WAVError) {
        let name = printable(head[..<4])
        let length = head.span.number(at: 4, byteCount: 4)
        switch name {
        case "data":
            guard let format else { throw .missing(chunk: "fmt ") }
            guard length > 0, length < Self.unknownLength else {
                state = .data(left: nil)
                return
            }
            dataByteCount = length / format.frameByteCount * format.frameByteCount
            state = .data(left: length)
        case "fmt ":
            guard length >= 16 else { throw .truncated(chunk: "fmt ") }
            let count = min(length, Self.formatByteCountMax)
            state = .format(byteCount: count, rest: length + length % 2 - count)
        default:
            let padded = length + length % 2  // Chunks start at even places.
            state = padded > 0 ? .skip(name: name, left: padded) : .chunkHead
        }
    }

    private mutating func takeSamples(_ bytes: Span<UInt8>, _ range: Range<Int>, into samples: inout [Float])
    {
        guard let format else { preconditionFailure("samples come behind a format") }
        let frame = format.frameByteCount
        var at = range.lowerBound
        if !partial.isEmpty {
            while partial.count < frame, at < range.upperBound {
                partial.append(bytes[at])
                at += 1
            }
            guard partial.count == frame else { return }
            append(partial.span, 0..<frame, format, to: &samples)
            partial.removeAll(keepingCapacity: true)
        }
        let whole = (range.upperBound - at) / frame * frame
        append(bytes, at..<at + whole, format, to: &samples)
        for index in at + whole..<range.upperBound { partial.append(bytes[index]) }
    }

    private func append(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ format: WAVFormat, to samples: inout [Float]
    ) {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: format.coding.byteCount) {
            samples.append(format.sample(bytes, at: start))
        }
    }
}

/// A chunk's name for an error message: a stranger's bytes, so only what can be shown.
func printable(_ name: some Sequence<UInt8>) -> String {
    String(name.map { (0x20...0x7E).contains($0) ? Character(UnicodeScalar($0)) : "?" })
}
