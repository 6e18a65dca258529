/// Counts what a receiver lost of late, over all of a link's streams in one direction: the figure that goes
/// back to the sender, who protects against it. A pure value of fixed size.
package struct LossMeter: Sendable {
    /// What may be changed freely.
    package enum Tuning {
        /// The newest packets that the loss is counted over: 2 s of sound.
        package static let windowCount = 100
        /// Fewer packets than this count as if so many had come, so that the first loss of a link is no
        /// alarm.
        package static let countMin = 25
        /// The newest numbers of a stream are not judged yet: a missing one may have been overtaken.
        package static let unjudgedCount = 3
    }

    /// What became of a packet that arrived.
    package enum Arrival: Sendable, Equatable {
        /// In time to be decoded.
        case received
        /// After something had stood in for it.
        case late
        /// A second time.
        case duplicate
        /// With a number or a time that cannot be.
        case refused
    }

    /// Packets since the link began, by what became of them.
    package struct Counters: Sendable, Equatable {
        /// Packets that came in time.
        package var receivedCount: UInt32 = 0
        /// Numbers that never came, as far as they were judged.
        package var lostCount: UInt32 = 0
        /// Packets that came too late; they count as lost in ``LossMeter/lossPermille``.
        package var lateCount: UInt32 = 0
        package var duplicateCount: UInt32 = 0
        package var refusedCount: UInt32 = 0
        package init() {}
    }

    /// What became of all packets so far.
    package private(set) var counters = Counters()
    /// Whether each of the newest numbers is missing, as a ring over the judged numbers of all streams.
    private var isMissing = [Bool](repeating: false, count: Tuning.windowCount)
    private var judgedCount = 0
    private var missingCount = 0
    /// Numbers of the open stream that are not judged yet: bit 0 is `next`, set if it came.
    private var pending: UInt64 = 0
    private var next: UInt32 = 0
    private var end: UInt32 = 0

    package init() {}

    /// What was lost of the newest packets, in permille.
    package var lossPermille: Int {
        let count = min(judgedCount, Tuning.windowCount)
        return count == 0 ? 0 : missingCount * 1_000 / max(count, Tuning.countMin)
    }

    /// A new stream begins, numbered from 0. What the old one still missed is lost.
    package mutating func startStream() {
        while pending != 0 || next < end { judgeNext() }
        (next, end) = (0, 0)
    }

    /// A packet of the open stream arrived.
    package mutating func arrived(_ arrival: Arrival, sequence: UInt32) {
        switch arrival {
        case .received:
            counters.receivedCount += 1
            note(sequence)
        case .late: counters.lateCount += 1
        case .duplicate: counters.duplicateCount += 1
        case .refused: counters.refusedCount += 1
        }
    }

    /// The sender said how many packets the open stream has: what is missing at its end is lost once the next
    /// begins.
    package mutating func ended(packetCount: UInt32) {
        // A tail of more than the window says no more than one as long as it.
        end = min(packetCount, next + UInt32(Tuning.windowCount))
    }

    private mutating func note(_ sequence: UInt32) {
        guard sequence >= next else { return }
        if sequence - next > UInt32(Tuning.windowCount) {
            // More than a window is missing: that is all it can say.
            for _ in 0..<Tuning.windowCount { judgeNext() }
            (pending, next) = (0, sequence)
        }
        while sequence - next > UInt32(Tuning.unjudgedCount) { judgeNext() }
        pending |= 1 << UInt64(sequence - next)
    }

    private mutating func judgeNext() {
        let isLost = pending & 1 == 0
        pending >>= 1
        next += 1
        let index = judgedCount % Tuning.windowCount
        if isMissing[index] { missingCount -= 1 }
        isMissing[index] = isLost
        if isLost {
            missingCount += 1
            counters.lostCount += 1
        }
        judgedCount += 1
    }
}
