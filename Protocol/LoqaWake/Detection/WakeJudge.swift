package import LoqaBase

/// Judges once more whether a phrase was said, in a piece of sound that a first stage took for it.
///
/// The networks hear the piece from its beginning; its first second is heard twice, so that states and noise estimate are
/// settled when the phrase comes. Memory is taken in `init`. One thread.
package final class WakeJudge {
    /// What may be changed freely.
    package enum Tuning {
        /// Sound at the beginning that is heard twice, and whose scores do not count the first time.
        package static let warmUp = SampleCount(.milliseconds(1_000))
        /// Sound after the place where the first stage heard the phrase's end: near phrases go on otherwise.
        package static let tail = SampleCount(.milliseconds(200))
        /// Sound before that place which is judged, the warm-up included.
        package static let length = SampleCount(.milliseconds(2_000))
    }

    private let detector: WakeDetector
    /// Below it the phrase was not said.
    package let threshold: Float

    /// - Parameter word: the second stage's networks and window; its threshold decides.
    package init(_ word: WakeWord) {
        detector = WakeDetector([word])
        threshold = word.rule.threshold
    }

    /// The part of a stream that is judged, when the first stage heard the phrase end at `end`.
    package static func span(end: SampleCount) -> Range<Int> {
        let first = max(0, (end - Tuning.length).value)
        return Int(first)..<Int(max(first, (end + Tuning.tail).value))
    }

    /// The highest score of the piece; nil if it is too short for one.
    ///
    /// - Parameter samples: 16 kHz mono, as ``span(end:)`` cuts it.
    package func score(_ samples: Span<Int16>) -> Float? {
        detector.reset()
        let warmUp = min(Int(Tuning.warmUp.value), samples.count)
        _ = hear(samples.extracting(0..<warmUp))
        return hear(samples)
    }

    /// Whether the phrase was said; a piece too short to tell counts as said.
    package func isMeant(_ samples: Span<Int16>) -> Bool {
        score(samples).map { $0 > threshold } ?? true
    }

    private func hear(_ samples: Span<Int16>) -> Float? {
        var best: Float?
        var count = detector.scoreCount(of: 0)
        let step = MicroFrontEnd.blockSampleCount
        for start in stride(from: 0, through: samples.count - step, by: step) {
            detector.push(samples.extracting(start..<start + step)) { _ in }
            guard detector.scoreCount(of: 0) > count else { continue }
            count = detector.scoreCount(of: 0)
            if let mean = detector.mean(of: 0) { best = max(best ?? mean, mean) }
        }
        return best
    }
}
