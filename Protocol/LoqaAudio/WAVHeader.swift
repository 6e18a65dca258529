/// What the "fmt " chunk says, checked, and the walk over the chunks that finds it and the samples.
struct WAVHeader {
    static let pcm = 0x0001
    /// The real coding stands in a longer chunk (WAVE_FORMAT_EXTENSIBLE).
    static let extensible = 0xFFFE
    /// Lengths from here on come from writers into a pipe, which cannot know better.
    static let unknownLength = 0x7FFF_0000

    let channelCount: Int
    let rate: Int

    /// The header and where the samples lie: whole frames inside `bytes`.
    static func read(_ bytes: [UInt8]) throws(WAVError) -> (WAVHeader, Range<Int>) {
        guard bytes.count >= 12, text(bytes, at: 0) == "RIFF", text(bytes, at: 8) == "WAVE" else {
            throw .notWAV
        }
        var header: WAVHeader?
        var at = 12
        // Each turn moves on by the 8 bytes of a chunk's head at least.
        while at + 8 <= bytes.count {
            let name = text(bytes, at: at)
            let claimed = number(bytes, at: at + 4, byteCount: 4)
            let start = at + 8
            let left = bytes.count - start
            if name == "data" {
                guard let header else { throw .missing(chunk: "fmt ") }
                let isUnknown = claimed >= unknownLength || (claimed == 0 && left > 0)
                guard isUnknown || claimed <= left else { throw .truncated(chunk: "data") }
                let frameBytes = header.channelCount * 2
                let length = isUnknown ? left : claimed
                return (header, start..<start + length / frameBytes * frameBytes)
            }
            guard claimed <= left else { throw .truncated(chunk: printable(name)) }
            if name == "fmt " { header = try WAVHeader(bytes, start..<start + claimed) }
            at = start + claimed + claimed % 2  // Chunks start at even places.
        }
        throw .missing(chunk: header == nil ? "fmt " : "data")
    }

    private init(_ bytes: [UInt8], _ chunk: Range<Int>) throws(WAVError) {
        guard chunk.count >= 16 else { throw .truncated(chunk: "fmt ") }
        let field = { (offset: Int, byteCount: Int) in
            Self.number(bytes, at: chunk.lowerBound + offset, byteCount: byteCount)
        }
        var tag = field(0, 2)
        if tag == Self.extensible {
            guard chunk.count >= 26 else { throw .truncated(chunk: "fmt ") }
            tag = field(24, 2)
        }
        let bits = field(14, 2)
        guard tag == Self.pcm, bits == 16 else {
            throw .unsupportedCoding(formatTag: tag, bitsPerSample: bits)
        }
        channelCount = field(2, 2)
        guard (1...WAVFile.channelCountMax).contains(channelCount) else {
            throw .badField("channels", value: channelCount)
        }
        rate = field(4, 4)
        guard (1...WAVFile.rateMax).contains(rate) else { throw .badField("rate", value: rate) }
        guard field(12, 2) == channelCount * 2 else {
            throw .badField("bytes per frame", value: field(12, 2))
        }
    }

    private static func number(_ bytes: [UInt8], at start: Int, byteCount: Int) -> Int {
        (0..<byteCount).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }

    private static func text(_ bytes: [UInt8], at start: Int) -> String {
        String(decoding: bytes[start..<start + 4], as: UTF8.self)
    }

    /// A chunk's name for an error message: a stranger's bytes, so only what can be shown.
    private static func printable(_ name: String) -> String {
        String(name.unicodeScalars.map { (" "..."~").contains($0) ? Character($0) : "?" })
    }
}
