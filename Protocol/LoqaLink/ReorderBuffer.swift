package import LoqaBase

/// Puts the packets of an uplink stream back in order, as fast as they come: the hub's end of a turn.
///
/// A recogniser needs no steady pace, so nothing waits except for a gap. A missing packet is given up when
/// ``Tuning/laterPacketCountMax`` later ones are here or ``Tuning/patience`` has passed since the gap was met; the caller
/// then conceals it. A pure value.
package struct ReorderBuffer<Clock>: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Later packets that prove a loss: reordering on one home network spans fewer.
        package static var laterPacketCountMax: Int { 4 }
        /// Time to wait for a missing packet when few follow it; M8 allows up to 200 ms.
        package static var patience: Duration { .milliseconds(60) }
        /// Numbers held ahead: 5 s, more than a whole pre-roll that arrives at once.
        package static var capacity: Int { 256 }
    }

    /// What to decode next.
    package enum Step: Sendable, Equatable {
        case decode([UInt8])
        /// One packet was lost: let the decoder conceal it.
        case conceal
        /// Nothing more for now. Ask again at the given instant if a gap is open.
        case wait(until: Instant<Clock>?)
        /// Every packet of the stream was taken or given up.
        case finished
    }

    /// Packets that concealment stood in for.
    package private(set) var concealedCount: UInt32 = 0
    /// Packets that came late, twice, or beyond the window, and were left out.
    package private(set) var refusedCount: UInt32 = 0
    private var window = PacketWindow(capacity: Tuning.capacity)
    private var packetCount: UInt32?
    private var gapMet: Instant<Clock>?

    package init() {}

    /// A packet of this stream arrived.
    package mutating func receive(_ payload: [UInt8], sequence: UInt32) {
        let isBeyond = packetCount.map { sequence >= $0 } ?? false
        if isBeyond || window.offer(payload, sequence: sequence) != .kept { refusedCount += 1 }
    }

    /// The sender said how many packets the stream has. The first word counts.
    package mutating func end(packetCount: UInt32) {
        if self.packetCount == nil { self.packetCount = packetCount }
    }

    /// Takes the next packet in order. Call again until it says ``Step/wait(until:)`` or ``Step/finished``.
    package mutating func next(at now: Instant<Clock>) -> Step {
        if let packetCount, window.next >= packetCount { return .finished }
        if let payload = window.takeNext() {
            gapMet = nil
            return .decode(payload)
        }
        guard window.count > 0 || packetCount != nil else {
            gapMet = nil
            return .wait(until: nil)
        }
        let met = gapMet ?? now
        gapMet = met
        guard window.count >= Tuning.laterPacketCountMax || now - met >= Tuning.patience else {
            return .wait(until: met + Tuning.patience)
        }
        window.skipNext()
        concealedCount += 1
        // The gap may be wider than one packet: what was waited for the first counts for the rest.
        return .conceal
    }
}
