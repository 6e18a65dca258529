import HubCore
import HubSkills
import HubSpeech
import LoqaAudio
import LoqaBase
import LoqaCrypto
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
    /// Where it came from, as the limits count it: 4 or 16 bytes.
    let source: [UInt8]
    let since: HubInstant
    /// It no longer counts as a stranger's connection.
    var isSettled = false
    var endpoint: HubEndpoint
    /// What the endpoint wants done and has yet to see done, in order.
    var actions: [HubEndpoint.Action] = []
    var isPerforming = false
    /// Who it is, once it has proved it.
    var peer: HubEndpoint.Peer?
    /// M5: where its datagrams come from, and where those to it go.
    var mediaAddress: SocketAddress?
    /// What it last said of the path and of its clock, and when.
    var report: (probe: PathProbe, at: HubInstant)?
    /// When the hub looks after it next: at its deadline, or before.
    var due = HubInstant.origin
    /// Set by the welcome.
    var member: Member?

    /// A relay that was admitted.
    struct Member {
        var relay: RelayRoster.Entry
        var key: PublicKey
        var room: RoomID
        var turn = HubTurn()
        var status = Status(isMuted: false, canHear: false, canSpeak: false)  // S2
        var early = EarlyPackets<HubClock>()
        var uplink: Uplink?
        /// What the relay's earlier uplinks have shown of its link.
        var lastReception = Reception<HubClock>()
        /// What the relay reported of its downlink.
        var downlinkLossPermille: Int?
        var downlink: Downlink?
        /// The recogniser that listens to the open turn.
        var lane: RecogniserPool.Lane?
        /// What the relay was told to listen for on this connection, and how its words fare.
        var wakeWords: [(model: [UInt8], sensitivity: WakeWordChoice.Sensitivity)]?
        var wakeRevision: UInt32?
        var wakeReport: WakeReport?
        /// What the hub asked, and until when an answer to it is one.
        var question: (asked: PendingQuestion, until: HubInstant)?
        /// Waits for the chat model's answer to the open turn.
        var deliberation: Task<Void, Never>?
    }

    /// What the relay's uplinks have shown of its link: for the report to the relay.
    var reception: Reception<HubClock> {
        member?.uplink?.packets.reception ?? member?.lastReception ?? Reception()
    }

    /// Forgets the open uplink, but not what it has shown of the link.
    func closeUplink() {
        guard let shown = member?.uplink?.packets.reception else { return }
        member?.lastReception = shown
        member?.uplink = nil
    }

    init(_ id: ConnectionID, channel: any Channel, source: [UInt8], endpoint: HubEndpoint, at now: HubInstant)
    {
        (self.id, self.channel, self.source, self.since) = (id, channel, source, now)
        self.endpoint = endpoint
    }

    /// The next instant at which something is due for this relay.
    func deadline(at now: HubInstant) -> HubInstant {
        // Asked for each packet: the member is looked into, not copied.
        var due = endpoint.deadline
        if let turn = member?.turn.deadline { due = min(due, turn) }
        if let gap = member?.uplink?.gapDeadline { due = min(due, gap) }
        if let packet = member?.downlink?.pacer.deadline(at: now) { due = min(due, packet) }
        return due
    }
}

/// The sound of one turn on its way in: reordered, decoded, and watched for the end of speech.
///
/// A class, so that each packet changes it in place. Confined to the ``Hub`` actor.
final class Uplink {
    /// How far the second opinion on the wake word is.
    enum Judgement: Sendable, Equatable { case due, done }

    let stream: StreamID
    let claim: Claim
    /// Where the wake word ends; nil without one.
    var wakeEnd: SampleCount? { claim.cause == .wakeWord ? SampleCount(Int64(claim.wakeEnd)) : nil }
    var judgement = Judgement.due
    /// Where the wake word begins, with a margin; the stream's first sample if there is none.
    let start: SampleCount
    var packets: ReorderBuffer<HubClock>
    var gapDeadline: HubInstant?
    var endpointer: Endpointer
    /// The whole turn so far; bounded by the longest turn.
    var samples: [Int16] = []
    let decoder: OpusPacketDecoder

    init(_ claim: Claim, reception: Reception<HubClock>) throws(OpusError) {
        (stream, self.claim) = (claim.stream, claim)
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
