import LoqaAudio
import LoqaTestKit
import Testing

struct WAVFileTests {
    @Test(arguments: [1, 2, 6, 32])
    func `what is written reads back`(channelCount: Int) throws {
        var random = SeededGenerator(seed: UInt64(channelCount))
        let samples = (0..<channelCount * 100).map { _ in Int16.random(in: .min ... .max, using: &random) }
        let sound = WAVSound(channelCount: channelCount, rate: 48_000, samples: samples)
        let bytes = WAVFile.encode(sound)
        #expect(bytes.count == WAVFile.headerByteCount + samples.count * 2)
        #expect(try WAVFile.decode(bytes) == sound)
        #expect(sound.frameCount == 100)
    }

    @Test func `the header is the one other programs write`() {
        let header = WAVFile.header(channelCount: 1, rate: 16_000, frameCount: 2)
        let expected: [UInt8] =
            Array("RIFF".utf8) + [40, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 1, 0]
            + [0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0] + Array("data".utf8) + [4, 0, 0, 0]
        #expect(header == expected)
    }

    @Test func `other chunks, padding and the extensible form are read`() throws {
        var format = chunk("fmt ", Array(standard()[20..<36]) + [22, 0, 16, 0, 4, 0, 0, 0, 1, 0])
        format[8] = 0xFE
        format[9] = 0xFF
        let bytes = riff(chunk("LIST", [1, 2, 3]) + format + chunk("data", [1, 0, 0xFF, 0xFF]))
        #expect(try WAVFile.decode(bytes).samples == [1, -1])
    }

    @Test(arguments: [UInt32(0), 0x7FFF_F000, .max])
    func `a length that a pipe's writer could not know means up to the end`(claimed: UInt32) throws {
        var bytes = standard(data: [1, 0, 2, 0, 3])
        for index in 0..<4 { bytes[40 + index] = UInt8(truncatingIfNeeded: claimed >> UInt32(8 * index)) }
        #expect(try WAVFile.decode(bytes).samples == [1, 2])
    }

    @Test func `each fault is named`() {
        expect(.notWAV, from: Array("ID3 is something else".utf8))
        expect(.notWAV, from: [])
        expect(.missing(chunk: "fmt "), from: riff(chunk("data", [0, 0])))
        expect(.missing(chunk: "data"), from: Array(standard().dropLast(8)))
        expect(.missing(chunk: "fmt "), from: riff([]))
        expect(.truncated(chunk: "data"), from: Array(standard(data: [1, 0, 2, 0]).dropLast()))
        expect(.truncated(chunk: "fmt "), from: riff(chunk("fmt ", [1, 0])))
        expect(.truncated(chunk: "LIS?"), from: riff(Array("LIS\u{1}".utf8) + [9, 0, 0, 0, 1]))
        expect(.unsupportedCoding(formatTag: 3, bitsPerSample: 16), from: changed(20, to: 3))
        expect(.unsupportedCoding(formatTag: 1, bitsPerSample: 8), from: changed(34, to: 8))
        expect(.badField("channels", value: 0), from: changed(22, to: 0))
        expect(.badField("channels", value: 33), from: changed(22, to: 33))
        expect(.badField("bytes per frame", value: 4), from: changed(32, to: 4))
        expect(.badField("rate", value: 0xFF_3E80), from: changed(26, to: 0xFF))
        #expect(throws: WAVError.tooLong(byteCount: 44, byteCountMax: 43)) {
            try WAVFile.decode(standard(), byteCountMax: 43)
        }
    }

    @Test(arguments: UInt64(0)..<40)
    func `any bytes give a sound within them or an error`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var bytes = riff(
                chunk("LIST", [1, 2, 3]) + chunk("fmt ", Array(standard()[20..<36])) + chunk("data", [1, 2]))
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            do throws(WAVError) {
                let sound = try WAVFile.decode(bytes)
                #expect(sound.samples.count * 2 <= bytes.count)
                #expect(sound.samples.count % sound.channelCount == 0)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    private func standard(data: [UInt8] = []) -> [UInt8] {
        var bytes = WAVFile.header(channelCount: 1, rate: 16_000, frameCount: data.count / 2) + data
        bytes[40] = UInt8(data.count)
        return bytes
    }

    private func changed(_ at: Int, to value: UInt8) -> [UInt8] {
        var bytes = standard(data: [0, 0])
        bytes[at] = value
        return bytes
    }

    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let padding: [UInt8] = content.count % 2 == 1 ? [0] : []
        return Array(name.utf8) + [UInt8(content.count), 0, 0, 0] + content + padding
    }

    private func riff(_ chunks: [UInt8]) -> [UInt8] {
        Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WAVE".utf8) + chunks
    }

    private func expect(
        _ error: WAVError, from bytes: [UInt8], at location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: location) { try WAVFile.decode(bytes) }
    }
}
