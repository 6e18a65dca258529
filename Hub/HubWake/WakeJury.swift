package import LoqaBase
import LoqaModels
import LoqaWake
import LoqaWire

/// Judges once more whether one of the words that a relay listens for was said (T19).
package struct WakeJury: Sendable {
    /// What the second stage found.
    package struct Verdict: Sendable, Equatable {
        /// A word was said, or nobody can tell.
        package var isMeant: Bool
        /// How far the highest score lies above its threshold; nil if nothing was judged.
        package var margin: Float?
    }

    private let words: [(folder: String, sensitivity: WakeWordChoice.Sensitivity)]
    /// Each of the words has a second stage. If one has none, whatever was heard may have been it.
    package let isPossible: Bool

    init(_ words: [(folder: String, sensitivity: WakeWordChoice.Sensitivity)], isPossible: Bool) {
        (self.words, self.isPossible) = (words, isPossible && !words.isEmpty)
    }

    /// The part of a turn's sound that is judged.
    package static func span(wakeEnd: SampleCount) -> Range<Int> { WakeJudge.span(end: wakeEnd) }

    /// Judges; takes some milliseconds of processor time, and reads the networks from disk.
    ///
    /// - Throws: if a network cannot be read. The word counts as said then: better a false wake than a deaf house.
    package func judge(_ samples: [Int16]) async throws -> Verdict {
        guard isPossible else { return Verdict(isMeant: true, margin: nil) }
        var margin: Float?
        for (folder, sensitivity) in words {
            let manifest = try WakeModels.manifest(in: folder)
            guard let judge = try WakeModels.judge(at: manifest, sensitivity: Self.manifest(sensitivity)),
                let score = judge.score(samples.span)
            else { return Verdict(isMeant: true, margin: nil) }
            margin = max(margin ?? -.infinity, score - judge.threshold)
        }
        return Verdict(isMeant: margin.map { $0 > 0 } ?? true, margin: margin)
    }

    private static func manifest(_ sensitivity: WakeWordChoice.Sensitivity) -> WakeManifest.Sensitivity {
        switch sensitivity {
        case .low: .low
        case .normal: .normal
        case .high: .high
        }
    }
}
