/// What the "fmt " chunk of a 16-bit file says, checked, and the walk over the chunks that finds it and the samples.
struct WAVHeader {
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
                let isUnknown = claimed >= WAVDecoder.unknownLength || (claimed == 0 && left > 0)
                guard isUnknown || claimed <= left else { throw .truncated(chunk: "data") }
                let frameBytes = header.channelCount * 2
                let length = isUnknown ? left : claimed
                return (header, start..<start + length / frameBytes * frameBytes)
            }
            guard claimed <= left else { throw .truncated(chunk: printable(name.utf8)) }
            if name == "fmt " { header = try WAVHeader(bytes, start..<start + claimed) }
            at = start + claimed + claimed % 2  // Chunks start at even places.
        }
        throw .missing(chunk: header == nil ? "fmt " : "data")
    }

    private init(_ bytes: [UInt8], _ chunk: Range<Int>) throws(WAVError) {
        let format = try WAVFormat(chunk: bytes.span.extracting(chunk))
        guard format.coding == .pcm16 else {
            throw .unsupportedCoding(
                formatTag: format.coding == .float32 ? WAVFormat.floatTag : WAVFormat.pcmTag,
                bitsPerSample: format.coding.byteCount * 8)
        }
        (channelCount, rate) = (format.channelCount, format.rate)
    }

    private static func number(_ bytes: [UInt8], at start: Int, byteCount: Int) -> Int {
        (0..<byteCount).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }

    private static func text(_ bytes: [UInt8], at start: Int) -> String {
        String(decoding: bytes[start..<start + 4], as: UTF8.self)
    }
}
