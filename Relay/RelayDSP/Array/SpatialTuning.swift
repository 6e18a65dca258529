/// What may be changed without changing what the spatial stage promises.
package struct SpatialTuning: Sendable, Hashable {
    package var frame = FilterBankFrame.even
    package var noiseFrames: Float = 125
    package var speechFrames: Float = 200
    package var startFrames = 50
    package var loading: Float = 1e-2
    package var noveltyWeight: Float = 0.84
    package var focusWeight: Float = 0.65
    package var scoreOffset: Float = 1.0
    package var scoreSlope: Float = 2.5
    package var activityKeep: Float = 0.95
    package var witnessRate: Float = 0.02
    package var recentRate: Float = 0.04
    package var noisePower: Float = 1
    package var speechPower: Float = 1
    package var iterations = 4
    package var updatePeriod = 2
    package var trustFrames: Float = 4
    package var oracle = false
    package init() {}
}
