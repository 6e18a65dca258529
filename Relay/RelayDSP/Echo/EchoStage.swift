/// Takes the loudspeaker's echo out of the microphones, by one canceller for each.
///
/// Sound is 16 kHz in -1...1, in hops of 256 samples, and no delay is added: y = H x - F r, where H is a fixed filter
/// against direct current and below 20 Hz, r the reference and F what the cancellers have learned so far. Numbers that
/// are none and numbers beyond full scale are replaced on the way in. While the reference is silent only H is left;
/// where there is none, the microphones pass untouched. Takes its memory when made; not for use by two threads.
package final class EchoStage {
    /// Samples of each channel in one call.
    package static let hop = 256
    /// Samples that the echo path may begin before the delay that was found.
    static let lead = 32.0
    /// Hops for which echo may still come after the reference has fallen silent: delay, tail and reverberation.
    private static let decayHops = 64
    /// Level under which a hop of the reference is silent, as mean square: -75 dBFS.
    private static let silence: Float = 3.2e-8

    let settings: EchoSettings
    let channelCount: Int
    var cancellers: [EchoCanceller] = []
    var guards: [DivergenceGuard]
    var filters: [SteadyCurrentFilter]
    var restorers: [LowEndRestorer]
    var shadowFilters: [SteadyCurrentFilter]
    var shadowRestorers: [LowEndRestorer]
    /// The last hop had a reference, be it silent.
    var hasReference = false
    var reference = AlignedReference()
    var aligner = ReferenceAligner()
    var loudspeaker = LoudspeakerModel()
    var judge = EchoJudge()
    var meter = EchoMeter()
    var report = EchoReport()
    private var silentHops = decayHops
    private let passed: UnsafeMutablePointer<Float>
    private let path: UnsafeMutablePointer<Float>
    private let bent: UnsafeMutablePointer<Float>
    private let firstEcho: UnsafeMutablePointer<Float>
    private var hopCount = 0
    private let aligned: UnsafeMutablePointer<Float>
    private let played: UnsafeMutablePointer<Int16>
    private let echo: UnsafeMutablePointer<Float>
    private let clean: UnsafeMutablePointer<Float>

    /// - Parameter channels: 1...16.
    /// - Throws: `.channelCount`, `.memory`.
    /// - Precondition: `settings.tailMilliseconds` is in 32...256.
    package init(channels: Int, settings: EchoSettings = EchoSettings()) throws(EchoError) {
        precondition((32...256).contains(settings.tailMilliseconds), "tail out of range")
        guard (1...16).contains(channels) else { throw .channelCount(channels) }
        (self.settings, channelCount) = (settings, channels)
        guards = Array(repeating: DivergenceGuard(), count: channels)
        filters = Array(repeating: SteadyCurrentFilter(), count: channels)
        shadowFilters = Array(repeating: SteadyCurrentFilter(), count: channels)
        restorers = Array(repeating: LowEndRestorer(), count: channels)
        shadowRestorers = Array(repeating: LowEndRestorer(), count: channels)
        let block = EchoCanceller.block
        (aligned, echo) = (.allocate(capacity: Self.hop), .allocate(capacity: block))
        passed = .allocate(capacity: block)
        passed.initialize(repeating: 0, count: block)
        (bent, path) = (.allocate(capacity: Self.hop), .allocate(capacity: LoudspeakerModel.pathLength))
        bent.initialize(repeating: 0, count: Self.hop)
        firstEcho = .allocate(capacity: Self.hop)
        firstEcho.initialize(repeating: 0, count: Self.hop)
        path.initialize(repeating: 0, count: LoudspeakerModel.pathLength)
        (played, clean) = (.allocate(capacity: Self.hop), .allocate(capacity: Self.hop))
        aligned.initialize(repeating: 0, count: Self.hop)
        echo.initialize(repeating: 0, count: block)
        played.initialize(repeating: 0, count: Self.hop)
        clean.initialize(repeating: 0, count: Self.hop)
        for _ in 0..<channels { cancellers.append(try EchoCanceller(tail: settings.tailMilliseconds * 16)) }
    }

    deinit {
        passed.deallocate()
        bent.deallocate()
        firstEcho.deallocate()
        path.deallocate()
        aligned.deallocate()
        echo.deallocate()
        played.deallocate()
        clean.deallocate()
    }

    /// Cancels one hop in place.
    ///
    /// - Parameters:
    ///   - microphones: planar: channel c at c * 256 ..< (c + 1) * 256.
    ///   - reference: what went to the loudspeaker, 256 samples; empty if there is none.
    package func process(_ microphones: inout MutableSpan<Float>, reference played: Span<Float>) -> EchoReport
    {
        precondition(microphones.count == channelCount * Self.hop, "wrong count of microphone samples")
        precondition(played.isEmpty || played.count == Self.hop, "wrong count of reference samples")
        return microphones.withUnsafeMutableBufferPointer { samples in
            guard let base = samples.baseAddress else { return report }
            Self.sanitise(base, count: samples.count)
            hasReference = !played.isEmpty
            let loudness = takeReference(played)
            silentHops = loudness > Self.silence ? 0 : min(silentHops + 1, Self.decayHops)
            if silentHops == Self.decayHops { rest(base) } else { cancel(base) }
            return report
        }
    }

    /// The echo that was taken off the first microphone in the last hop: where it is strong, more of it is left.
    ///
    /// - Parameter output: 256 samples, all written; silence while the loudspeaker is silent.
    package func readEcho(into output: inout MutableSpan<Float>) {
        precondition(output.count == Self.hop, "the echo is one hop")
        for index in 0..<Self.hop { output[index] = firstEcho[index] }
    }

    /// Keeps what is not a number, or beyond full scale, out of the adaptive filters.
    static func sanitise(_ samples: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<count {
            let sample = samples[index]
            samples[index] = sample.isFinite ? sample.clamped(to: 1) : 0
        }
    }

    /// Remembers the hop of the reference; returns its mean square.
    private func takeReference(_ played: Span<Float>) -> Float {
        var power: Float = 0
        for index in 0..<Self.hop {
            let sample = index < played.count && played[index].isFinite ? played[index].clamped(to: 1) : 0
            clean[index] = sample
            power += sample * sample
        }
        reference.push(clean, count: Self.hop)
        return power / Float(Self.hop)
    }

    /// The loudspeaker is silent: nothing to take off.
    private func rest(_ microphones: UnsafeMutablePointer<Float>) {
        reference.skip(samples: Self.hop)
        aligner.rest()
        report.farEnd = .silent
        firstEcho.update(repeating: 0, count: Self.hop)
        guard hasReference else { return }
        for channel in 0..<channelCount {
            let samples = microphones + channel * Self.hop
            filters[channel].run(samples, count: Self.hop, into: samples)
            restorers[channel].run(samples, count: Self.hop)
        }
        var power: Float = 0
        for index in 0..<channelCount * Self.hop { power += microphones[index] * microphones[index] }
        judge.hearRoom(output: power / Float(channelCount * Self.hop))
    }

    private func cancel(_ microphones: UnsafeMutablePointer<Float>) {
        for at in stride(from: 0, to: Self.hop, by: EchoCanceller.block) {
            reference.read(late: Self.hop - EchoCanceller.block - at, into: aligned + at)
        }
        loudspeaker.bend(aligned, into: bent)
        for at in stride(from: 0, to: Self.hop, by: EchoCanceller.block) {
            EchoCanceller.convert(bent + at, into: played + at)
        }
        let move = settings.hasAlignment ? follow(microphones) : nil
        var powers = EchoPowers()
        for at in stride(from: 0, to: Self.hop, by: EchoCanceller.block) {
            for channel in 0..<channelCount {
                powers += cancel(
                    microphones + channel * Self.hop + at, played + at, channel: channel,
                    late: Self.hop - EchoCanceller.block - at)
            }
        }
        hopCount += 1
        let count = Float(channelCount * Self.hop)
        judge.hearEcho(output: powers.output / count, echo: powers.echo / count)
        meter.take(
            input: powers.input / count, output: powers.output / count, isDoubleTalk: judge.isDoubleTalk)
        report.erle = meter.erle
        report.farEnd = FarEndActivity(
            isActive: true, isDoubleTalk: judge.isDoubleTalk,
            echoLevel: Elementary.decibels(power: judge.residual))
        if let move { align(move) }
    }

    /// One block of one channel; returns its powers, summed.
    private func cancel(
        _ microphone: UnsafeMutablePointer<Float>, _ played: UnsafePointer<Int16>, channel: Int, late: Int
    ) -> EchoPowers {
        filters[channel].run(microphone, count: EchoCanceller.block, into: passed)
        cancellers[channel].estimate(microphone, passed: passed, played: played, echo: echo)
        let powers = EchoPowers(input: passed, echo: echo, count: EchoCanceller.block)
        let trust = guards[channel].judge(powers)
        if channel == 0 {
            (firstEcho + Self.hop - EchoCanceller.block - late).update(from: echo, count: EchoCanceller.block)
        }
        if channel == 0, hopCount % (loudspeaker.isSettled ? 8 : 4) == 0 {
            if hopCount % 32 == 0 { cancellers[0].readPath(into: path, count: LoudspeakerModel.pathLength) }
            for index in 0..<EchoCanceller.block { clean[index] = passed[index] - echo[index] }
            loudspeaker.learn(left: clean, echo: echo, path: path, late: late)
        }
        for index in 0..<EchoCanceller.block {
            let part = Float(index + 1) * (1 / Float(EchoCanceller.block))
            microphone[index] = passed[index] - (trust.from + part * (trust.to - trust.from)) * echo[index]
        }
        restorers[channel].run(microphone, count: EchoCanceller.block)
        if guards[channel].isLost {
            cancellers[channel].reset()
            guards[channel].restart()
            report.resetCount += 1
        }
        return powers
    }

    private func follow(_ microphones: UnsafePointer<Float>) -> ReferenceAligner.Alignment? {
        aligner.follow(
            .init(microphones: microphones, channelCount: channelCount, aligned: UnsafePointer(aligned)),
            reference: reference)
    }

    /// Stretches the reference, and moves it if the delay is another.
    private func align(_ move: ReferenceAligner.Alignment) {
        reference.drift = move.drift
        let wanted = max(move.delay - Self.lead, 0)
        report.delay = Float(move.delay)
        report.delayConfidence = move.confidence
        report.drift = Float(move.drift * 1e6)
        // Less than this the filters follow by themselves.
        guard (wanted - reference.shift).magnitude > 12 else { return }
        if wanted < AlignedReference.leastShift && reference.shift == 0 { return }
        reference.align(shift: wanted)
        aligner.referenceMoved()
        for canceller in cancellers { canceller.reset() }
        judge.reset()
        report.resetCount += 1
    }
}
