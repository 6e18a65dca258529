/// Whether somebody speaks who is not part of the noise, from two witnesses of every hop.
///
/// Novelty is the mean log of the whitened power: something is louder than the noise was. Focus is the log likelihood
/// ratio of one direction against none: something comes from one place, however loud. Both are averaged over four hops,
/// measured against their own mean and spread without speech, and weighed by a logistic function fitted to simulated
/// rooms. A value; allocates nothing.
struct SpeechPresence {
    private var novelty = Witness()
    private var focus = Witness()
    private var hopCount = 0
    private var speakingHops = 0

    /// Of speech in this hop, 0...1.
    private(set) var probability: Float = 0
    /// The same, falling slowly, so that it covers the pauses between words.
    private(set) var activity: Float = 0

    /// Starts over: the next hops count as noise.
    mutating func restart() { self = SpeechPresence() }

    /// Takes the witnesses of one hop in.
    ///
    /// - Parameter doubt: is taken off their sum: what may be echo.
    mutating func observe(
        novelty noveltyNow: Float, focus focusNow: Float, doubt: Float = 0, tuning: SpatialTuning
    ) {
        hopCount += 1
        novelty.observe(noveltyNow)
        focus.observe(focusNow)
        guard hopCount > tuning.startHops else {
            // The first hops only show that nothing is known; the rest of the start sets mean and spread.
            let settled = hopCount - tuning.startHops / 2
            if settled > 0 {
                novelty.learn(rate: 1 / Float(settled), stepMax: .infinity)
                focus.learn(rate: 1 / Float(settled), stepMax: .infinity)
            }
            return
        }
        let score =
            tuning.noveltyWeight * novelty.deviation + tuning.focusWeight * focus.deviation
            - tuning.scoreOffset - doubt
        probability = 1 / (1 + Elementary.exp(-tuning.scoreSlope * score))
        activity = max(probability, activity * tuning.activityKept)
        let rate = tuning.witnessRate * (1 - activity)
        novelty.learn(rate: rate, stepMax: 2)
        focus.learn(rate: rate, stepMax: 2)
        speakingHops = activity > 0.5 ? speakingHops + 1 : 0
        // Nobody speaks for so long without a pause: it is a new noise.
        if speakingHops > tuning.speakingHopsMax { restart() }
    }

    /// One number against what it is without speech.
    private struct Witness {
        private var recent = InlineArray<4, Float>(repeating: 0)
        private var at = 0
        private var smooth: Float = 0
        private var mean: Float = 0
        private var variance: Float = 0

        private var spread: Float { variance.squareRoot() + 0.05 }

        mutating func observe(_ value: Float) {
            recent[at] = value
            at = (at + 1) & 3
            smooth = (recent[0] + recent[1] + recent[2] + recent[3]) / 4
        }

        /// - Parameter stepMax: a surprise counts for this many spreads at most.
        mutating func learn(rate: Float, stepMax: Float) {
            let limit = stepMax * spread
            let difference = min(max(smooth - mean, -limit), limit)
            mean += rate * difference
            variance += rate * (difference * difference - variance)
        }

        var deviation: Float { min(max((smooth - mean) / spread, -5), 15) }
    }
}
