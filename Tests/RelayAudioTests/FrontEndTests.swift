import CAllocationCount
import LoqaBase
import LoqaTestKit
import RelayAudio
import RelayDSP
import Testing

struct FrontEndTests {
    @Test(arguments: Hostile.allCases, [1, 2, 4])
    func `whatever comes in, numbers come out`(hostile: Hostile, microphoneCount: Int) throws {
        let frontEnd = try FrontEnd(Self.settings(microphoneCount, reference: .playback))
        var room = RoomSound(seed: 1, positions: Self.positions(microphoneCount))
        var output = [Float](repeating: .nan, count: FrontEnd.hop)
        for hop in 0..<80 {
            var frames = room.hop()
            if hop >= 20 { hostile.spoil(&frames, hop) }
            let played = hostile.played(hop)
            var span = output.mutableSpan
            let report = frontEnd.process(frames.span, played: played.span, into: &span)
            #expect(output.allSatisfy { $0.isFinite })
            let spatial = report.spatial
            for value in [
                spatial.voiceProbability, spatial.level, spatial.snr, spatial.noiseFloor, spatial.gain,
                spatial.azimuth ?? 0, spatial.directionConfidence, report.echo?.erle ?? 0,
                report.echo?.farEnd.echoLevel ?? 0,
            ] { #expect(value.isFinite) }
        }
        #expect(frontEnd.report.mendedCount == 0)
    }

    @Test func `it hears again after hostile sound`() throws {
        let frontEnd = try FrontEnd(Self.settings(4))
        var room = RoomSound(seed: 2, positions: Self.positions(4))
        var output = [Float](repeating: 0, count: FrontEnd.hop)
        for hop in 0..<230 {
            var frames = room.hop()
            if (20..<40).contains(hop) { frames = frames.map { _ in .nan } }
            if (60..<100).contains(hop) { frames = frames.map { _ in hop % 2 == 0 ? 1 : -1 } }
            var span = output.mutableSpan
            _ = frontEnd.process(frames.span, played: Span(), into: &span)
        }
        #expect(output.reduce(0) { $0 + $1 * $1 } > 1e-4)
        #expect(frontEnd.report.health.excluded == 0)
    }

    @Test func `without stages the first microphone passes, amplified, a hop later`() throws {
        var microphones = RoomSound.usbArray
        microphones[0].gain = 6.0206
        let frontEnd = try FrontEnd(
            FrontEndSettings(channelCount: 4, microphones: microphones, stages: []))
        var room = RoomSound(seed: 3, positions: Self.positions(4))
        var (before, output): ([Float], [Float]) = ([], Array(repeating: 0, count: FrontEnd.hop))
        for hop in 0..<10 {
            let frames = room.hop()
            var span = output.mutableSpan
            _ = frontEnd.process(frames.span, played: Span(), into: &span)
            if hop > 0 {
                let input = before.reduce(0) { $0 + 4 * $1 * $1 }
                let difference = zip(before, output).reduce(0) { $0 + ($1.0 * 2 - $1.1) * ($1.0 * 2 - $1.1) }
                #expect(difference < 0.1 * input, "but for what is too low to be speech")
            }
            before = (0..<FrontEnd.hop).map { frames[$0 * 4] }
        }
    }

    @Test func `the same sound gives the same output, and a shadow of itself is itself`() throws {
        var outputs: [[Float]] = []
        for _ in 0..<2 {
            let frontEnd = try FrontEnd(Self.settings(4).with(stages: [.beam, .direction]))
            var room = RoomSound(seed: 5, positions: Self.positions(4))
            var heard: [Float] = []
            var (output, shadow) = ([Float](repeating: 0, count: 256), [Float](repeating: 0, count: 256))
            for _ in 0..<70 {
                let frames = room.hop()
                var span = output.mutableSpan
                _ = frontEnd.process(frames.span, played: Span(), into: &span)
                var other = shadow.mutableSpan
                frontEnd.processShadow(frames.span, into: &other)
                #expect(output == shadow)
                heard += output
            }
            outputs.append(heard)
        }
        #expect(outputs[0] == outputs[1])
    }

    @Test func `blocks of 20 ms give what hops give, later by what is said`() throws {
        let settings = Self.settings(2)
        let stream = FrontEndStream(try FrontEnd(settings))
        let frontEnd = try FrontEnd(settings)
        var random = SeededGenerator(seed: 6)
        let frames = (0..<320 * 2 * 64).map { _ in Int16.random(in: -9_000...9_000, using: &random) }
        var streamed: [Int16] = []
        var clean = [Int16](repeating: 0, count: 320)
        for start in stride(from: 0, to: frames.count, by: 640) {
            var span = clean.mutableSpan
            _ = stream.process(
                frames.span.extracting(start..<start + 640), reference: Span(), into: &span)
            streamed += clean
        }
        var direct: [Int16] = []
        var hop = [Float](repeating: 0, count: FrontEnd.hop)
        for start in stride(from: 0, to: frames.count, by: 512) {
            let input = frames[start..<start + 512].map { Float($0) / 32_768 }
            var span = hop.mutableSpan
            _ = frontEnd.process(input.span, played: Span(), into: &span)
            direct += hop.map { Int16(min(max(($0 * 32_768).rounded(), -32_768), 32_767)) }
        }
        let late = FrontEndStream.latency - FrontEnd.latency
        #expect(streamed.prefix(late).allSatisfy { $0 == 0 })
        #expect(Array(streamed.dropFirst(late)) == Array(direct.dropLast(late)))
        #expect(SampleCount(Int64(FrontEndStream.latency)).duration <= .milliseconds(40))
    }

    @Test(arguments: [1, 2, 4])
    func `no block takes memory`(microphoneCount: Int) throws {
        let frontEnd = try FrontEnd(Self.settings(microphoneCount, reference: .playback), clock: { 0 })
        let stream = FrontEndStream(frontEnd)
        var random = SeededGenerator(seed: 7)
        let frames = (0..<320 * microphoneCount).map { _ in Int16.random(in: -5_000...5_000, using: &random) }
        let played = (0..<320).map { _ in Int16.random(in: -5_000...5_000, using: &random) }
        var clean = [Int16](repeating: 0, count: 320)
        for _ in 0..<120 {
            var span = clean.mutableSpan
            _ = stream.process(frames.span, reference: played.span, into: &span)
        }
        let before = loqa_allocation_count()
        for _ in 0..<240 {
            var span = clean.mutableSpan
            _ = stream.process(frames.span, reference: played.span, into: &span)
        }
        #expect(loqa_allocation_count() == before)
        withExtendedLifetime([Int](repeating: Int(before), count: 9)) {}
        #expect(loqa_allocation_count() > before, "the counter counts")
    }

    @Test func `settings for a recording of the microphones alone`() throws {
        let board = try FrontEndSettings(
            channelCount: 6,
            microphones: RoomSound.usbArray.map {
                BoardMicrophone(channel: $0.channel + 1, gain: 1, position: $0.position)
            },
            reference: .channel(5))
        let alone = board.withMicrophonesOnly()
        #expect(alone.channelCount == 4 && alone.microphones.map(\.channel) == [0, 1, 2, 3])
        #expect(
            alone.reference == .playback && alone.stages == board.stages && alone.microphones[2].gain == 1)
        #expect(alone.with(reference: .none).stages == board.stages.subtracting([.echo]))
        #expect(Self.settings(1).with(stages: Set(EarStage.allCases)).stages == [.noiseSuppression, .gain])
    }

