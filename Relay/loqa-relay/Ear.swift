import LoqaAudio
import LoqaBase
import RelayAudio
import RelayDSP
import RelayIO

/// The front end at work: from the capture thread's blocks and what is played, to one clean channel.
///
/// For the main loop's thread. Positions of the clean channel are those of the capture stream: a sample of it was captured
/// at its position, although it comes out ``FrontEndStream/latency`` later.
final class Ear {
    /// What is known of a clean block.
    struct Heard {
        /// Of its first sample.
        var position: SampleCount
        /// Before the automatic gain.
        var level: DecibelsFullScale
        var noiseFloor: DecibelsFullScale
    }

    private let stream: FrontEndStream
    private var reference = PlaybackReference()
    private let usesPlayback: Bool
    private var captured: [Int16]
    private var played: [Int16]
    /// The clean block of the last ``listen(to:_:)``.
    private(set) var clean: [Int16]
    private var report = FrontEndReport()
    /// Position after the last frame that the front end has processed.
    private var processedEnd = SampleCount(0)

    init(_ settings: FrontEndSettings) throws(FrontEndError) {
        stream = FrontEndStream(try FrontEnd(settings, clock: threadNanoseconds))
        usesPlayback = settings.reference == .playback && settings.stages.contains(.echo)
        let frameCount = FrontEndStream.blockFrameCount
        captured = Array(repeating: 0, count: frameCount * settings.channelCount)
        played = Array(repeating: 0, count: usesPlayback ? frameCount : 0)
        clean = Array(repeating: 0, count: frameCount)
    }

    /// Takes one block that the capture thread has left, and cleans it into ``clean``; nil if none waits.
    func listen(to capture: CaptureThread, _ playback: PlaybackThread) -> Heard? {
        var room = captured.mutableSpan
        guard let block = capture.ring.pop(into: &room) else { return nil }
        takePlayback(playback)
        if usesPlayback {
            var room = played.mutableSpan
            reference.take(into: &room, capturedAt: block.capturedAt)
        }
        var output = clean.mutableSpan
        report = stream.process(captured.span, reference: played.span, into: &output)
        let frameCount = SampleCount(Int64(FrontEndStream.blockFrameCount))
        processedEnd = block.position + frameCount - SampleCount(Int64(stream.waitingFrameCount))
        return Heard(
            position: block.position - SampleCount(Int64(FrontEndStream.latency)),
            level: DecibelsFullScale(clamping: report.spatial.level),
            noiseFloor: DecibelsFullScale(clamping: report.spatial.noiseFloor))
    }

    /// Where the talker is, degrees; nil if that is not known.
    var azimuth: Float? { report.spatial.azimuth }

    /// The wake word stands in this span of the clean channel: it teaches the beam.
    func noteWakeWord(from start: SampleCount, to end: SampleCount) {
        stream.frontEnd.noteWakeWord(
            startedSamplesAgo: Int((processedEnd - start).value),
            endedSamplesAgo: Int((processedEnd - end).value))
    }

    /// Learns what the loudspeaker was given since the last block.
    private func takePlayback(_ playback: PlaybackThread) {
        while let (block, samples) = playback.audible.pop() {
            guard usesPlayback else { continue }
            if block.position.value == PlaybackThread.silencedPosition {
                reference.silence(from: block.capturedAt)
            } else {
                reference.note(samples.span, audibleAt: block.capturedAt)
            }
        }
    }
}

extension Ear {
    /// What is wrong with the microphones, in words for a person; empty if all is well.
    var faults: [String] {
        let health = report.health
        guard !health.isHealthy else { return [] }
        let microphones = stream.frontEnd.settings.microphones
        var lines = microphones.indices.compactMap { index in
            health.fault(of: index).map { fault in
                let isExcluded = health.excluded & 1 << UInt32(index) != 0
                return "microphone \(index) on channel \(microphones[index].channel) is \(fault.rawValue)"
                    + (isExcluded ? " and left out" : "")
            }
        }
        if health.isMisordered {
            lines.append(
                "the channels are not in the order of the board's microphones; directions are not told")
        }
        return lines
    }

    /// For `loqa-relay link`: what the ear hears at this moment.
    var status: [(String, String)] {
        let spatial = report.spatial
        let tenth = { (value: Float) in "\((value * 10).rounded() / 10)" }
        return [
            ("direction", spatial.azimuth.map { "\(Int($0.rounded())) degrees" } ?? "unknown"),
            ("level", "\(tenth(spatial.level)) dBFS, \(tenth(spatial.snr)) dB above the noise"),
            ("beam", spatial.beam.rawValue),
            ("microphones", faults.isEmpty ? "all work" : faults.joined(separator: "; ")),
        ]
    }
}
