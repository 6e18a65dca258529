package import LoqaBase

/// Sends an answer a little ahead of its playback: fast enough that a slow network never leaves a hole, slow enough
/// that a relay's small buffer holds it and a barge-in wastes little. A pure value.
package struct AnswerPacer: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Time by which sending leads playback. Less than half of what a relay's jitter buffer holds.
        package static let lead: Duration = .milliseconds(300)
        /// Packets that may wait here: one minute. A synthesiser that is further ahead must wait.
        package static let waitingCountMax = 3_000
    }

    private static let packetTime = SampleCount.perPacket.duration
    /// Packets sent so far.
    package private(set) var sentCount: UInt32 = 0
    private var waiting: [[UInt8]] = []
    private var taken = 0
    private var start: HubInstant?
    private var isComplete = false

    package init() {}

    /// Packets that wait to be sent.
    package var waitingCount: Int { waiting.count - taken }
    /// Room for more packets.
    package var room: Int { Tuning.waitingCountMax - waitingCount }
    /// The last packet was added and sent.
    package var isDone: Bool { isComplete && waitingCount == 0 }

    /// Adds a packet. Hands it back, by returning false, when the minute is full.
    package mutating func add(_ payload: [UInt8]) -> Bool {
        guard room > 0, !isComplete else { return false }
        waiting.append(payload)
        return true
    }

    /// No packet follows those added.
    package mutating func complete() { isComplete = true }

    /// The instant at which ``takeDue(at:)`` next has a packet; `nil` while none waits.
    package func deadline(at now: HubInstant) -> HubInstant? {
        guard waitingCount > 0 else { return nil }
        guard let start else { return now }
        return start + Self.packetTime * Int(sentCount) - Tuning.lead
    }

    /// Takes the next packet if its time has come, with its sequence number. Call until it says `nil`.
    package mutating func takeDue(at now: HubInstant) -> (sequence: UInt32, payload: [UInt8])? {
        guard waitingCount > 0 else { return nil }
        // Playback begins with the first packet. After a hole (a slow synthesiser) it begins anew from here.
        let played = start.map { now - $0 } ?? .zero
        if start == nil || Self.packetTime * Int(sentCount) < played {
            start = now - Self.packetTime * Int(sentCount)
        }
        guard let deadline = deadline(at: now), now >= deadline else { return nil }
        defer { sentCount += 1 }
        let payload = waiting[taken]
        taken += 1
        if taken == waiting.count { (waiting, taken) = ([], 0) }
        return (sentCount, payload)
    }

    /// How long the packets sent so far will still be played.
    package func remaining(at now: HubInstant) -> Duration {
        guard let start else { return .zero }
        return max(.zero, start + Self.packetTime * Int(sentCount) - now)
    }
}
