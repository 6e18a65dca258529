/// Which weights made the output of a hop.
package enum BeamKind: String, Sendable, Hashable, CaseIterable {
    /// The reference microphone alone: one microphone, or the beam is switched off.
    case passThrough = "pass-through"
    /// A superdirective beam steered at the direction found, or an even sum before there is one.
    case superdirective
    /// Minimum variance distortionless response on a learned relative transfer function.
    case adaptive
}

/// What the spatial stage found in one hop. Levels are against a full-scale square wave.
package struct SpatialReport: Sendable, Hashable {
    /// Where the talker is: degrees counter-clockwise from the x axis of the board, 0..<360. On a line array the
    /// angle to its axis, 0...180. Nil while no direction is trusted.
    package var azimuth: Float?
    /// 0...1: how far the direction stands out; 0 where ``azimuth`` is nil.
    package var directionConfidence: Float
    /// Probability that somebody speaks, 0...1.
    package var voiceProbability: Float
    /// Level of the output before the automatic gain, dBFS, -120 at least.
    package var level: Float
    /// Level above the noise floor in dB, 0 or more.
    package var snr: Float
    /// Level of the output without speech, dBFS, tracked.
    package var noiseFloor: Float
    /// Automatic gain that was applied, dB; 0 where it is switched off.
    package var gain: Float
    /// Which weights were used.
    package var beam: BeamKind
    /// Whether the noise suppression was at work; without a mask network it rests while the loudspeaker
    /// plays.
    package var isNoiseSuppressed: Bool

    package init(
        azimuth: Float? = nil, directionConfidence: Float = 0, voiceProbability: Float = 0,
        level: Float = -120,
        snr: Float = 0, noiseFloor: Float = -120, gain: Float = 0, beam: BeamKind = .passThrough,
        isNoiseSuppressed: Bool = false
    ) {
        self.azimuth = azimuth
        self.directionConfidence = directionConfidence
        self.voiceProbability = voiceProbability
        self.level = level
        self.snr = snr
        self.noiseFloor = noiseFloor
        self.gain = gain
        self.beam = beam
        self.isNoiseSuppressed = isNoiseSuppressed
    }
}
