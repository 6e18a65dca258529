import Foundation
import RelayIO
import Testing

/// One virtual board in a folder of its own: a real ALSA device, paced by the real clock.
final class TestBoard: Sendable {
    /// A line of the witness file.
    struct Event: Decodable, Equatable {
        var t: Int64
        var from: String
        var board: String
        var event: String
        var stream: String
        var frame: Int
    }

    let folder: URL
    private let parameters: String

    /// - Parameter parameters: Such as "CH=4,PPM=50000"; see ``configuration``.
    init(_ parameters: String = "") throws {
        try Self.configured.get()
        folder = FileManager.default.temporaryDirectory.appending(path: "loqa-board-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        self.parameters = parameters.isEmpty ? "" : ",\(parameters)"
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var deviceName: String { "board:DIR=\(folder.path)\(parameters)" }

    func settings(channelCount: Int = 1, bufferPeriods: Int = 5) throws -> SoundDeviceSettings {
        try SoundDeviceSettings(name: deviceName, channelCount: channelCount, bufferPeriods: bufferPeriods)
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// Says these samples into the room; at most 2 s wait in the pipe. The board must be open.
    func say(_ samples: [Int16]) throws {
        let pipe = try #require(FileHandle(forWritingAtPath: path("speech")))
        try pipe.write(contentsOf: samples.withUnsafeBytes { Data($0) })
        try pipe.close()
    }

    func setUnplugged(_ isUnplugged: Bool) throws {
        if isUnplugged {
            try Data().write(to: URL(filePath: path("unplug")))
        } else {
            try FileManager.default.removeItem(atPath: path("unplug"))
        }
    }

    func events(_ name: String? = nil) throws -> [Event] {
        guard let data = FileManager.default.contents(atPath: path("events.jsonl")) else { return [] }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        let events = try lines.map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
        return events.filter { name == nil || $0.event == name }
    }

    /// What was played so far, interleaved.
    func played() -> [Int16] {
        let data = FileManager.default.contents(atPath: path("output.raw")) ?? Data()
        return data.withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) }
    }

    /// Looks again every few milliseconds until `condition` holds; fails after 5 s.
    func eventually(
        _ what: Comment, at location: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
    ) throws {
        let end = ContinuousClock.now + .seconds(5)
        while try !condition() {
            if ContinuousClock.now > end {
                Issue.record("not within 5 s: \(what)", sourceLocation: location)
                return
            }
            poll(nil, 0, 3)
        }
    }

    /// The configuration is global to the process, so it is written once and boards differ by parameters.
    private static let configured = Result {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        let library = URL(filePath: bundle).deletingLastPathComponent()
            .appending(path: "libasound_module_pcm_loqa.so").path
        guard FileManager.default.fileExists(atPath: library) else {
            throw Missing(description: "\(library) is missing; build with --build-tests")
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "loqa-asound-\(getpid()).conf")
        try configuration(library).write(to: file, atomically: true, encoding: .utf8)
        setenv("ALSA_CONFIG_PATH", file.path, 1)
    }

    private struct Missing: Error, CustomStringConvertible { let description: String }

    private static func configuration(_ library: String) -> String {
        """
        </usr/share/alsa/alsa.conf>
        pcm_type.loqa { lib "\(library)" }
        pcm.board {
            @args [ DIR CH PPM RATE DELAY ]
            @args.DIR { type string }
            @args.CH { type integer default 1 }
            @args.PPM { type integer default 0 }
            @args.RATE { type integer default 16000 }
            @args.DELAY { type integer default 0 }
            type loqa
            name "kitchen"
            channels $CH
            rate $RATE
            ppm $PPM
            channel_delay $DELAY
            speech { @func concat strings [ $DIR "/speech" ] }
            output { @func concat strings [ $DIR "/output.raw" ] }
            events { @func concat strings [ $DIR "/events.jsonl" ] }
            unplug { @func concat strings [ $DIR "/unplug" ] }
        }
        pcm.noisy {
            @args [ DIR ]
            @args.DIR { type string }
            type loqa
            noise { @func concat strings [ $DIR "/noise.raw" ] }
            speech { @func concat strings [ $DIR "/speech" ] }
        }
        pcm.misspelt { type loqa speach "/tmp/x" }
        pcm.misnamed { type loqa name "a\\"b" }
        pcm.many { type loqa channels 9 }
        """
    }
}

/// A sawtooth without a zero in it, loud from its first sample to its last.
func ramp(_ count: Int) -> [Int16] { (0..<count).map { Int16(1_000 + $0 % 20_000) } }
