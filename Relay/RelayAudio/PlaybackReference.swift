package import LoqaBase

/// Lays what the relay plays beside what its microphones hear, for the echo stage.
///
/// The playback thread tells of each block when it will be audible; the ear asks, for each block it captured, what was
/// audible meanwhile. Within a sound the samples follow one another without a seam, although both devices' clocks drift:
/// only a jump beyond ``Tuning/slack`` is followed, and the echo stage finds the exact delay by itself. What it is given is
/// ``Tuning/lead`` early, so that the echo never comes before its reference. A pure value of the main loop.
package struct PlaybackReference: Sendable {
    /// What may be changed freely.
    package enum Tuning {
        /// How much earlier than heard the reference is given: more than the times told are wrong by.
        package static let lead = SampleCount(.milliseconds(20))
        /// Differences that count as the devices' clocks drifting apart, not as a gap.
        package static let slack = SampleCount(.milliseconds(20))
        /// Sound kept: the device's longest buffer and the lead fit.
        package static let kept = SampleCount(.seconds(2))
    }

    private var history = PreRoll(capacity: Tuning.kept)
    private var hasSound = false
    /// The next sound does not go on where the last one ended.
    private var isBroken = false
    /// The next position to be given, on the relay's clock in samples.
    private var next: SampleCount?

    package init() {}

    /// A block was given to the loudspeaker. One from before what is known already is cut at its front.
    ///
    /// - Parameter audibleAt: when its first sample leaves the loudspeaker.
    package mutating func note(_ block: Span<Int16>, audibleAt: RelayInstant) {
        let told = SampleCount(audibleAt.sinceOrigin)
        guard hasSound else {
            history.append(block, at: told)
            hasSound = true
            return
        }
        let difference = (told.value - history.end.value).magnitude
        let isSeamless = !isBroken && difference <= UInt64(Tuning.slack.value)
        isBroken = false
        if isSeamless || told > history.end {
            history.append(block, at: isSeamless ? history.end : told)
        } else {
            let overlap = Int(min(history.end.value - told.value, Int64(block.count)))
            if overlap < block.count {
                history.append(block.extracting(overlap..<block.count), at: history.end)
            }
        }
    }

    /// Nothing more of what was noted is audible from this instant on: the loudspeaker was silenced.
    package mutating func silence(from instant: RelayInstant) {
        guard hasSound else { return }
        history.forget(from: SampleCount(instant.sinceOrigin))
        isBroken = true
    }

    /// What was audible while a block was captured, or shortly after; silence where nothing was played.
    ///
    /// - Parameters:
    ///   - block: as long as the captured block, all written.
    ///   - capturedAt: when the last sample of that block was captured.
    package mutating func take(into block: inout MutableSpan<Int16>, capturedAt: RelayInstant) {
        let length = SampleCount(Int64(block.count))
        let told = SampleCount(capturedAt.sinceOrigin) - length + Tuning.lead
        let isSeamless = next.map { (told.value - $0.value).magnitude <= UInt64(Tuning.slack.value) } ?? false
        let from = isSeamless ? next ?? told : told
        next = from + length
        let copied = hasSound ? history.copy(from: from, into: &block).count : 0
        for index in copied..<block.count { block[index] = 0 }
    }
}
