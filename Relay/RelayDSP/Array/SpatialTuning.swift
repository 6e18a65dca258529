/// What may be changed without changing what the spatial stage promises.
package struct SpatialTuning: Sendable, Hashable {
    package var frame = FilterBankFrame.even
    package var noiseFrames: Float = 125
    package var speechFrames: Float = 200
    package var startFrames = 50
    package var loading: Float = 1e-2
    package var threshold: Float = 3
    package var spreadMin: Float = 0.08
    package var hangover = 8
    package var iterations = 4
    package var updatePeriod = 2
    package var trustFrames: Float = 4
    package var oracle = false
    package init() {}
}
