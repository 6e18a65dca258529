import Foundation
import LoqaAudio
import LoqaTestKit
import RelayAudio
import RelayDSP
import RelayIO
import Testing

struct EarRunTests {
    @Test func `a recording comes out clean, as long as it went in, and every block is reported`() throws {
        let folder = try Folder()
        let input = try folder.wav("many.wav", channelCount: 4, frameCount: 20_000, seed: 1)
        var files = EarRun.Files(input: input, output: folder.path("one.wav"))
        (files.report, files.shadow) = (folder.path("r.json"), input)
        files.shadowOutput = folder.path("two.wav")
        let run = try EarRun(board: "usb", Self.settings(), files, wakes: [8_000..<12_000])
        let summary = try run.run()
        #expect(summary.frameCount == 20_000 && summary.seconds == 1.25)
        let output = try folder.read("one.wav")
        #expect(output.channelCount == 1 && output.frameCount == 20_000)
        #expect(try folder.read("two.wav").samples == output.samples, "a shadow of itself")
        let report = try folder.report("r.json")
        let blocks = try #require(report["blocks"] as? [[String: Any]])
        #expect(blocks.count == (20_000 + 255) / 256)
        #expect(blocks.last?["t"] as? Double == 1.25)
        for name in ["levelDBFS", "snrDB", "voice", "gainDB", "noiseFloorDBFS", "directionConfidence"] {
            #expect(blocks.allSatisfy { $0[name] is Double || $0[name] is Int }, "\(name)")
        }
        let cost = try #require(report["cpuMillisecondsPerSecond"] as? [String: Double])
        #expect(Set(cost.keys) == ["channels", "echo", "spatial", "total"])
        #expect(report["channelFaults"] as? [NSNull] == Array(repeating: NSNull(), count: 4))
    }

    @Test func `the same files give the same bytes, but for the times`() throws {
        let folder = try Folder()
        let input = try folder.wav("many.wav", channelCount: 4, frameCount: 16_000, seed: 2)
        let reference = try folder.wav("ref.wav", channelCount: 1, frameCount: 9_000, seed: 3)
        for name in ["a", "b"] {
            var files = EarRun.Files(input: input, output: folder.path("\(name).wav"))
            (files.reference, files.report) = (reference, folder.path("\(name).json"))
            _ = try EarRun(board: "usb", Self.settings(), files).run()
        }
        #expect(try folder.bytes("a.wav") == folder.bytes("b.wav"))
        let blocks = try ["a.json", "b.json"].map {
            String(decoding: try folder.bytes($0), as: UTF8.self).components(separatedBy: "\"frames\"")[0]
        }
        #expect(blocks[0] == blocks[1])
    }

    @Test func `all channels of the board, or its microphones alone: the same comes out`() throws {
        let folder = try Folder()
        let four = try folder.wav("four.wav", channelCount: 4, frameCount: 8_000, seed: 4)
        let microphones = try folder.read("four.wav").samples
        let six = (0..<8_000).flatMap { frame -> [Int16] in
            var samples: [Int16] = [7]
            samples += microphones[frame * 4..<frame * 4 + 4]
            return samples + [-7]
        }
        try folder.write("six.wav", WAVFile.encode(WAVSound(channelCount: 6, samples: six)))
        for (input, output) in [(four, "a.wav"), (folder.path("six.wav"), "b.wav")] {
            let files = EarRun.Files(input: input, output: folder.path(output))
            _ = try EarRun(board: "usb", Self.settings().with(stages: [.beam]), files).run()
        }
        #expect(try folder.bytes("a.wav") == folder.bytes("b.wav"))
    }

