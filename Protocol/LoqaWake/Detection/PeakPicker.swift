/// Finds the local peaks of a score, at least a distance apart: for sweeping thresholds afterwards. A pure value.
package struct PeakPicker: Sendable {
    /// A score that none within the distance exceeds.
    package struct Peak: Sendable, Equatable {
        /// Number of the score, from 0.
        package var index: Int
        package var score: Float
    }

    private let distance: Int
    private let floor: Float
    private var count = 0
    private var best: Peak?

    /// - Parameters:
    ///   - distance: scores on each side that a peak exceeds.
    ///   - floor: peaks below are left out.
    package init(distance: Int, floor: Float) { (self.distance, self.floor) = (distance, floor) }

    /// Takes the next score; a peak is told once its distance has passed.
    package mutating func push(_ score: Float) -> Peak? {
        defer { count += 1 }
        var passed: Peak?
        if let peak = best, count - peak.index > distance {
            passed = peak
            best = nil
        }
        if score >= floor, score >= best?.score ?? floor { best = Peak(index: count, score: score) }
        return passed
    }

    /// The last peak, at the end of the scores.
    package mutating func finish() -> Peak? {
        defer { best = nil }
        return best
    }
}
