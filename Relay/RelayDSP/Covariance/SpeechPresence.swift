/// Whether somebody speaks who is not part of the noise, from two witnesses of one hop.
///
/// `novelty` is the mean log of the whitened power, `focus` the log likelihood ratio of one direction against none. Each
/// is averaged over four hops, measured against its own mean and spread without speech, and both are weighed by a
/// logistic function.
struct SpeechPresence {
    private var novelty = Witness()
    private var focus = Witness()
    private(set) var score: Float = 0
    private(set) var probability: Float = 0
    private(set) var activity: Float = 0
    private var count = 0

    mutating func observe(novelty noveltyNow: Float, focus focusNow: Float, tuning: SpatialTuning) {
        count += 1
        novelty.observe(noveltyNow)
        focus.observe(focusNow)
        let isStart = count <= tuning.startFrames
        score = 0
        if !isStart {
            score =
                tuning.noveltyWeight * novelty.deviation + tuning.focusWeight * focus.deviation
                - tuning.scoreOffset
        }
        let raw = isStart ? 0 : 1 / (1 + Elementary.exp(-tuning.scoreSlope * score))
        probability = raw
        activity = max(raw, activity * tuning.activityKeep)
        let rate = isStart ? 1 / Float(max(count - 20, 1)) : tuning.witnessRate * (1 - activity)
        if count > 20 {
            novelty.learn(rate: rate)
            focus.learn(rate: rate)
        }
    }

    private struct Witness {
        var recent = InlineArray<4, Float>(repeating: 0)
        var at = 0
        var smooth: Float = 0
        var mean: Float = 0
        var variance: Float = 0

        mutating func observe(_ value: Float) {
            recent[at] = value
            at = (at + 1) & 3
            smooth = (recent[0] + recent[1] + recent[2] + recent[3]) / 4
        }

        mutating func learn(rate: Float) {
            let limit = rate > 0.021 ? 1e9 : 2 * (variance.squareRoot() + 0.05)
            let difference = min(max(smooth - mean, -limit), limit)
            mean += rate * difference
            variance += rate * (difference * difference - variance)
        }

        var deviation: Float { min(max((smooth - mean) / (variance.squareRoot() + 0.05), -5), 15) }
    }
}
