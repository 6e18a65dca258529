import HubCore
import LoqaBase
import LoqaLink
import LoqaWire

/// One uplink stream: the real buffer, and in place of decoder and endpointer what tells from the tags.
struct HubUplink {
    let stream: StreamID
    let claim: Claim
    var packets: ReorderBuffer<HubClock>
    var gapDeadline: HubInstant?
    /// Blocks that came out, of whatever kind.
    var blockCount: UInt32 = 0
    var lastSequence: Int64 = -1
    var hasHeard = false
    var quietCount = 0
    var isPaused = false
    var hasEnded = false
    /// For the break without a buffer.
    var unordered: [[UInt8]] = []

    init(_ claim: Claim, reception: Reception<HubClock>) {
        (stream, self.claim, packets) = (claim.stream, claim, ReorderBuffer(reception: reception))
    }
}

extension HubHost {
    func receive(_ packet: MediaPacket, on connection: HubConnection) {
        let now = now
        guard connection.member?.uplink?.stream == packet.stream else {
            connection.member?.early.keep(packet, at: now)  // M7
            return
        }
        take(packet, on: connection, at: now)
        drainUplink(of: connection)
    }

    func startListening(_ claim: Claim, on connection: HubConnection) {
        let now = now
        connection.closeUplink()
        let reception = connection.reception
        connection.member?.uplink = HubUplink(claim, reception: reception)
        for packet in connection.member?.early.take(claim.stream, at: now) ?? [] {
            take(packet, on: connection, at: now)
        }
        drainUplink(of: connection)
    }

    private func take(_ packet: MediaPacket, on connection: HubConnection, at now: HubInstant) {
        if house.breaks == .skipReordering { connection.member?.uplink?.unordered.append(packet.payload) }
        connection.member?.uplink?.packets.receive(
            packet.payload, sequence: packet.sequence, timestamp: packet.timestamp, at: now)
        connection.member?.turn.packetArrived(at: now)
    }

    /// Decodes everything that is in order, and tells the turn what the endpointer makes of it.
    func drainUplink(of connection: HubConnection) {
        while let step = connection.member?.uplink?.packets.next(at: now) {
            switch step {
            case .wait(let until):
                connection.member?.uplink?.gapDeadline = until
                return
            case .finished:
                connection.member?.uplink?.gapDeadline = nil
                end(.endpoint, on: connection)
                return
            case .decode(let payload): decode(payload, on: connection)
            case .recover, .conceal, .silence: heard(isVoiced: false, on: connection)
            }
        }
    }

    private func decode(_ payload: [UInt8], on connection: HubConnection) {
        guard var uplink = connection.member?.uplink else { return }
        var payload = payload
        if !uplink.unordered.isEmpty { payload = uplink.unordered.removeFirst() }
        house.inspector.tally.decodedCount += 1
        guard let tag = SoundTag(payload), tag.link == connection.link.number,
            tag.stream == uplink.stream.value
        else { return fail(.decodedInOrder, "stream \(uplink.stream.value) decodes what belongs to another") }
        if Int64(tag.sequence) <= uplink.lastSequence {
            fail(.decodedInOrder, "packet \(tag.sequence) is decoded after \(uplink.lastSequence)")
        }
        if tag.timestamp != uplink.blockCount * 320 {
            fail(
                .samplesMatchTime,
                "\(uplink.blockCount) blocks came out before packet \(tag.sequence) at \(tag.timestamp)")
        }
        // The word is where the claim says, whatever was lost before it.
        let isInWord = (uplink.claim.wakeStart..<max(uplink.claim.wakeStart, uplink.claim.wakeEnd)).contains(
            tag.timestamp)
        if uplink.claim.cause == .wakeWord, isInWord, !tag.isWake {
            fail(.samplesMatchTime, "the wake word is not where the claim says, at \(tag.timestamp)")
        }
        uplink.lastSequence = Int64(tag.sequence)
        connection.member?.uplink = uplink
        heard(isVoiced: tag.isVoiced && tag.timestamp >= uplink.claim.wakeEnd, on: connection)
    }

    /// 20 ms came out: listens for the end of speech, as the endpointer does.
    private func heard(isVoiced: Bool, on connection: HubConnection) {
        guard var uplink = connection.member?.uplink else { return }
        uplink.blockCount += 1
        uplink.quietCount = isVoiced ? 0 : uplink.quietCount + 1
        uplink.hasHeard = uplink.hasHeard || isVoiced
        let (isPaused, wasPaused) = (uplink.hasHeard && uplink.quietCount >= 10, uplink.isPaused)
        uplink.isPaused = isPaused
        connection.member?.uplink = uplink
        guard !uplink.hasEnded else { return }
        if isPaused, !wasPaused { advance(connection) { $0.paused() } }
        if !isPaused, wasPaused { connection.member?.turn.resumed() }
        let sinceWord = Int64(uplink.blockCount) - Int64(uplink.claim.wakeEnd) / 320
        if uplink.hasHeard, uplink.quietCount >= 30 {
            end(.endpoint, on: connection)
        } else if !uplink.hasHeard, sinceWord > 150 {
            end(.noSpeech, on: connection)
        } else if sinceWord > 500 {
            end(.tooLong, on: connection)
        }
    }

    private func end(_ reason: SpeechEnd.Reason, on connection: HubConnection) {
        guard connection.member?.uplink?.hasEnded == false else { return }
        connection.member?.uplink?.hasEnded = true
        let (now, hasHeard) = (now, connection.member?.uplink?.hasHeard == true)
        advance(connection) { $0.speechEnded(hasHeard ? reason : .noSpeech, at: now) }
    }
}
