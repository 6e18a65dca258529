import HubCore
import HubSkills
import HubSpeech
import LoqaAudio
import LoqaBase
import LoqaLink
import LoqaWire
import NIOCore

/// One connection to the hub's control port, numbered from 1.
package struct ConnectionID: Sendable, Hashable {
    package var value: Int
}

/// Everything the hub holds for one connected relay. Confined to the ``Hub`` actor.
final class RelayConnection {
    let id: ConnectionID
    let channel: any Channel
    var reader = ControlFrameReader(from: .relay)
    var liveness: Liveness<HubClock>
    /// The relay must have greeted by then (N4).
    let joinDeadline: HubInstant
    /// Set by the greeting.
    var member: Member?

    /// A relay that was admitted.
    struct Member {
        var relay: RelayRoster.Entry
        var room: RoomID
        /// M5: where its media comes from and goes to.
        var mediaAddress: SocketAddress
        var recogniser: any SpeechRecogniser
        var turn = HubTurn()
        var status = Status(isMuted: false, canHear: false, canSpeak: false)  // S2
        var early = EarlyPackets<HubClock>()
        var uplink: Uplink?
        /// What the relay's earlier uplinks have shown of its link.
        var lastReception = Reception<HubClock>()
        /// What the relay reported of its downlink.
        var downlinkLossPermille: Int?
        var downlink: Downlink?
        /// What the hub asked, and until when an answer to it is one.
        var question: (asked: PendingQuestion, until: HubInstant)?
    }

    /// What the relay's uplinks have shown of its link: for the report to the relay.
    var reception: Reception<HubClock> {
        member?.uplink?.packets.reception ?? member?.lastReception ?? Reception()
    }

    /// Forgets the open uplink, but not what it has shown of the link.
    func closeUplink() {
        // First read, then written: the two accesses may not overlap.
        let learned = reception
        member?.lastReception = learned
        member?.uplink = nil
    }

    init(_ id: ConnectionID, channel: any Channel, at now: HubInstant) {
        (self.id, self.channel) = (id, channel)
        liveness = Liveness(interval: nil, limit: WireLimits.silenceDeadline, at: now)
        joinDeadline = now + WireLimits.joinDeadline
    }

    /// The next instant at which something is due for this relay.
    func deadline(at now: HubInstant) -> HubInstant {
        guard let member else { return min(joinDeadline, liveness.deadline) }
        let due = [
            member.turn.deadline, member.uplink?.gapDeadline, member.downlink?.pacer.deadline(at: now),
        ]
        return due.compactMap { $0 }.reduce(liveness.deadline, min)
    }
}

/// The sound of one turn on its way in: reordered, decoded, and watched for the end of speech.
struct Uplink {
    let stream: StreamID
    /// Where the wake word begins, with a margin; the stream's first sample if there is none.
    let start: SampleCount
    var packets: ReorderBuffer<HubClock>
    var gapDeadline: HubInstant?
    var endpointer: Endpointer
    /// The whole turn so far; bounded by the longest turn.
    var samples: [Int16] = []
    let decoder: OpusPacketDecoder

    init(_ claim: Claim, reception: Reception<HubClock>) throws(OpusError) {
        stream = claim.stream
        packets = ReorderBuffer(reception: reception)
        start =
            claim.cause == .wakeWord ? SampleCount(max(0, Int64(claim.wakeStart) - 3_200)) : SampleCount(.max)
        endpointer = Endpointer(wakeEnd: SampleCount(Int64(claim.wakeEnd)))
        decoder = try OpusPacketDecoder()
        samples.reserveCapacity(16 * SampleCount.perSecond)
    }
}

/// One answer on its way out: encoded and paced.
struct Downlink {
    let stream: StreamID
    var pacer = AnswerPacer()
    /// Samples that do not fill a packet yet.
    var rest: [Int16] = []
    var hasVoice = false
    let encoder: OpusPacketEncoder
    /// Tells the synthesiser to stop, from any thread.
    let stopper = Stopper()

    /// - Parameter expectedLossPermille: What the relay reported last; `nil` if it has not yet.
    init(_ stream: StreamID, expectedLossPermille: Int?) throws(OpusError) {
        self.stream = stream
        encoder = try OpusPacketEncoder(
            leavesOutSilence: true,
            expectedLossPermille: expectedLossPermille ?? LossProtection.Tuning.initialPermille)
    }
}
