import LoqaTestKit
import SpeechFrames
import Testing

struct SpeechFrameTests {
    static let samples: [SpeechFrame] = [
        .loadGrammar(id: 7, network: "#JSGF V1.0;\ngrammar g;\npublic <a> = yes;", words: ["yes", "café"]),
        .recognise(id: 0xFFFF_FFFF, utterance: [0, 1, -1, .min, .max]),
        .recognise(id: 1, utterance: []),
        .speak(id: 2, text: "It is late.\nGo to bed."),
        .cancel(id: 3),
        .ready(engine: "pocketsphinx"),
        .grammarLoaded(id: 4, unknownWords: []),
        .grammarLoaded(id: 4, unknownWords: ["日本"]),
        .hypothesis(
            id: 5, text: "turn on", scorePerFrame: -17.25, confidence: 0.75,
            words: [
                .init(text: "turn", startMilliseconds: 120, endMilliseconds: 300),
                .init(text: "on", startMilliseconds: 300, endMilliseconds: 470),
            ]),
        .noHypothesis(id: 6),
        .sound(id: 7, samples: Array(repeating: -300, count: SpeechLimits.soundSampleCountMax)),
        .spoken(id: 8),
        .failed(id: 9, reason: "no grammar has been loaded"),
    ]

    @Test(arguments: samples) func `a frame comes back as it was sent, however the pipe chops it`(
        frame: SpeechFrame
    ) throws {
        let bytes = frame.bytes + frame.bytes
        for step in [1, 3, 1_000] {
            var reader = SpeechFrameReader(from: frame.kind.sender)
            var frames: [SpeechFrame] = []
            for start in stride(from: 0, to: bytes.count, by: step) {
                reader.append(bytes[start..<min(start + step, bytes.count)])
                while let next = try reader.next() { frames.append(next) }
            }
            #expect(frames == [frame, frame])
            #expect(reader.unreadByteCount == 0)
        }
    }

    @Test func `there is a sample of every kind`() {
        #expect(Set(Self.samples.map(\.kind)) == Set(SpeechFrame.Kind.allCases))
    }

    @Test func `a bad frame is named and nothing after it is read`() {
        let cases: [(SpeechFrame.Sender, [UInt8], SpeechFrameError)] = [
            (.worker, [0, 0, 0, 0, 77], .unknownKind(77)),
            (.worker, [0, 0, 0, 4, 4, 0, 0, 0, 1], .wrongDirection(.cancel)),
            (.hub, [0xFF, 0, 0, 0, 1], .tooLong(kind: 1, byteCount: 0xFF00_0000)),
            (.hub, [0, 0, 0, 3, 4, 0, 0, 0], .wrongLength(.cancel)),
            (.hub, [0, 0, 0, 5, 4, 0, 0, 0, 0, 0], .wrongLength(.cancel)),
            (.hub, [0, 0, 0, 5, 2, 0, 0, 0, 0, 0], .wrongLength(.recognise)),
            (.hub, [0, 0, 0, 9, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF], .badField(.speak, "text")),
            (.hub, [0, 0, 0, 9, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0x07], .badField(.speak, "text")),
            (.hub, [0, 0, 0, 8, 3, 0, 0, 0, 0, 0xFF, 0, 0, 1], .wrongLength(.speak)),
            (.worker, [0, 0, 0, 8, 130, 0, 0, 0, 0, 0, 0, 0x20, 1], .badField(.grammarLoaded, "word count")),
            (.worker, [0, 0, 0, 4, 133, 0, 0, 0, 0], .badField(.sound, "sound")),
        ]
        for (sender, bytes, error) in cases {
            var reader = SpeechFrameReader(from: sender)
            reader.append(bytes)
            #expect(throws: error) { try reader.next() }
            reader.append(SpeechFrame.spoken(id: 1).bytes)
            #expect(throws: error) { try reader.next() }
        }
    }

    @Test func `values outside their limits are found before they are sent`() {
        let long = String(repeating: "a", count: SpeechLimits.wordByteCountMax + 1)
        let bad: [SpeechFrame] = [
            .speak(id: 1, text: ""), .speak(id: 1, text: "bell \u{7}"),
            .recognise(
                id: 1, utterance: Array(repeating: 0, count: SpeechLimits.utteranceSampleCountMax + 1)),
            .sound(id: 1, samples: []), .grammarLoaded(id: 1, unknownWords: [long]),
            .grammarLoaded(id: 1, unknownWords: ["two words"]), .ready(engine: "two\nlines"),
            .hypothesis(id: 1, text: "a", scorePerFrame: .nan, confidence: 1, words: []),
            .hypothesis(id: 1, text: "a", scorePerFrame: -1, confidence: 1.5, words: []),
            .hypothesis(
                id: 1, text: "a", scorePerFrame: 0, confidence: 1,
                words: [.init(text: "a", startMilliseconds: 2, endMilliseconds: 1)]),
        ]
        for frame in bad { #expect(!frame.isWithinLimits) }
        for frame in Self.samples { #expect(frame.isWithinLimits) }
    }

    @Test(arguments: UInt64(0)..<8) func `damaged bytes give frames or an error and never a crash`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        let short = Self.samples.filter { $0.bytes.count < 200 }
        for _ in 0..<1_000 {
            let frame = short[Int.random(in: short.indices, using: &random)]
            var bytes = frame.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            var reader = SpeechFrameReader(from: frame.kind.sender)
            reader.append(bytes + frame.bytes)
            do throws(SpeechFrameError) {
                while let got = try reader.next() { #expect(got.isWithinLimits) }
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
