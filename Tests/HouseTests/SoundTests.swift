import Foundation
import Testing

@testable import loqa_demo

struct SoundTests {
    private let tone = Sound(samples: (0..<1_600).map { Int16(8_000 * sin(Double($0) * 0.3)) })

    @Test func `a WAV file gives back its sound`() {
        #expect(Sound(wav: tone.wav) == tone)
    }

    @Test func `a WAV file of another rate, too short or of nonsense is refused`() {
        var other = tone.wav
        other[24] = 0x44
        #expect(Sound(wav: other) == nil)
        #expect(Sound(wav: tone.wav.prefix(20)) == nil)
        #expect(Sound(wav: Data("RIFFxxxxWAVEfmt ".utf8)) == nil)
    }

    @Test(arguments: UInt64(0)..<300)
    func `any damage to a WAV file is taken or refused, never a trap`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bytes = Array(tone.wav.prefix(Int.random(in: 0...200, using: &random)))
        for index in bytes.indices where Int.random(in: 0..<8, using: &random) == 0 {
            bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
        _ = Sound(wav: Data(bytes))
    }

    @Test func `trimming ends with the last loud sample`() {
        let quiet = Sound(samples: (0..<900).map { $0 % 2 == 0 ? 90 : -90 })
        let padded = quiet + tone + quiet
        let trimmed = padded.trimmed()
        #expect(abs(trimmed.samples.count - tone.samples.count) < 8)
        #expect(Sound(silence: .seconds(1)).trimmed().samples.isEmpty)
    }

    @Test func `room noise has the level asked for, and is the same for the same seed`() {
        let noise = RoomNoise.make(seconds: 2, level: -55, seed: 9)
        let power = noise.samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(noise.samples.count)
        #expect(abs(10 * log10(power / (32_768 * 32_768)) + 55) < 0.5)
        #expect(RoomNoise.make(seconds: 2, level: -55, seed: 9) == noise)
        #expect(RoomNoise.make(seconds: 2, level: -55, seed: 10) != noise)
    }

    @Test func `sounds are mixed at their times and do not overflow`() {
        var mix = Sound(samples: [30_000, 30_000])
        mix.mix(Sound(samples: [30_000, -30_000, 5]), at: 1)
        #expect(mix.samples == [30_000, 32_767, -30_000, 5])
    }

    @Test func `the recording puts every part at its time`() {
        var recording = Recording()
        recording.addTalker(Sound(samples: [1, 2]), relay: "kitchen", startedAt: 5_000_000_000)
        recording.addTalker(Sound(samples: [3]), relay: "kitchen", startedAt: 5_000_250_000)
        recording.addTalker(Sound(samples: [9]), relay: "kitchen", startedAt: nil)
        #expect(recording.conversation.samples == [1, 2, 0, 0, 3])
    }

    @Test func `raw frames give their first channel, and half a frame is dropped`() {
        #expect(Sound(raw: Data([1, 0, 9, 9, 2, 1, 9, 9, 7]), channels: 2).samples == [1, 258])
    }

    @Test func `a trace is read as it grows, and half a line waits for its end`() throws {
        let path = NSTemporaryDirectory() + "loqa-trace-\(getpid())"
        defer { unlink(path) }
        let reader = TraceReader()
        reader.follow(path)
        #expect(reader.read().isEmpty)
        let line = #"{"t":5,"from":"hub","event":"hub.ready","port":1}"#
        try Data((line + "\nnonsense\n" + line.prefix(10)).utf8).write(to: URL(fileURLWithPath: path))
        #expect(reader.read().map(\.name) == ["hub.ready"])
        #expect(reader.badLineCount == 1)
        try Data((line + "\nnonsense\n" + line + "\n").utf8).write(to: URL(fileURLWithPath: path))
        #expect(reader.read().map(\.time) == [5])
    }
}
