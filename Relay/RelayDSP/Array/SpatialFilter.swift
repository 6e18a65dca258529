/// The spatial stage: microphones of one array in, one clean channel and what is known of the talker out.
///
/// Sound is 16 kHz in -1...1, in hops of 256 samples. Takes its memory when made; not for use by two threads.
package final class SpatialFilter {
    /// Samples of each channel in one call.
    package static let hop = 256

    private let geometry: ArrayGeometry
    private let settings: SpatialSettings
    package var tuning: SpatialTuning
    private var excluded: UInt32 = 0
    private let bank: FilterBank
    private let shadowBank: FilterBank
    private let state: SpatialState
    private var presence = SpeechPresence()
    private let observed: Lanes
    private let whitened: Lanes
    private let ratio: Lanes
    private let out: Lanes
    private var noiseCount: Float = 0
    private var speechCount: Float = 0
    private var hopCount = 0
    package var trace: Float = 0
    package var oracleSpeech = false

    /// - Precondition: `settings.targetLevel` is in -40...-10.
    package init(
        geometry: ArrayGeometry, settings: SpatialSettings = SpatialSettings(),
        tuning: SpatialTuning = .init()
    ) {
        precondition((-40 ... -10).contains(settings.targetLevel), "target level out of range")
        (self.geometry, self.settings) = (geometry, settings)
        self.tuning = tuning
        bank = FilterBank(channelCount: geometry.count, frame: tuning.frame)
        shadowBank = FilterBank(channelCount: geometry.count, frame: tuning.frame)
        state = SpatialState(m: geometry.count, groups: bank.laneCount)
        observed = Lanes(count: 2 * geometry.count)
        whitened = Lanes(count: 2 * geometry.count)
        ratio = Lanes(count: bank.laneCount)
        out = Lanes(count: 2 * bank.laneCount)
    }

    private func gather(_ bank: FilterBank, _ g: Int) {
        let groups = bank.laneCount
        for c in 0..<geometry.count {
            observed.base[2 * c] = bank.spectra.base[c * 2 * groups + g]
            observed.base[2 * c + 1] = bank.spectra.base[c * 2 * groups + groups + g]
        }
    }

    package func process(
        _ microphones: Span<Float>, farEnd: FarEndActivity, into output: inout MutableSpan<Float>
    ) -> SpatialReport {
        precondition(microphones.count == geometry.count * Self.hop && output.count == Self.hop)
        let (m, groups) = (geometry.count, bank.laneCount)
        bank.analyse(microphones)
        var sum: Float = 0
        let perLane = Float(8000) / Float(groups)
        let (low, high) = (Int(250 / perLane), Int(5000 / perLane))
        for g in 0..<groups {
            gather(bank, g)
            HermitianLanes.lowerProduct(
                state.whitener.base + g * m * m, m, observed.base, into: whitened.base)
            let q = HermitianLanes.norm(whitened.base, m) * (1 / Float(m))
            ratio.base[g] = q
            if g >= low && g < high { sum += Elementary.log2(q + 1e-3).sum() }
        }
        sum /= Float(8 * (high - low))
        trace = sum
        presence.observe(sum, tuning: tuning)
        let isSpeech = tuning.oracle ? oracleSpeech : presence.isSpeech
        if isSpeech {
            speechCount = min(speechCount + 1, tuning.speechFrames)
        } else {
            noiseCount = min(noiseCount + 1, tuning.noiseFrames)
        }
        let target = isSpeech ? state.speech.base : state.noise.base
        let rate = 1 / (isSpeech ? speechCount : noiseCount)
        let trust = Lane(repeating: speechCount / (speechCount + tuning.trustFrames))
        for g in 0..<groups {
            gather(bank, g)
            HermitianLanes.blend(
                target + g * m * m, m, keep: Lane(repeating: 1 - rate), add: Lane(repeating: rate),
                observed.base)
            if (g + hopCount) % tuning.updatePeriod == 0 {
                if !isSpeech { state.factorNoise(g, loading: tuning.loading) }
                state.solve(g, iterations: tuning.iterations, trust: trust)
            }
        }
        hopCount += 1
        filter(bank, into: &output)
        return SpatialReport(voiceProbability: isSpeech ? 1 : 0)
    }

    private func filter(_ bank: FilterBank, into output: inout MutableSpan<Float>) {
        let (m, groups) = (geometry.count, bank.laneCount)
        for g in 0..<groups {
            gather(bank, g)
            let sum = HermitianLanes.inner(state.weights.base + g * 2 * m, observed.base, m)
            (out.base[g], out.base[groups + g]) = sum
        }
        bank.synthesise(out.base, out.base + groups, into: &output)
    }

    /// Sends another signal of the same microphones through the very weights of the last ``process``: with it a
    /// measurement sees what became of the speech alone, or of the noise alone.
    package func processShadow(_ microphones: Span<Float>, into output: inout MutableSpan<Float>) {
        precondition(microphones.count == geometry.count * Self.hop && output.count == Self.hop)
        shadowBank.analyse(microphones)
        filter(shadowBank, into: &output)
    }

    /// Leaves channels out from now on.
    ///
    /// - Parameter mask: bit c set leaves channel c out; if all are set, the first stays.
    package func excludeChannels(_ mask: UInt32) { excluded = mask }

    /// The wake word was heard: its span is speech for certain and teaches the beam.
    ///
    /// - Parameters:
    ///   - startedSamplesAgo: from its first sample to the end of the last hop; the last 2 s are remembered.
    ///   - endedSamplesAgo: from its last sample, less than `startedSamplesAgo`.
    package func noteWakeWord(startedSamplesAgo: Int, endedSamplesAgo: Int) {}
}
