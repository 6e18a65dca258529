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
        /// A missing number that was overtaken less long ago is not judged yet, nor are the newest few: a
        /// burst arrives in any order.
        package static let overtakenFor: Duration = .milliseconds(60)
        package static let unjudgedCount = 3
        /// Numbers that wait for their judgement at most.
        package static let pendingCountMax = 60
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
    /// One past the newest number, and what is to be judged at the next look, noted at the last one.
    private var newestEnd: UInt32 = 0
    private var overtakenEnd: UInt32 = 0
    private var looked: Duration = .zero

    package init() {}

    /// What was lost of the newest packets, in permille.
    package var lossPermille: Int {
        let count = min(judgedCount, Tuning.windowCount)
        return count == 0 ? 0 : missingCount * 1_000 / max(count, Tuning.countMin)
    }

    /// A new stream begins, numbered from 0. What the old one still missed is lost.
    package mutating func startStream() {
        while pending != 0 || next < end { judgeNext() }
        (next, end, newestEnd, overtakenEnd) = (0, 0, 0, 0)
    }

    /// A packet of the open stream arrived.
    ///
    /// - Parameter now: Time on the receiver's own clock, since any moment; it never goes back.
    package mutating func arrived(_ arrival: Arrival, sequence: UInt32, at now: Duration) {
        switch arrival {
        case .received:
            counters.receivedCount += 1
            note(sequence, at: now)
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

    private mutating func note(_ sequence: UInt32, at now: Duration) {
        guard sequence >= next else { return }
        if sequence - next > UInt32(Tuning.windowCount) {
            // More than a window is missing: that is all it can say.
            for _ in 0..<Tuning.windowCount { judgeNext() }
            (pending, next) = (0, sequence)
        }
        while sequence - next > UInt32(Tuning.pendingCountMax) { judgeNext() }
        pending |= 1 << UInt64(sequence - next)
        newestEnd = max(newestEnd, sequence + 1)
        if now - looked >= Tuning.overtakenFor {
            while next < overtakenEnd { judgeNext() }
            overtakenEnd = newestEnd - min(newestEnd, UInt32(Tuning.unjudgedCount))
            looked = now
        }
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
