/// One kind of noise: how much of it was heard, and what tells speech from it.
struct NoiseTrack {
    var presence = SpeechPresence()
    /// Hops in the covariance, weighted.
    var hops: Float = 0
}

/// What is known of the talker.
struct TalkerTrack {
    /// Hops in the covariance, weighted.
    var hops: Float = 0
    /// Hops since somebody spoke.
    var silentHops = 1_000
    /// Last direction found.
    var direction: (azimuth: Float, confidence: Float)?
}

extension SpatialFilter {
    /// The noise in force: what the echo canceller leaves of the loudspeaker is a noise of its own.
    var noiseTrack: NoiseTrack { isPlayback ? playback : quiet }
    var noise: UnsafeMutablePointer<Lane> { isPlayback ? state.playbackNoise.base : state.quietNoise.base }

    func chooseNoise(_ farEnd: FarEndActivity) {
        guard farEnd.isActive != isPlayback else { return }
        isPlayback = farEnd.isActive
        let size = bank.laneCount * channels.count * channels.count
        if isPlayback {
            if playback.hops == 0 {
                state.playbackNoise.base.update(from: state.quietNoise.base, count: size)
            }
            // The next sound may be another one: learn fast at first.
            playback.hops = min(max(playback.hops, 4), 15)
        }
    }

    /// Whitens the hop and asks the witnesses of speech.
    func judge() {
        let (m, groups) = (channels.count, bank.laneCount)
        let spacing = 1_000 / Float(groups)
        let (low, high) = (Int(250 / (8 * spacing)), Int(5_000 / (8 * spacing)))
        let others = 1 / Float(max(m - 1, 1))
        var (novelty, focus) = (Lane.zero, Lane.zero)
        for group in 0..<groups {
            gatherWeighed(group)
            HermitianLanes.lowerProduct(
                state.whitener.base + group * m * m, m, observed.base, into: whitened.base)
            let power = HermitianLanes.norm(whitened.base, m)
            whitePower.base[group] = power
            let talker = HermitianLanes.inner(state.talker.base + group * 2 * m, whitened.base, m)
            let along = talker.re * talker.re + talker.im * talker.im
            // Noise has a power of one in every direction, more while it is louder than it was.
            elsewhere.base[group] = m > 1 ? greater((power - along) * others, .zero) : Lane(repeating: 1)
            let across = greater(elsewhere.base[group], Lane(repeating: 1))
            let ratio = along / (across * tuning.maskRatio)
            mask.base[group] = 1 - 1 / (1 + ratio * ratio)
            guard group >= low, group < high else { continue }
            novelty += Elementary.log2(1 + power * (1 / Float(m)))
            let recent = HermitianLanes.inner(state.recentDirection.base + group * 2 * m, whitened.base, m)
            let part = (recent.re * recent.re + recent.im * recent.im) / (power + 1e-9)
            focus -= Elementary.log2(1 - lesser(part, Lane(repeating: 1)) * (5.0 / 6))
        }
        let scale = 1 / Float(8 * (high - low))
        let (noveltyMean, focusMean) = (novelty.sum() * scale, focus.sum() * scale * Float(m) * 0.693)
        if isPlayback {
            let doubt = tuning.echoDoubt * max(0, echoWeights.coherence - tuning.echoCoherence)
            playback.presence.observe(
                novelty: noveltyMean, focus: focusMean, doubt: doubt, tuning: tuning)
        } else {
            quiet.presence.observe(novelty: noveltyMean, focus: focusMean, tuning: tuning)
        }
    }

    /// Adds the hop to the covariances, and brings a part of the frequencies up to date.
    func learn(_ farEnd: FarEndActivity) {
        let (m, groups) = (channels.count, bank.laneCount)
        let activity = noiseTrack.presence.activity
        let kept = beginUtterance(activity) * (1 - activity / tuning.speechHops)
        let noiseShare = (1 - activity) * (1 - activity)
        let hops = min(noiseTrack.hops + noiseShare, tuning.noiseHops)
        if isPlayback { playback.hops = hops } else { quiet.hops = hops }
        let noiseRate = Lane(repeating: noiseShare / max(hops, 1e-6))
        echoWeights.learn(rate: noiseShare / max(hops, 1e-6))
        talker.hops = min(talker.hops + activity, tuning.speechHops)
        let recentRate = Lane(repeating: tuning.recentRate)
        trust = hops < 20 ? 0 : talker.hops / (talker.hops + tuning.trustHops)
        let maskFloor = tuning.maskHops / (tuning.maskHops + talker.hops)
        let (square, noise, piece) = (m * m, noise, memory.current)
        for group in 0..<groups {
            gatherWeighed(group)
            let at = group * square
            let speechShare = (maskFloor + (1 - maskFloor) * mask.base[group]) * activity
            HermitianLanes.blend(noise + at, m, keep: 1 - noiseRate, add: noiseRate, observed.base)
            HermitianLanes.blend(
                state.speech.base + at, m, keep: Lane(repeating: kept), add: speechShare, observed.base)
            HermitianLanes.blend(
                state.recent.base + at, m, keep: 1 - recentRate, add: recentRate, observed.base)
            HermitianLanes.blend(
                piece + at, m, keep: Lane(repeating: 1), add: Lane(repeating: 1), observed.base)
            state.speechPower.base[group] =
                kept * state.speechPower.base[group] + speechShare * whitePower.base[group]
            guard (group + hopCount) % tuning.updatePeriod == 0 else { continue }
            state.factorNoise(group, of: noise, loading: tuning.loading)
            state.followRecent(group, iterations: 2)
            state.followTalker(group, iterations: tuning.iterations)
            if settings.hasBeam {
                state.solve(group, trust: trust, fallback: fallback.weights.base, noise: noise)
            }
        }
        memory.advance()
    }

