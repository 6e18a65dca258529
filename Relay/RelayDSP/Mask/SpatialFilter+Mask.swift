extension SpatialFilter {
    /// Collects what a mask network hears of the hop.
    func hear(_ features: MaskFeatures) {
        let (m, groups) = (channels.count, bank.laneCount)
        for group in 0..<groups {
            gatherWeighed(group)
            let sum = HermitianLanes.inner(state.weights.base + group * 2 * m, observed.base, m)
            outputPower.base[group] = sum.re * sum.re + sum.im * sum.im
        }
        features.observe(
            power: outputPower.base, noise: state.residualNoise.base, elsewhere: elsewhere.base,
            activity: noiseTrack.presence.activity, trust: trust)
    }

    /// Sets the gains of the noise suppression as the network says.
    func follow(_ network: MaskNetwork, _ features: MaskFeatures) {
        let floor = Lane(repeating: tuning.maskFloor)
        for index in 0..<network.gains.count {
            bandGains[index] = greater(network.gains[index], floor)
        }
        features.bands.spread(bandGains.floats, into: postFilter.gains.base)
    }

    /// Bands of a mask network.
    package static var maskBandCount: Int { MaskBands.count }

    /// Numbers that ``readMaskFeatures(into:)`` gives for one hop: what a network hears, then the output's power in its
    /// bands.
    package static var maskFeatureCount: Int { MaskFeatures.count + MaskBands.count }

    /// What a mask network would have heard of the last hop, for training one; zeros unless the tuning says so.
    ///
    /// - Parameter numbers: room for ``maskFeatureCount`` numbers.
    package func readMaskFeatures(into numbers: inout MutableSpan<Float>) {
        precondition(numbers.count == Self.maskFeatureCount, "room for one hop")
        for index in 0..<MaskFeatures.count { numbers[index] = maskFeatures?.values.floats[index] ?? 0 }
        for index in 0..<MaskBands.count {
            numbers[MaskFeatures.count + index] = maskFeatures?.output.floats[index] ?? 0
        }
    }

    /// Sends another signal of the same microphones through the beam's weights of the last ``process`` and gives its power
    /// in the bands of a mask network, for training one.
    ///
    /// - Parameter power: room for as many numbers as a network has bands.
    package func processShadow(_ microphones: Span<Float>, bandPower power: inout MutableSpan<Float>) {
        precondition(power.count == MaskBands.count, "a number for each band")
        shadowBank.analyse(microphones)
        let (m, groups) = (channels.count, bank.laneCount)
        for group in 0..<groups {
            gather(shadowBank, group)
            let sum = HermitianLanes.inner(state.weights.base + group * 2 * m, observed.base, m)
            outputPower.base[group] = sum.re * sum.re + sum.im * sum.im
        }
        guard let maskFeatures else { return }
        power.withUnsafeMutableBufferPointer { room in
            if let base = room.baseAddress { maskFeatures.bands.sum(outputPower.base, into: base) }
        }
    }
}
