/// What may be changed without changing what the spatial stage promises. The values were found on simulated rooms
/// (shared seeds 7 and 8 of the array bench), on five boards with 2, 4 and 6 microphones.
package struct SpatialTuning: Sendable, Hashable {
    /// Blocks of the filter bank.
    package var frame = FilterBankFrame.long
    /// Hops that the noise covariance remembers.
    package var noiseHops: Float = 125
    /// Hops that the talker's covariance remembers.
    package var speechHops: Float = 200
    /// Hops of an earlier utterance that count when a new one starts.
    package var carriedHops: Float = 60
    /// Hops at the start that count as noise whatever they hold.
    package var startHops = 50
    /// Share of the mean noise power added to each microphone's.
    package var loading: Float = 1e-3
    /// Weights of the witnesses of speech, what their sum must pass, and how sharply it decides.
    package var noveltyWeight: Float = 0.84
    package var focusWeight: Float = 0.65
    package var scoreOffset: Float = 0.6
    package var scoreSlope: Float = 2.5
    /// Coherence with the echo above which what is heard is doubted to be speech, and how much.
    package var echoCoherence: Float = 0.22
    package var echoDoubt: Float = 12
    /// Share of the activity that is left after a hop without speech.
    package var activityKept: Float = 0.95
    /// How fast the witnesses follow the noise, per hop.
    package var witnessRate: Float = 0.02
    /// Hops of speech without a pause after which it counts as noise: 8 s.
    package var speakingHopsMax = 500
    /// Share of one hop in the covariance of the last moments.
    package var recentRate: Float = 0.04
    /// Power iterations in one update.
    package var iterations = 3
    /// A group of frequencies is updated every so many hops.
    package var updatePeriod = 2
    /// Hops of speech after which adaptive and fallback weights count alike.
    package var trustHops: Float = 1
    /// A frequency is half the talker's when its power from there is this many times that from elsewhere.
    package var maskRatio: Float = 10
    /// Hops of speech after which that mask counts half; before, all of the sound is taken for the talker's.
    package var maskHops: Float = 60
    /// Hops between two looks for the direction.
    package var directionPeriod = 4
    /// Hops of speech before a direction is told.
    package var directionHops: Float = 20
    /// Least gain of the noise suppression, the share of the last hop in its estimate, and how much noise is assumed.
    package var suppressionFloor: Float = 0.2
    package var suppressionMemory: Float = 0.8
    package var suppressionNoise: Float = 1

    /// Least gain where a mask network finds no talker.
    package var maskFloor: Float = 0.1
    /// Keep what a mask network would hear, for training one.
    package var teachesMask = false

    package init() {}
}
