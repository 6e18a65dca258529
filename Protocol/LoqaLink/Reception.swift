import LoqaBase

/// What the receiver of a link has learned of it: kept over its streams, and sent back to the sender.
package struct Reception<Clock>: Sendable {
    /// How unevenly packets arrive.
    package private(set) var jitter = JitterEstimate<Clock>()
    /// How many do not.
    package private(set) var loss = LossMeter()
    /// Packets that an underrun of playback added to the prebuffer, and how many arrived since it last
    /// changed.
    private var grown = 0
    private var calmCount = 0

    package init() {}

    /// What goes back to the sender: loss in permille, and the lateness of packets in microseconds.
    package var report: (lossPermille: UInt16, jitterMicroseconds: UInt32) {
        (
            UInt16(clamping: loss.lossPermille),
            UInt32(clamping: jitter.lateness.nanoseconds / 1_000)
        )
    }

    /// Packets that playback lets wait before it starts: what the lateness of late asks for, within `counts`.
    func prebufferCount(in counts: ClosedRange<Int>) -> Int {
        let packet = SampleCount.perPacket.duration
        let late = Int((jitter.lateness + packet - .nanoseconds(1)) / packet)
        return min(max(late + 1 + grown, counts.lowerBound), counts.upperBound)
    }

    mutating func startStream() {
        jitter.startStream()
        loss.startStream()
    }

    mutating func arrived(
        _ verdict: PacketWindow.Verdict, sequence: UInt32, timestamp: UInt32, at now: Instant<Clock>
    ) {
        switch verdict {
        case .kept, .late:
            jitter.arrived(timestamp: timestamp, at: now)
            loss.arrived(verdict == .kept ? .received : .late, sequence: sequence, at: now.sinceOrigin)
            calmCount += 1
            if grown > 0, calmCount > ReceptionTuning.calmCount { (grown, calmCount) = (grown - 1, 0) }
        case .duplicate: loss.arrived(.duplicate, sequence: sequence, at: now.sinceOrigin)
        case .beyond: loss.arrived(.refused, sequence: sequence, at: now.sinceOrigin)
        }
    }

    mutating func ended(packetCount: UInt32) { loss.ended(packetCount: packetCount) }

    /// Playback ran dry in the middle of speech.
    mutating func underran() {
        grown = min(grown + 1, ReceptionTuning.grownMax)
        calmCount = 0
    }
}

/// What may be changed freely.
private enum ReceptionTuning {
    /// Packets by which underruns can lengthen the prebuffer.
    static let grownMax = 5
    /// Packets without an underrun after which it is one shorter again: 10 s of sound.
    static let calmCount = 500
}