    /// Notes whether somebody speaks. What was learned of an earlier utterance counts less in a new one.
    ///
    /// - Returns: what is left of it, 0...1.
    private func beginUtterance(_ activity: Float) -> Float {
        guard activity > 0.5 else {
            talker.silentHops = min(talker.silentHops + 1, 100_000)
            return 1
        }
        let isNew = talker.silentHops > 25
        talker.silentHops = 0
        guard isNew, talker.hops > tuning.carriedHops else { return 1 }
        let kept = tuning.carriedHops / talker.hops
        talker.hops = tuning.carriedHops
        return kept
    }

    /// Looks for the talker now and then; between looks, and for half a second after speech, the last answer stands.
    func findDirection() -> (azimuth: Float, confidence: Float)? {
        guard settings.hasDirection, let finder else { return nil }
        guard talker.silentHops < 30, talker.hops >= tuning.directionHops else {
            if talker.silentHops >= 30 { talker.direction = nil }
            return nil
        }
        guard hopCount % tuning.directionPeriod == 0, talker.silentHops == 0 else { return talker.direction }
        let (m, groups) = (channels.count, bank.laneCount)
        let spacing = 1_000 / Float(groups)
        finder.clear()
        for group in 0..<groups {
            state.transferFunction(group, noise: noise, into: whitened.base)
            // How much of the power comes from one direction: 1/m is noise, 1 is one source.
            let share = state.eigenvalue.base[group] / (state.speechPower.base[group] + 1e-20)
            let weight = lesser(
                greater(share - 1 / Float(m), .zero), Lane(repeating: 1))
            finder.vote(whitened.base, weight: weight, hertz: Float(group * 8) * spacing)
        }
        talker.direction = finder.find()
        if let azimuth = talker.direction?.azimuth, talker.hops < 3 * tuning.trustHops {
            fallback.steer(to: azimuth)
        }
        return talker.direction
    }

    /// Finds the gains of the noise suppression.
    func suppress(_ isOn: Bool) {
        if let maskNetwork, let maskFeatures {
            maskNetwork.step(maskFeatures.values.floats)
            guard isOn else { return postFilter.rest() }
            return follow(maskNetwork, maskFeatures)
        }
        guard isOn else { return postFilter.rest() }
        let (m, groups) = (channels.count, bank.laneCount)
        for group in 0..<groups {
            gather(bank, group)
            let sum = HermitianLanes.inner(state.weights.base + group * 2 * m, observed.base, m)
            postFilter.observe(
                group, power: sum.re * sum.re + sum.im * sum.im,
                noise: state.residualNoise.base[group] * tuning.suppressionNoise,
                floor: tuning.suppressionFloor, memory: tuning.suppressionMemory)
        }
    }

    /// Which weights the output is made with.
    var beamKind: BeamKind {
        guard settings.hasBeam, channels.count > 1 else { return .passThrough }
        if talker.hops >= tuning.trustHops { return .adaptive }
        return fallback.azimuth == nil ? .passThrough : .superdirective
    }

    /// The wake word was heard: its span is speech for certain and teaches the beam.
    ///
    /// - Parameters:
    ///   - startedSamplesAgo: from its first sample to the end of the last hop; the last 2 s are remembered.
    ///   - endedSamplesAgo: from its last sample, at most `startedSamplesAgo`.
    package func noteWakeWord(startedSamplesAgo: Int, endedSamplesAgo: Int) {
        let oldest = min(max(startedSamplesAgo, 0), 1 << 20) / Self.hop
        let newest = min(max(endedSamplesAgo, 0) / Self.hop, oldest)
        state.forgetTalker()
        let hops = memory.sum(hopsAgo: newest...oldest, into: state.speech.base)
        talker.hops = min(Float(hops), tuning.carriedHops)
        talker.silentHops = 0
        trust = noiseTrack.hops < 20 ? 0 : talker.hops / (talker.hops + tuning.trustHops)
        for group in 0..<bank.laneCount {
            state.speechPower.base[group] = state.whitenedTrace(group)
            state.followTalker(group, iterations: 8)
            if settings.hasBeam {
                state.solve(group, trust: trust, fallback: fallback.weights.base, noise: noise)
            }
        }
    }
}
