import LoqaAudio
import LoqaBase

/// Lets sound through to a costly detector only while somebody may be speaking.
///
/// Sound opens the gate when it stands clearly above the tracked noise floor; the gate stays open through the pauses
/// between words. What opens it is preceded by ``Tuning/historyCount`` blocks from before, so that no start of a word is
/// lost. Levels are taken after a pre-emphasis: most of a room's noise, and nearly all of its unrest, lies below the voice.
/// A pure value; blocks are 20 ms of 16 kHz mono.
package struct SpeechGate: Sendable {
    /// What may be changed freely.
    package enum Tuning {
        /// Share of the last sample that is taken away: a first-order high-pass, as before a linear prediction. Without it,
        /// single blocks of steady pink noise held the gate open all the time.
        package static let preEmphasis: Float = 0.95
        /// Level above the floor that opens the gate, in dB. Low: a miss costs a wake word, a false opening a millisecond.
        package static let openDB: Float = 6
        /// Blocks in a row that must be so loud: a click is shorter, a vowel longer.
        package static let loudCount = 2
        /// Blocks that stay under the limit before the gate closes: 700 ms.
        package static let hangoverCount = 35
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
    private var lastSample: Float = 0
    private var loudCount = 0
    /// Blocks since the last loud one; `nil` while the gate is closed.
    private var quietCount: Int?

    package init() {}

    /// Shows the gate the next block.
    package mutating func pass(_ block: Span<Int16>) -> Verdict {
        let power = emphasisedPower(of: block)
        floor.track(power: power)
        let isAbove = signalToNoise(DecibelsFullScale(meanSquare: power), over: floor.floor) > Tuning.openDB
        loudCount = isAbove ? loudCount + 1 : 0
        let isLoud = loudCount >= Tuning.loudCount
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

    private mutating func emphasisedPower(of block: Span<Int16>) -> Float {
        var sum: Float = 0
        for index in block.indices {
            let sample = Float(block[index]) / 32_768
            let emphasised = sample - Tuning.preEmphasis * lastSample
            lastSample = sample
            sum += emphasised * emphasised
        }
        return block.isEmpty ? 0 : sum / Float(block.count)
    }
}
