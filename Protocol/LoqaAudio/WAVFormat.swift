/// How a WAV file codes its samples: the "fmt " chunk, checked.
package struct WAVFormat: Sendable, Equatable {
    /// The codings that Loqa reads. All are little-endian.
    package enum Coding: Sendable, Equatable, CaseIterable {
        case pcm16, pcm24, pcm32, float32

        /// Bytes of one sample.
        package var byteCount: Int {
            switch self {
            case .pcm16: 2
            case .pcm24: 3
            case .pcm32, .float32: 4
            }
        }
    }

    /// 1...``WAVFile/channelCountMax``.
    package let channelCount: Int
    /// Frames a second, 1...``WAVFile/rateMax``.
    package let rate: Int
    package let coding: Coding

    /// Bytes of one frame of all channels.
    package var frameByteCount: Int { channelCount * coding.byteCount }

    /// - Precondition: channel count and rate in range.
    package init(channelCount: Int, rate: Int = 16_000, coding: Coding = .pcm16) {
        precondition((1...WAVFile.channelCountMax).contains(channelCount), "channel count out of range")
        precondition((1...WAVFile.rateMax).contains(rate), "rate out of range")
        (self.channelCount, self.rate, self.coding) = (channelCount, rate, coding)
    }

    /// Reads the body of a "fmt " chunk (Microsoft and IBM, Multimedia Programming Interface 1.0, and its extensible
    /// form).
    ///
    /// - Throws: ``WAVError`` for a short chunk, a coding that is none of ``Coding``, or a field out of range.
    package init(chunk: Span<UInt8>) throws(WAVError) {
        guard chunk.count >= 16 else { throw .truncated(chunk: "fmt ") }
        var tag = chunk.number(at: 0, byteCount: 2)
        if tag == Self.extensibleTag {
            guard chunk.count >= 26 else { throw .truncated(chunk: "fmt ") }
            tag = chunk.number(at: 24, byteCount: 2)
        }
        let bits = chunk.number(at: 14, byteCount: 2)
        switch (tag, bits) {
        case (Self.pcmTag, 16): coding = .pcm16
        case (Self.pcmTag, 24): coding = .pcm24
        case (Self.pcmTag, 32): coding = .pcm32
        case (Self.floatTag, 32): coding = .float32
        default: throw .unsupportedCoding(formatTag: tag, bitsPerSample: bits)
        }
        channelCount = chunk.number(at: 2, byteCount: 2)
        guard (1...WAVFile.channelCountMax).contains(channelCount) else {
            throw .badField("channels", value: channelCount)
        }
        rate = chunk.number(at: 4, byteCount: 4)
        guard (1...WAVFile.rateMax).contains(rate) else { throw .badField("rate", value: rate) }
        let claimed = chunk.number(at: 12, byteCount: 2)
        guard claimed == channelCount * coding.byteCount else {
            throw .badField("bytes per frame", value: claimed)
        }
    }

    static let pcmTag = 0x0001
    static let floatTag = 0x0003
    /// The real coding stands in a longer chunk (WAVE_FORMAT_EXTENSIBLE).
    static let extensibleTag = 0xFFFE

    /// One sample as a number, full scale -1...1. A float sample may be anything, NaN included.
    ///
    /// - Precondition: `bytes` holds a whole sample at `start`.
    package func sample(_ bytes: Span<UInt8>, at start: Int) -> Float {
        let raw = UInt32(truncatingIfNeeded: bytes.number(at: start, byteCount: coding.byteCount))
        switch coding {
        case .pcm16: return Float(Int16(truncatingIfNeeded: raw)) / 32_768
        case .pcm24: return Float(Int32(bitPattern: raw << 8) >> 8) / 8_388_608
        case .pcm32: return Float(Int32(bitPattern: raw)) / 2_147_483_648
        case .float32: return Float(bitPattern: raw)
        }
    }
}

extension Span<UInt8> {
    /// A little-endian number of up to four bytes.
    func number(at start: Int, byteCount: Int) -> Int {
        var number = 0
        for index in 0..<byteCount { number |= Int(self[start + index]) << (8 * index) }
        return number
    }
}
