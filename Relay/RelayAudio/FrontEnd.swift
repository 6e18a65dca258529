import LoqaAudio
package import RelayDSP

/// What the front end found in one hop.
package struct FrontEndReport: Sendable, Hashable {
    /// Direction, voice, levels, gain.
    package var spatial = SpatialReport()
    /// Of the echo stage; nil where there is none.
    package var echo: EchoReport?
    /// Of the channels.
    package var health = ChannelHealth.Report()
    /// Samples that a stage made no numbers of, since the start; silence went out for them. None is expected, ever.
    package var mendedCount = 0

    package init() {}
}

/// The relay's ear: what a board's channels hear, in; one clean channel and what is known of the talker, out.
///
/// Channel map and gains, then ``ChannelHealth``, the echo stage, and the spatial stage with beam, direction, noise
/// suppression and automatic gain; each can be switched off. Sound is 16 kHz in -1...1, in hops of 256 frames. The same
/// object works live and on files: it reads no clock, and what it does depends on what it was given only. One thread;
/// takes its memory when made.
package final class FrontEnd {
    /// Frames in one call.
    package static let hop = SpatialFilter.hop

    /// Time that the parts took so far, in the units of the caller's clock.
    package struct Times: Sendable, Hashable {
        /// Map, gains and ``ChannelHealth``.
        package var channels: Int64 = 0
        package var echo: Int64 = 0
        /// Beam, direction, noise suppression and gain.
        package var spatial: Int64 = 0

        package init() {}
    }

    /// As it was made.
    package let settings: FrontEndSettings
    /// What each part has cost; all zero without a clock.
    package private(set) var times = Times()
    /// Of the last hop.
    package private(set) var report = FrontEndReport()
    private let health: ChannelHealth
    private let echo: EchoStage?
    private let spatial: SpatialFilter
    private let clock: (() -> Int64)?
    private let gains: [Float]
    private let microphones: UnsafeMutableBufferPointer<Float>
    private let reference: UnsafeMutableBufferPointer<Float>
    private let takenOff: UnsafeMutableBufferPointer<Float>

    /// - Parameter clock: what ``times`` are taken from; the edges give one, this layer has none.
    /// - Throws: ``FrontEndError/echo`` if the echo stage cannot be made.
    package init(_ settings: FrontEndSettings, clock: (() -> Int64)? = nil) throws(FrontEndError) {
        (self.settings, self.clock) = (settings, clock)
        let count = settings.microphones.count
        health = ChannelHealth(channelCount: count, geometry: settings.geometry)
        if settings.stages.contains(.echo) {
            do throws(EchoError) {
                echo = try EchoStage(channels: count)
            } catch {
                throw .echo("there is not enough memory for the echo stage")
            }
        } else {
            echo = nil
        }
        var wanted = SpatialSettings()
        wanted.hasBeam = settings.stages.contains(.beam)
        wanted.hasDirection = settings.stages.contains(.direction)
        wanted.hasNoiseSuppression = settings.stages.contains(.noiseSuppression)
        wanted.hasAutomaticGain = settings.stages.contains(.gain)
        spatial = SpatialFilter(
            geometry: settings.geometry ?? Self.anyGeometry(count), settings: wanted,
            maskModel: settings.maskModel)
        gains = settings.microphones.map { Self.amplitude($0.gain) }
        microphones = .allocate(capacity: count * Self.hop)
        microphones.initialize(repeating: 0)
        reference = .allocate(capacity: Self.hop)
        reference.initialize(repeating: 0)
        takenOff = .allocate(capacity: Self.hop)
        takenOff.initialize(repeating: 0)
        report.echo = echo == nil ? nil : EchoReport()
    }

    deinit {
        microphones.deallocate()
        reference.deallocate()
        takenOff.deallocate()
    }

    /// Frames by which the output is later than the input.
    package static let latency = SpatialFilter.hop

    /// Processes one hop.
    ///
    /// - Parameters:
    ///   - frames: 256 interleaved frames of all channels of the device.
    ///   - played: what the loudspeaker played meanwhile, 256 samples; empty takes the board's reference channel, if it
    ///     has one, and silence otherwise.
    ///   - output: 256 samples, all written, never NaN; beyond full scale only if the input was.
    package func process(
        _ frames: Span<Float>, played: Span<Float>, into output: inout MutableSpan<Float>
    ) -> FrontEndReport {
        let start = clock?() ?? 0
        takeChannels(frames)
        takeReference(frames, played)
        inspect()
        let afterChannels = clock?() ?? 0
        if let echo {
            var room = microphones.mutableSpan
            report.echo = echo.process(&room, reference: reference.span)
            var taken = takenOff.mutableSpan
            echo.readEcho(into: &taken)
        }
        let afterEcho = clock?() ?? 0
        report.spatial = spatial.process(
            microphones.span, farEnd: report.echo?.farEnd ?? .silent,
            echo: echo == nil ? nil : takenOff.span, into: &output)
        if report.health.isMisordered {
            (report.spatial.azimuth, report.spatial.directionConfidence) = (nil, 0)
        }
        report.mendedCount += Self.mend(&output)
        let end = clock?() ?? 0
        times.channels += afterChannels - start
        times.echo += afterEcho - afterChannels
        times.spatial += end - afterEcho
        return report
    }

    /// Sends another recording of the same microphones through the very weights of the last
    /// ``process(_:played:into:)``, to measure with. It hears no loudspeaker.
    package func processShadow(_ frames: Span<Float>, into output: inout MutableSpan<Float>) {
        takeChannels(frames)
        var room = microphones.mutableSpan
        health.apply(to: &room)
        echo?.processShadow(&room)
        spatial.processShadow(microphones.span, into: &output)
        _ = Self.mend(&output)
    }

    /// The wake word was heard in the output: it teaches the beam. Counted from the end of the last hop's input.
    package func noteWakeWord(startedSamplesAgo: Int, endedSamplesAgo: Int) {
        guard endedSamplesAgo >= 0, startedSamplesAgo > endedSamplesAgo else { return }
        spatial.noteWakeWord(startedSamplesAgo: startedSamplesAgo, endedSamplesAgo: endedSamplesAgo)
    }

    /// Takes the microphones out of the frames, amplified, each for itself.
    private func takeChannels(_ frames: Span<Float>) {
        let channelCount = settings.channelCount
        precondition(frames.count == channelCount * Self.hop, "not one hop of all channels")
        for (index, microphone) in settings.microphones.enumerated() {
            let gain = gains[index]
            for frame in 0..<Self.hop {
                microphones[index * Self.hop + frame] =
                    frames[frame * channelCount + microphone.channel] * gain
            }
        }
    }

    private func takeReference(_ frames: Span<Float>, _ played: Span<Float>) {
        guard echo != nil else { return }
        precondition(played.isEmpty || played.count == Self.hop, "not one hop of the reference")
        if !played.isEmpty {
            for index in 0..<Self.hop { reference[index] = played[index] }
        } else if case .channel(let channel) = settings.reference {
            for frame in 0..<Self.hop { reference[frame] = frames[frame * settings.channelCount + channel] }
        } else {
            for index in 0..<Self.hop { reference[index] = 0 }
        }
    }

    private func inspect() {
        let before = health.report.excluded
        var room = microphones.mutableSpan
        health.inspect(&room)
        if health.report.excluded != before { spatial.excludeChannels(health.report.excluded) }
        report.health = health.report
    }

    /// Replaces what is no number; returns how many were.
    private static func mend(_ output: inout MutableSpan<Float>) -> Int {
        var count = 0
        for index in output.indices where !output[index].isFinite {
            output[index] = 0
            count += 1
        }
        return count
    }

    /// Places for microphones of which nothing is known: only an even sum and what is learned make use of them.
    private static func anyGeometry(_ count: Int) -> ArrayGeometry {
        do throws(ArrayGeometryError) {
            return try ArrayGeometry(positions: (0..<count).map { Position(x: Float($0) * 0.03, y: 0) })
        } catch {
            preconditionFailure("eight places on a line of 21 cm make an array")
        }
    }

    /// The factor of a gain in dB.
    private static func amplitude(_ gain: Float) -> Float { gain == 0 ? 1 : power(ofTen: gain / 20) }
}