    @Test func `what cannot be used is named, with what is needed`() throws {
        let folder = try Folder()
        let good = try folder.wav("good.wav", channelCount: 4, frameCount: 1_000, seed: 5)
        let two = try folder.wav("two.wav", channelCount: 2, frameCount: 1_000, seed: 5)
        var rate = try folder.bytes("good.wav")
        rate.replaceSubrange(24..<28, with: [0x44, 0xAC, 0, 0])
        try folder.write("rate.wav", rate)
        try folder.write("cut.wav", Array(try folder.bytes("good.wav").dropLast(3)))
        try folder.write("text.wav", Array("this is no sound at all".utf8))
        try folder.write("empty.wav", WAVFile.header(channelCount: 4, rate: 16_000, frameCount: 0))
        expect("has 2 channels, but the board usb has 6 channels, 4 of them microphones", folder, input: two)
        expect("has 44100 frames a second, 16000 are needed", folder, input: folder.path("rate.wav"))
        expect("ends inside its \"data\" chunk", folder, input: folder.path("cut.wav"))
        expect("not a WAV file", folder, input: folder.path("text.wav"))
        expect("holds no sound", folder, input: folder.path("empty.wav"))
        expect("No such file", folder, input: folder.path("nowhere.wav"))
        expect("a reference has 1 channel", folder, input: good, reference: two)
        expect("the input has 4 channels", folder, input: good, shadow: two)
        expect("No such file", folder, input: good, output: folder.path("no/such/folder.wav"))
    }

    @Test(arguments: WAVFormat.Coding.allCases)
    func `every coding is read`(coding: WAVFormat.Coding) throws {
        let folder = try Folder()
        var bytes = WAVFile.header(channelCount: 4, rate: 16_000, frameCount: 0)
        bytes[20] = coding == .float32 ? 3 : 1
        (bytes[32], bytes[34]) = (UInt8(4 * coding.byteCount), UInt8(8 * coding.byteCount))
        // The length is left at 0, as a writer into a pipe leaves it. Float samples are all sorts of numbers then.
        var random = SeededGenerator(seed: 6)
        bytes += (0..<4_000 * coding.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        try folder.write("many.wav", bytes)
        let files = EarRun.Files(input: folder.path("many.wav"), output: folder.path("one.wav"))
        let summary = try EarRun(board: "usb", Self.settings(), files).run()
        #expect(summary.frameCount == 1_000)
        #expect(try folder.read("one.wav").frameCount == 1_000)
        #expect(summary.last.mendedCount == 0)
    }

    private func expect(
        _ text: String, _ folder: Folder, input: String, output: String? = nil, reference: String? = nil,
        shadow: String? = nil, at location: SourceLocation = #_sourceLocation
    ) {
        var files = EarRun.Files(input: input, output: output ?? folder.path("out.wav"))
        (files.reference, files.shadow) = (reference, shadow)
        files.shadowOutput = shadow.map { _ in folder.path("shadow.wav") }
        do {
            _ = try EarRun(board: "usb", Self.settings(), files).run()
            Issue.record("taken: \(text)", sourceLocation: location)
        } catch {
            #expect("\(error)".contains(text), "\(error)", sourceLocation: location)
        }
    }

    private static func settings() throws -> FrontEndSettings {
        let places: [(Float, Float)] = [(-0.03245, 0), (0, -0.03245), (0.03245, 0), (0, 0.03245)]
        return try FrontEndSettings(
            channelCount: 6,
            microphones: places.enumerated().map {
                BoardMicrophone(channel: $0 + 1, position: Position(x: $1.0, y: $1.1))
            },
            reference: .channel(5))
    }
}

/// A folder of one test.
private final class Folder {
    private let url = FileManager.default.temporaryDirectory.appending(path: "ear-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit {
        do {
            try FileManager.default.removeItem(at: url)
        } catch {
            Issue.record("cannot remove \(url.path): \(error)")
        }
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appending(path: name))) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: url.appending(path: name))
    }

    func read(_ name: String) throws -> WAVSound { try WAVFile.decode(try bytes(name)) }

    func report(_ name: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(try bytes(name)))
        return try #require(object as? [String: Any])
    }

    /// Noise that all channels share, with some of each one's own.
    func wav(_ name: String, channelCount: Int, frameCount: Int, seed: UInt64) throws -> String {
        var random = SeededGenerator(seed: seed)
        var samples: [Int16] = []
        var shared: Float = 0
        for _ in 0..<frameCount {
            shared = 0.9 * shared + Float.random(in: -1_000...1_000, using: &random)
            for _ in 0..<channelCount { samples.append(Int16(shared + .random(in: -50...50, using: &random))) }
        }
        try write(name, WAVFile.encode(WAVSound(channelCount: channelCount, samples: samples)))
        return path(name)
    }
}
