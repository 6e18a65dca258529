import LoqaAudio
import LoqaTestKit
import Testing

struct WAVDecoderTests {
    @Test(arguments: WAVFormat.Coding.allCases)
    func `every coding gives the samples back, however the file is cut`(coding: WAVFormat.Coding) throws {
        var random = SeededGenerator(seed: UInt64(coding.byteCount))
        let steps = (0..<60).map { _ in Int32.random(in: -32_768...32_767, using: &random) }
        let bytes = file(coding, channelCount: 3, data: steps.flatMap { sample($0, coding) })
        for pieceLength in [1, 2, 3, 5, 7, 44, 1_000] {
            let (samples, decoder) = try decode(bytes, pieceLength: pieceLength)
            #expect(samples == steps.map { Float($0) / 32_768 })
            #expect(decoder.format == WAVFormat(channelCount: 3, coding: coding))
            #expect(decoder.isAtEnd)
            #expect(decoder.headByteCount == 44)
        }
    }

    @Test func `a float file may hold anything, and it comes through for the caller to judge`() throws {
        let words: [Float] = [.nan, .infinity, -3]
        let bytes = file(.float32, channelCount: 1, data: words.flatMap { littleEndian($0.bitPattern) })
        let samples = try decode(bytes, pieceLength: 9).samples
        #expect(samples[0].isNaN && samples[1] == .infinity && samples[2] == -3)
    }

    @Test func `a writer into a pipe does not know the length`() throws {
        for length in [UInt32(0), .max] {
            var bytes = file(.pcm16, channelCount: 1, data: [1, 0, 2, 0, 3])
            bytes.replaceSubrange(40..<44, with: littleEndian(length))
            let (samples, decoder) = try decode(bytes, pieceLength: 4)
            #expect(samples == [1.0 / 32_768, 2.0 / 32_768])
            #expect(decoder.dataByteCount == nil)
        }
    }

    @Test func `each fault is named`() {
        let good = file(.pcm16, channelCount: 1, data: [1, 0, 2, 0])
        expect(.notWAV, from: [])
        expect(.notWAV, from: Array("OggS and more that is no sound".utf8))
        expect(.truncated(chunk: "data"), from: Array(good.dropLast()))
        expect(.missing(chunk: "data"), from: Array(good[..<36]))
        expect(.missing(chunk: "fmt "), from: Array(good[..<12]))
        expect(.truncated(chunk: "fmt "), from: Array(good[..<30]))
        expect(.missing(chunk: "fmt "), from: Array(good[..<12] + good[36...]))
        expect(.truncated(chunk: "L?ST"), from: Array(good[..<36]) + [0x4C, 7, 0x53, 0x54, 9, 0, 0, 0, 1])
        expect(.unsupportedCoding(formatTag: 6, bitsPerSample: 16), from: changed(good, 20, to: 6))
        expect(.badField("channels", value: 0), from: changed(good, 22, to: 0))
        expect(.badField("bytes per frame", value: 3), from: changed(good, 32, to: 3))
    }

    @Test(arguments: UInt64(0)..<60)
    func `whatever the bytes are, it ends with a verdict`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = file(.pcm24, channelCount: 2, data: Array(repeating: 5, count: 120))
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            bytes[Int.random(in: 0..<60, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        do throws(WAVError) {
            let (samples, decoder) = try decode(bytes, pieceLength: Int.random(in: 1...70, using: &random))
            #expect(samples.count <= bytes.count && decoder.format != nil)
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    private func expect(_ error: WAVError, from bytes: [UInt8]) {
        #expect(throws: error) { try decode(bytes, pieceLength: 7) }
    }

    private func changed(_ bytes: [UInt8], _ at: Int, to value: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[at] = value
        return bytes
    }

    private func decode(
        _ bytes: [UInt8], pieceLength: Int
    ) throws(WAVError) -> (samples: [Float], decoder: WAVDecoder) {
        var decoder = WAVDecoder()
        var samples: [Float] = []
        for start in stride(from: 0, to: bytes.count, by: pieceLength) {
            let end = min(start + pieceLength, bytes.count)
            try decoder.take(bytes.span.extracting(start..<end), into: &samples)
        }
        try decoder.finish()
        return (samples, decoder)
    }

    private func file(_ coding: WAVFormat.Coding, channelCount: Int, data: [UInt8]) -> [UInt8] {
        var bytes = WAVFile.header(channelCount: channelCount, rate: 16_000, frameCount: 0)
        bytes[20] = coding == .float32 ? 3 : 1
        bytes[32] = UInt8(channelCount * coding.byteCount)
        bytes[34] = UInt8(coding.byteCount * 8)
        bytes.replaceSubrange(40..<44, with: littleEndian(UInt32(data.count)))
        return bytes + data
    }

    private func sample(_ step: Int32, _ coding: WAVFormat.Coding) -> [UInt8] {
        switch coding {
        case .pcm16: Array(littleEndian(UInt32(bitPattern: step))[..<2])
        case .pcm24: Array(littleEndian(UInt32(bitPattern: step << 8))[..<3])
        case .pcm32: littleEndian(UInt32(bitPattern: step << 16))
        case .float32: littleEndian((Float(step) / 32_768).bitPattern)
        }
    }

    private func littleEndian(_ word: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
    }
}
