import Glibc
import LoqaAudio
package import RelayAudio

/// Runs a recording through the front end, block by block, as the relay does live: the offline half of the ear.
///
/// The output depends on the files and the settings alone; only the times in the report differ from run to run.
package final class EarRun {
    /// Which files to read and write.
    package struct Files: Sendable, Equatable {
        /// All channels of the board, or its microphones alone in their order.
        package var input: String
        package var output: String
        /// What the loudspeaker played, mono, from the same instant on; it may be shorter.
        package var reference: String?
        package var report: String?
        /// Another recording of the same microphones, for the same weights, and where it goes.
        package var shadow: String?
        package var shadowOutput: String?

        package init(input: String, output: String) { (self.input, self.output) = (input, output) }
    }

    /// What a run has found, for the person who waits.
    package struct Summary: Sendable {
        package var frameCount = 0
        package var times = FrontEnd.Times()
        /// Of the last hop.
        package var last = FrontEndReport()
        /// Output samples beyond full scale, which were limited.
        package var clippedCount = 0

        /// Length of the recording in seconds.
        package var seconds: Double { Double(frameCount) / 16_000 }
    }

    /// The settings in force: for the channels of the input, with the echo stage only if there is a reference.
    package let settings: FrontEndSettings
    private let frontEnd: FrontEnd
    private let input: SoundFileReader
    private let output: SoundFileWriter
    private let reference: SoundFileReader?
    private let shadow: SoundFileReader?
    private let shadowOutput: SoundFileWriter?
    private let report: EarReportFile?
    /// The span of a wake word on the input's clock in frames, which teaches the beam when it is over.
    private let wakes: [Range<Int>]

    /// Opens every file; nothing is processed yet.
    ///
    /// - Parameters:
    ///   - board: name for the report.
    ///   - wakes: spans of wake words in frames.
    /// - Throws: ``SoundFileError`` for the first file that cannot be used, ``FrontEndError``.
    package init(
        board: String, _ settings: FrontEndSettings, _ files: Files, wakes: [Range<Int>] = []
    ) throws {
        input = try SoundFileReader(path: files.input)
        let channelCount = input.format.channelCount
        var settings = settings
        if channelCount != settings.channelCount {
            guard channelCount == settings.microphones.count else {
                throw SoundFileError(
                    files.input,
                    .channels(
                        channelCount,
                        need: "the board \(board) has \(Self.count(settings.channelCount)), "
                            + "\(settings.microphones.count) of them microphones"))
            }
            settings = settings.withMicrophonesOnly()
        }
        reference = try files.reference.map { try SoundFileReader(path: $0) }
        if let reference, reference.format.channelCount != 1 {
            throw SoundFileError(
                reference.path, .channels(reference.format.channelCount, need: "a reference has 1 channel")
            )
        }
        if reference != nil {
            settings = settings.with(reference: .playback)
        } else if settings.reference == .playback {
            settings = settings.with(reference: .none)
        }
        shadow = try files.shadow.map { try SoundFileReader(path: $0) }
        if let shadow, shadow.format.channelCount != channelCount {
            throw SoundFileError(
                shadow.path,
                .channels(shadow.format.channelCount, need: "the input has \(Self.count(channelCount))"))
        }
        self.settings = settings
        self.wakes = wakes.sorted { $0.upperBound < $1.upperBound }
        frontEnd = try FrontEnd(settings, clock: threadNanoseconds)
        output = try SoundFileWriter(path: files.output)
        shadowOutput = try files.shadowOutput.map { try SoundFileWriter(path: $0) }
        report = try files.report.map { try EarReportFile(path: $0, board: board, settings) }
    }

    /// Processes the whole recording.
    ///
    /// - Throws: ``SoundFileError`` if a file ends too early or cannot be written.
    package func run() throws(SoundFileError) -> Summary {
        var summary = Summary()
        var (frames, played, other): ([Float], [Float], [Float]) = ([], [], [])
        var clean = [Float](repeating: 0, count: FrontEnd.hop)
        var nextWake = wakes[...]
        while true {
            let count = try input.read(FrontEnd.hop, into: &frames)
            guard count > 0 else { break }
            Self.pad(&frames, to: FrontEnd.hop * settings.channelCount)
            if let reference {
                _ = try reference.read(FrontEnd.hop, into: &played)
                Self.pad(&played, to: FrontEnd.hop)
            }
            var room = clean.mutableSpan
            summary.last = frontEnd.process(frames.span, played: played.span, into: &room)
            try output.write(clean.span.extracting(0..<count))
            summary.frameCount += count
            try report?.add(summary.last, endFrame: summary.frameCount)
            if let shadow {
                _ = try shadow.read(FrontEnd.hop, into: &other)
                Self.pad(&other, to: FrontEnd.hop * settings.channelCount)
                var room = clean.mutableSpan
                frontEnd.processShadow(other.span, into: &room)
                try shadowOutput?.write(clean.span.extracting(0..<count))
            }
            while let wake = nextWake.first, wake.upperBound <= summary.frameCount {
                nextWake.removeFirst()
                frontEnd.noteWakeWord(
                    startedSamplesAgo: summary.frameCount - wake.lowerBound,
                    endedSamplesAgo: summary.frameCount - wake.upperBound)
            }
        }
        try output.finish()
        try shadowOutput?.finish()
        (summary.times, summary.clippedCount) = (frontEnd.times, output.clippedCount)
        try report?.finish(summary)
        return summary
    }

    private static func count(_ channels: Int) -> String { channels == 1 ? "1 channel" : "\(channels) channels" }

    private static func pad(_ samples: inout [Float], to count: Int) {
        while samples.count < count { samples.append(0) }
    }
}

/// Processor time of the calling thread in nanoseconds.
package func threadNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
