import LoqaAudio
import LoqaBase

/// Lets sound through to a costly detector only while somebody may be speaking.
///
/// A block opens the gate when it stands clearly above the tracked noise floor; the gate stays open through the pauses
/// between words. What opens it is preceded by ``Tuning/historyCount`` blocks from before, so that no start of a word is lost.
/// A pure value; blocks are 20 ms of 16 kHz mono.
package struct SpeechGate: Sendable {
    /// What may be changed freely.
    package enum Tuning {
        /// Level above the floor that opens the gate, in dB. Low: a miss costs a wake word, a false opening a millisecond.
        package static let openDB: Float = 5
        /// Blocks that stay under the limit before the gate closes: 1 s.
        package static let hangoverCount = 50
        /// Blocks from before the opening that go through as well: 500 ms.
        package static let historyCount = 25
    }

    /// What to do with the block that was shown.
    package enum Verdict: Sendable, Equatable {
        /// Keep it for the history; nothing is to be detected.
        case closed
        /// Give the detector the history and then this block.
        case opened
        case open
        /// Give it this block, the last one.
        case closing
    }

    private var floor = NoiseFloorTracker()
    private var quietCount: Int?

    package init() {}

    /// Shows the gate the next block.
    package mutating func pass(_ block: Span<Int16>) -> Verdict {
        let power = meanSquare(block)
        floor.track(power: power)
        let isLoud = signalToNoise(DecibelsFullScale(meanSquare: power), over: floor.floor) > Tuning.openDB
        guard let quiet = quietCount else {
            guard isLoud else { return .closed }
            quietCount = 0
            return .opened
        }
        if isLoud {
            quietCount = 0
            return .open
        }
        quietCount = quiet + 1 < Tuning.hangoverCount ? quiet + 1 : nil
        return quietCount == nil ? .closing : .open
    }
}
