package import LoqaBase
import LoqaWire

/// Puts the packets of an uplink stream back in order, as fast as they come: the hub's end of a turn.
///
/// A recogniser needs no steady pace, so nothing waits except for a gap. A missing packet is given up when a
/// later one has been here for ``patience``; the caller then recovers or conceals it. That later ones are many
/// proves nothing: a pre-roll comes as a burst, which an uneven network delivers in any order. The steps hold as many times 20 ms as the timestamps say, whatever was lost or left out, so
/// that no sound shifts. A pure value.
package struct ReorderBuffer<Clock>: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Later packets that end the wait for a missing one, so that the numbers held ahead suffice.
        package static var laterPacketCountMax: Int { 128 }
        /// Time to wait for a missing packet on a steady network; M8 allows up to 200 ms.
        package static var patienceMin: Duration { .milliseconds(60) }
        /// The same on an uneven one. It delays the end of speech.
        package static var patienceMax: Duration { .milliseconds(150) }
        /// Numbers held ahead: 5 s, more than a whole pre-roll that arrives at once.
        package static var capacity: Int { 256 }
        /// Packets concealed at a stream's end, whatever its sender claims to have sent: Opus has faded long
        /// before.
        package static var tailCountMax: Int { 50 }
    }

    /// What to decode next.
    package enum Step: Sendable, Equatable {
        case decode([UInt8])
        /// One packet was lost: take its copy out of this one, which follows it and comes as the next step.
        case recover(fromNext: [UInt8])
        /// One packet was lost: let the decoder conceal it.
        case conceal
        /// The sender left out 20 ms of silence: the decoder's comfort noise fills them.
        case silence
        /// Nothing more for now. Ask again at the given instant if a gap is open.
        case wait(until: Instant<Clock>?)
        /// Every packet of the stream was taken or given up.
        case finished
    }

    /// Packets that were lost: ``Step/recover(fromNext:)`` or ``Step/conceal`` stood in for them.
    package private(set) var lostCount: UInt32 = 0
    /// Those of them whose successor was here.
    package private(set) var recoverableCount: UInt32 = 0
    /// Packets that came late, twice, or beyond the window, and were left out.
    package private(set) var refusedCount: UInt32 = 0
    /// What was learned of the link; hand it on to the buffer of the next stream.
    package private(set) var reception: Reception<Clock>
    private var window = PacketWindow(capacity: Tuning.capacity)
    private var packetCount: UInt32?
    /// When the gap in front was met, and the newest packet then.
    private var gapMet: Instant<Clock>?
    private var newestAtGap: UInt32 = 0
    /// All that is missing before this number was waited for.
    private var waitedEnd: UInt32 = 0
    private var tailCount = 0

    /// - Parameter reception: What the link's earlier streams have shown.
    package init(reception: Reception<Clock> = Reception()) {
        self.reception = reception
        self.reception.startStream()
    }

    /// How long a gap is kept open: somewhat longer than packets are late, within the tuning's bounds.
    package var patience: Duration {
        let late = reception.jitter.lateness + SampleCount.perPacket.duration
        return min(max(late, Tuning.patienceMin), Tuning.patienceMax)
    }

    /// A packet of this stream arrived.
    ///
    /// - Parameter timestamp: Its first sample's place in the stream; one that does not fit its number is
    ///   refused.
    package mutating func receive(
        _ payload: [UInt8], sequence: UInt32, timestamp: UInt32, at now: Instant<Clock>
    ) {
        let isPastEnd = packetCount.map { sequence >= $0 } ?? false
        let verdict =
            isPastEnd ? .beyond : window.offer(payload, sequence: sequence, timestamp: timestamp)
        reception.arrived(verdict, sequence: sequence, timestamp: timestamp, at: now)
        if verdict != .kept { refusedCount += 1 }
    }

    /// The sender said how many packets the stream has. The first word counts.
    package mutating func end(packetCount: UInt32) {
        guard self.packetCount == nil else { return }
        self.packetCount = packetCount
        reception.ended(packetCount: packetCount)
    }

    /// Takes the next step in order. Call again until it says ``Step/wait(until:)`` or ``Step/finished``.
    package mutating func next(at now: Instant<Clock>) -> Step {
        if let packetCount, window.next >= packetCount { return .finished }
        guard let (filling, packet) = window.filling() else { return tail(at: now) }
        if packet.sequence > window.next, let until = waits(at: now) { return .wait(until: until) }
        switch filling {
        case .packet:
            gapMet = nil
            _ = window.takeNext()
            return .decode(packet.payload)
        case .silence:
            window.skipSilence()
            return .silence
        case .lost:
            window.skipNext()
            lostCount += 1
            return .conceal
        case .lostBefore:
            window.skipNext()
            lostCount += 1
            recoverableCount += 1
            return .recover(fromNext: packet.payload)
        }
    }

    /// Nothing is here. Packets that are missing at the end of the stream are concealed after their time.
    private mutating func tail(at now: Instant<Clock>) -> Step {
        guard packetCount != nil else {
            gapMet = nil
            return .wait(until: nil)
        }
        if let until = waits(at: now) { return .wait(until: until) }
        guard tailCount < Tuning.tailCountMax else { return .finished }
        tailCount += 1
        window.skipNext()
        lostCount += 1
        return .conceal
    }

    /// Until when to wait for a missing packet; `nil` once it is given up. With it goes all else that was missing
    /// before the packets that were here when the wait began.
    private mutating func waits(at now: Instant<Clock>) -> Instant<Clock>? {
        guard window.next >= waitedEnd, window.count < Tuning.laterPacketCountMax else { return nil }
        if gapMet == nil { newestAtGap = window.newestSequence ?? 0 }
        let (met, patience) = (gapMet ?? now, patience)
        gapMet = met
        guard now - met >= patience else { return met + patience }
        waitedEnd = max(waitedEnd, newestAtGap)
        return nil
    }
}
