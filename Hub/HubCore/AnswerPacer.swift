package import LoqaBase
import LoqaWire

/// Sends an answer a little ahead of its playback: fast enough that a slow network never leaves a hole, slow
/// enough that a relay's small buffer holds it and a barge-in wastes little. A pure value.
package struct AnswerPacer: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Time by which sending leads playback. Less than half of what a relay's jitter buffer holds.
        package static let lead: Duration = .milliseconds(300)
        /// Packets that may wait here: one minute. A synthesiser that is further ahead must wait.
        package static let waitingCountMax = 3_000
    }

    /// A packet to send now.
    package struct Packet: Sendable, Equatable {
        /// Packets sent before it.
        package var sequence: UInt32
        /// Samples of the answer before it, those of silence that is not sent included.
        package var timestamp: UInt32
        package var payload: [UInt8]

        package init(sequence: UInt32, timestamp: UInt32, payload: [UInt8]) {
            (self.sequence, self.timestamp, self.payload) = (sequence, timestamp, payload)
        }
    }

    /// Packets sent so far.
    package private(set) var sentCount: UInt32 = 0
    private var waiting: [Packet] = []
    /// 20 ms blocks added so far, silence included: where the next one begins.
    private var addedCount: UInt32 = 0
    /// Where the last packet sent ends, in samples.
    private var sentEnd = SampleCount(0)
    private var taken = 0
    private var nextSequence: UInt32 = 0
    private var start: HubInstant?
    private var isComplete = false

    package init() {}

    /// Packets that wait to be sent.
    package var waitingCount: Int { waiting.count - taken }
    /// Room for more packets.
    package var room: Int { Tuning.waitingCountMax - waitingCount }
    /// The last packet was added and sent.
    package var isDone: Bool { isComplete && waitingCount == 0 }

    /// Adds the next 20 ms: a packet, or `nil` for silence that is not sent but takes its time. Refuses it,
    /// by returning false, when the minute is full or the answer is as long as a stream may be.
    package mutating func add(_ payload: [UInt8]?) -> Bool {
        guard room > 0, !isComplete, Int(addedCount) < WireLimits.streamPacketCountMax else { return false }
        if let payload {
            let timestamp = addedCount * UInt32(SampleCount.perPacket.value)
            waiting.append(Packet(sequence: nextSequence, timestamp: timestamp, payload: payload))
            nextSequence += 1
        }
        addedCount += 1
        return true
    }

    /// No packet follows those added.
    package mutating func complete() { isComplete = true }

    /// The instant at which ``takeDue(at:)`` next has a packet; `nil` while none waits.
    package func deadline(at now: HubInstant) -> HubInstant? {
        guard waitingCount > 0 else { return nil }
        guard let start else { return now }
        return start + playTime(of: waiting[taken]) - Tuning.lead
    }

    /// Takes the next packet if its time has come. Call until it says `nil`.
    package mutating func takeDue(at now: HubInstant) -> Packet? {
        guard waitingCount > 0 else { return nil }
        let packet = waiting[taken]
        // Playback begins with the first packet. After a hole (a slow synthesiser) it begins anew from here.
        let played = start.map { now - $0 } ?? .zero
        if start == nil || playTime(of: packet) < played { start = now - playTime(of: packet) }
        guard let deadline = deadline(at: now), now >= deadline else { return nil }
        sentCount += 1
        sentEnd = SampleCount(Int64(packet.timestamp)) + .perPacket
        taken += 1
        if taken == waiting.count { (waiting, taken) = ([], 0) }
        return packet
    }

    /// How long the packets sent so far will still be played.
    package func remaining(at now: HubInstant) -> Duration {
        guard let start else { return .zero }
        return max(.zero, start + sentEnd.duration - now)
    }

    private func playTime(of packet: Packet) -> Duration { SampleCount(Int64(packet.timestamp)).duration }
}
