/// The spatial stage: microphones of one array in, one clean channel and what is known of the talker out.
///
/// Sound is 16 kHz in -1...1, in hops of 256 samples; the output lags 256 samples behind. Each hop is cut into
/// frequencies, whitened with what is known of the noise, judged for speech, learned from, filtered and put together.
/// Takes its memory when made; not for use by two threads.
package final class SpatialFilter {
    /// Samples of each channel in one call.
    package static let hop = FilterBank.hop
    /// Samples that the output lags behind the microphones.
    package static let delay = FilterBank.delay

    let geometry: ArrayGeometry
    let settings: SpatialSettings
    let tuning: SpatialTuning
    let bank: FilterBank
    let shadowBank: FilterBank
    let state: SpatialState
    let memory: SpeechMemory
    let postFilter: PostFilter
    let maskFeatures: MaskFeatures?
    let maskNetwork: MaskNetwork?
    /// Share of the learned weights in the beam, 0...1.
    var trust: Float = 0
    var fallback: SuperdirectiveBeam
    var finder: DirectionFinder?
    /// Channels that take part, in order.
    var channels: [Int]
    let observed: Lanes
    let whitened: Lanes
    let mask: Lanes
    let whitePower: Lanes
    let elsewhere: Lanes
    let outputPower: Lanes
    let bandGains = Lanes(count: MaskBands.count / 8)
    let out: Lanes
    let echoBank: FilterBank
    var echoWeights: EchoWeights
    var quiet = NoiseTrack()
    var playback = NoiseTrack()
    var isPlayback = false
    var talker = TalkerTrack()
    var hopCount = 0
    private var level = OutputLevel()
    private var gain: AutomaticGain

    /// - Parameter maskModel: finds what the noise suppression takes; without one a statistical rule does.
    /// - Precondition: `settings.targetLevel` is in -40...-10.
    package init(
        geometry: ArrayGeometry, settings: SpatialSettings = SpatialSettings(),
        tuning: SpatialTuning = .init(), maskModel: MaskModel? = nil
    ) {
        precondition((-40 ... -10).contains(settings.targetLevel), "target level out of range")
        (self.geometry, self.settings, self.tuning) = (geometry, settings, tuning)
        let m = geometry.count
        bank = FilterBank(channelCount: m, frame: tuning.frame)
        shadowBank = FilterBank(channelCount: m, frame: tuning.frame)
        let groups = bank.laneCount
        echoBank = FilterBank(channelCount: 1, frame: tuning.frame)
        echoWeights = EchoWeights(groups: groups)
        state = SpatialState(microphoneCount: m, groups: groups)
        memory = SpeechMemory(size: groups * m * m)
        postFilter = PostFilter(groups: groups)
        maskNetwork = maskModel.map(MaskNetwork.init)
        maskFeatures = tuning.teachesMask || maskModel != nil ? MaskFeatures(groups: groups) : nil
        fallback = SuperdirectiveBeam(positions: geometry.positions, groups: groups)
        finder = m > 1 ? DirectionFinder(positions: geometry.positions, spacing: 1_000 / Float(groups)) : nil
        channels = Array(0..<m)
        observed = Lanes(count: 2 * m)
        whitened = Lanes(count: 2 * m)
        mask = Lanes(count: groups)
        whitePower = Lanes(count: groups)
        elsewhere = Lanes(count: groups)
        outputPower = Lanes(count: groups)
        out = Lanes(count: 2 * groups)
        gain = AutomaticGain(targetLevel: settings.targetLevel)
    }

    /// Filters one hop.
    ///
    /// - Parameters:
    ///   - microphones: planar: channel c at c * 256 ..< (c + 1) * 256. What is no number counts as silence.
    ///   - farEnd: what the echo stage said of the same hop.
    ///   - echo: what it took off the first microphone, 256 samples; nil if that is not known.
    ///   - output: 256 samples, in -1...1.
    package func process(
        _ microphones: Span<Float>, farEnd: FarEndActivity, echo: Span<Float>? = nil,
        into output: inout MutableSpan<Float>
    ) -> SpatialReport {
        precondition(output.count == Self.hop, "the output is one hop")
        bank.analyse(microphones)
        chooseNoise(farEnd)
        weighEcho(echo)
        judge()
        learn(farEnd)
        let direction = findDirection()
        if let maskFeatures { hear(maskFeatures) }
        // Behind the loudspeaker the statistical rule takes the talker too; the network keeps them apart.
        let isSuppressing = settings.hasNoiseSuppression && (maskNetwork != nil || !farEnd.isActive)
        suppress(isSuppressing)
        filter(bank, into: &output)
        var power: Float = 0
        for index in 0..<Self.hop { power += output[index] * output[index] }
        let activity = noiseTrack.presence.activity
        level.observe(power: power / Float(Self.hop), speech: activity)
        if settings.hasAutomaticGain { gain.observe(output, speech: activity) }
        finish(&output)
        hopCount += 1
        return SpatialReport(
            azimuth: direction?.azimuth, directionConfidence: direction?.confidence ?? 0,
            voiceProbability: activity, level: level.level, snr: level.snr, noiseFloor: level.floor,
            gain: settings.hasAutomaticGain ? gain.decibels : 0, beam: beamKind,
            isNoiseSuppressed: isSuppressing)
    }

    /// Sends another signal of the same microphones through the very weights of the last ``process``: with it a
    /// measurement sees what became of the speech alone, or of the noise alone.
    package func processShadow(_ microphones: Span<Float>, into output: inout MutableSpan<Float>) {
        precondition(output.count == Self.hop, "the output is one hop")
        shadowBank.analyse(microphones)
        filter(shadowBank, into: &output)
        finish(&output)
    }

    /// Leaves channels out from now on, forgetting what was learned. Takes memory: not for the real-time path.
    ///
    /// - Parameter mask: bit c set leaves channel c out; if all are set, the first stays.
    package func excludeChannels(_ mask: UInt32) {
        var left = (0..<geometry.count).filter { mask & (1 << UInt32($0)) == 0 }
        if left.isEmpty { left = [0] }
        guard left != channels else { return }
        channels = left
        let positions = left.map { geometry.positions[$0] }
        state.reset(microphoneCount: left.count)
        memory.clear()
        fallback = SuperdirectiveBeam(positions: positions, groups: bank.laneCount)
        finder =
            left.count > 1
            ? DirectionFinder(positions: positions, spacing: 1_000 / Float(bank.laneCount)) : nil
        maskNetwork?.forget()
        (quiet, playback, talker) = (NoiseTrack(), NoiseTrack(), TalkerTrack())
    }

    private func finish(_ output: inout MutableSpan<Float>) {
        if settings.hasAutomaticGain {
            gain.apply(to: &output)
        } else {
            for index in 0..<Self.hop { output[index] = min(max(output[index], -1), 1) }
        }
    }

    /// Applies weights and gains to spectra and puts the sound together.
    private func filter(_ bank: FilterBank, into output: inout MutableSpan<Float>) {
        let (m, groups) = (channels.count, bank.laneCount)
        for group in 0..<groups {
            gather(bank, group)
            let sum = HermitianLanes.inner(state.weights.base + group * 2 * m, observed.base, m)
            let gain = postFilter.gains.base[group]
            (out.base[group], out.base[groups + group]) = (sum.re * gain, sum.im * gain)
        }
        bank.synthesise(out.base, out.base + groups, into: &output)
    }

    /// Expects what the echo says to be left of it.
    private func weighEcho(_ echo: Span<Float>?) {
        guard let echo else { return echoWeights.observe(nil) }
        echoBank.analyse(echo)
        echoWeights.compare(bank.spectra.base, echoBank.spectra.base, from: 2, to: 32)
        echoWeights.observe(isPlayback ? UnsafePointer(echoBank.spectra.base) : nil)
    }

    /// Collects eight frequencies of the channels that take part, weighed by the echo that is expected in them.
    @inline(__always)
    func gatherWeighed(_ group: Int) {
        gather(bank, group)
        guard isPlayback else { return }
        let factor = echoWeights.factors.base[group]
        for index in 0..<2 * channels.count { observed.base[index] *= factor }
    }

    /// Collects eight frequencies of the channels that take part.
    @inline(__always)
    func gather(_ bank: FilterBank, _ group: Int) {
        let (from, into, groups) = (bank.spectra.base, observed.base, bank.laneCount)
        for (index, channel) in channels.enumerated() {
            into[2 * index] = from[channel * 2 * groups + group]
            into[2 * index + 1] = from[channel * 2 * groups + groups + group]
        }
    }
}
