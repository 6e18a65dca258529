/// What the spatial stage does. Each switch is independent of the others.
package struct SpatialSettings: Sendable, Hashable {
    /// Combine the microphones; otherwise the reference microphone passes.
    package var hasBeam = true
    /// Look for the direction of the talker.
    package var hasDirection = true
    /// Suppress what noise is left, lightly.
    package var hasNoiseSuppression = true
    /// Bring speech to ``targetLevel``.
    package var hasAutomaticGain = false
    /// Level that the automatic gain brings speech to, dBFS, -40...-10.
    package var targetLevel: Float = -24

    package init() {}
}