    @Test func `a list of stages is read, and a wrong one is named`() throws {
        #expect(try EarStage.set(of: "echo, beam") == [.echo, .beam])
        #expect(try EarStage.set(of: "none") == [])
        #expect(throws: EarStageError(name: "bean")) { try EarStage.set(of: "echo,bean") }
        #expect(throws: EarStageError(name: "")) { try EarStage.set(of: "echo,,beam") }
    }

    static func positions(_ count: Int) -> [Position] {
        RoomSound.usbArray.prefix(count).compactMap(\.position)
    }

    static func settings(_ count: Int, reference: EchoReference = .none) -> FrontEndSettings {
        do {
            return try FrontEndSettings(
                channelCount: count, microphones: Array(RoomSound.usbArray.prefix(count)),
                reference: reference)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}

/// What no microphone should send.
enum Hostile: CaseIterable {
    case silence, squareWave, notANumber, infinity, huge, oneBadChannel, impulses, stoppedReference,
        badReference

    func spoil(_ frames: inout [Float], _ hop: Int) {
        for index in frames.indices {
            switch self {
            case .silence: frames[index] = 0
            case .squareWave: frames[index] = (index / 64) % 2 == 0 ? 1 : -1
            case .notANumber: frames[index] = .nan
            case .infinity: frames[index] = hop % 2 == 0 ? .infinity : -.infinity
            case .huge: frames[index] *= 1e30
            case .oneBadChannel: if index % 4 == 0 { frames[index] = .nan }
            case .impulses: frames[index] = index == 17 ? 1 : 0
            case .stoppedReference, .badReference: break
            }
        }
    }

    func played(_ hop: Int) -> [Float] {
        var random = SeededGenerator(seed: UInt64(hop))
        let noise = (0..<FrontEnd.hop).map { _ in Float.random(in: -0.3...0.3, using: &random) }
        switch self {
        case .stoppedReference: return hop < 45 ? noise : [Float](repeating: 0, count: FrontEnd.hop)
        case .badReference: return hop % 3 == 0 ? noise.map { _ in .nan } : noise.map { $0 * 1e20 }
        case .silence, .squareWave, .notANumber, .infinity, .huge, .oneBadChannel, .impulses: return noise
        }
    }
}
