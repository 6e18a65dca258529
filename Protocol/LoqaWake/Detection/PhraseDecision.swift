/// Decides from a network's scores when a phrase was said: the mean of the last few over a threshold, then a rest.
///
/// The rule of microWakeWord, whose cut-offs are means of probabilities; with other networks the scores may be logits. A pure
/// value that allocates only in `init`.
package struct PhraseDecision: Sendable {
    /// When the phrase counts as said.
    package struct Rule: Sendable, Equatable {
        /// Scores that are averaged, 1...64.
        package var windowCount: Int
        /// The mean must be above this.
        package var threshold: Float
        /// A mean above this that never reaches ``threshold`` is a near miss.
        package var nearMissThreshold: Float
        /// Scores after a firing in which nothing fires: the phrase is still in the window.
        package var restCount: Int
        /// Scores at the start, or after a reset, that are not trusted: states and noise estimate settle.
        package var settlingCount: Int

        package init(
            windowCount: Int, threshold: Float, nearMissThreshold: Float, restCount: Int, settlingCount: Int
        ) {
            precondition((1...64).contains(windowCount), "a window of 1 to 64 scores")
            precondition(restCount >= 0 && settlingCount >= 0, "rests count forward")
            (self.windowCount, self.threshold) = (windowCount, threshold)
            (self.nearMissThreshold, self.restCount, self.settlingCount) = (
                nearMissThreshold, restCount, settlingCount
            )
        }
    }

    /// What a score led to.
    package enum Verdict: Sendable, Equatable {
        case nothing
        /// The phrase was said; `mean` is the mean that crossed the threshold.
        case fired(mean: Float)
        /// Something like the phrase has passed; `peak` is the highest mean.
        case nearMiss(peak: Float)
    }

    package var rule: Rule
    /// Mean of the newest window; `nil` until it is full.
    package private(set) var mean: Float?
    /// Means so far, settling included.
    package private(set) var meanCount = 0
    private var scores: [Float]
    private var next = 0
    private var count = 0
    private var restLeft = 0
    private var settlingLeft: Int
    private var peak: Float?

    package init(_ rule: Rule) {
        self.rule = rule
        scores = [Float](repeating: 0, count: rule.windowCount)
        settlingLeft = rule.settlingCount
    }

    /// Forgets all scores, as at the start of a stream.
    package mutating func reset() {
        (next, count, restLeft, settlingLeft) = (0, 0, 0, rule.settlingCount)
        (mean, peak) = (nil, nil)
    }

    /// Takes the next score.
    package mutating func push(_ score: Float) -> Verdict {
        scores[next] = score
        next = next + 1 == scores.count ? 0 : next + 1
        count = min(count + 1, scores.count)
        settlingLeft -= 1
        guard count == scores.count else { return .nothing }
        var sum: Float = 0
        for value in scores { sum += value }
        let newest = sum / Float(scores.count)
        mean = newest
        meanCount += 1
        guard settlingLeft < 0 else { return .nothing }
        settlingLeft = -1
        if restLeft > 0 {
            restLeft -= 1
            return .nothing
        }
        if newest > rule.threshold {
            (restLeft, peak) = (rule.restCount, nil)
            return .fired(mean: newest)
        }
        return nearMiss(newest)
    }

    private mutating func nearMiss(_ newest: Float) -> Verdict {
        if newest > rule.nearMissThreshold {
            peak = max(peak ?? newest, newest)
            return .nothing
        }
        guard let highest = peak else { return .nothing }
        peak = nil
        return .nearMiss(peak: highest)
    }
}
