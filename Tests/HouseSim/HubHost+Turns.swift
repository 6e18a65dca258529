import HubCore
import LoqaBase
import LoqaLink
import LoqaTestKit
import LoqaWire

/// What the turn machine of a relay wants done, and what the engines come out with.
extension HubHost {
    func advance(_ connection: HubConnection, _ event: (inout HubTurn) -> [HubTurn.Action]) {
        guard var turn = connection.member?.turn else { return }
        let wanted = event(&turn)
        connection.member?.turn = turn
        for action in wanted { perform(action, on: connection) }
    }

    func claimed(_ claim: Claim, on connection: HubConnection) {
        let now = now
        let busy = connections.count { $0 !== connection && $0.member?.holdsRecogniser == true }
        guard busy < house.plan.recogniserCount else {
            connection.member?.holdsRecogniser = false
            return send(.deny(Deny(turn: claim.turn, reason: .busy)), to: connection)  // T2
        }
        connection.member?.holdsRecogniser = true
        advance(connection) { $0.claimed(claim, at: now) }
    }

    private func perform(_ action: HubTurn.Action, on connection: HubConnection) {
        let link = connection.link.number
        switch action {
        case .send(let frame):
            house.inspector.sent(frame, link: link)
            if case .grant(let grant) = frame {
                note("grants turn", Int(grant.turn.value))
                house.inspector.granted(grant.turn, link: link)
            }
            send(frame, to: connection)
        case .startListening(let claim): startListening(claim, on: connection)
        case .stopListening: break
        case .recognise(let attempt): recognise(attempt, on: connection)
        case .weigh: break
        case .interpret: interpret(on: connection)
        case .startSpeaking(_, let stream): startSpeaking(stream, on: connection)
        case .stopSpeaking(let stream): stopSpeaking(stream, on: connection)
        case .closed(let turn, let outcome):
            note("closes turn", Int(turn.value))
            house.inspector.closed(turn, outcome, link: link)
            connection.closeUplink()
            connection.member?.holdsRecogniser = false
        }
    }

    private func recognise(_ attempt: Int, on connection: HubConnection) {
        guard let turn = connection.member?.turn.turn else { return }
        guard !random.chance(perMille: house.plan.engineHangsPerMille) else { return }
        let fails = random.chance(perMille: house.plan.engineFailsPerMille)
        let isSlow = random.chance(perMille: house.plan.engineIsSlowPerMille)
        let text = random.chance(perMille: 850) ? "turn on the light" : nil
        house.world.plan(
            .engine(
                .recognised(
                    link: connection.link.number, turn: turn.value, attempt: attempt, text: text, fails: fails
                )),
            on: 0, after: .milliseconds(50) + random.duration(upTo: .milliseconds(isSlow ? 6_000 : 900)))
    }

    private func interpret(on connection: HubConnection) {
        guard let member = connection.member else { return }
        let answer = member.status.canSpeak && !random.chance(perMille: 100) ? "it is on" : ""
        let expectsReply = member.status.canSpeak && random.chance(perMille: 200)
        let now = now
        advance(connection) { $0.replied(answer, expectsReply: expectsReply, at: now) }
    }

    func handle(_ engine: SimEngine) {
        switch engine {
        case .recognised(let link, let number, let attempt, let text, let fails):
            guard let connection = connections.first(where: { $0.link.number == link }),
                connection.member?.turn.turn?.value == number
            else { return }
            advance(connection) { turn in
                guard !fails else { return turn.recognitionFailed(attempt: attempt) }
                return turn.recognised(
                    text.map { HubTurn.Recognition(text: $0, scorePerFrame: -1) }, attempt: attempt)
            }
        case .spoke(let link, let stream, let blockCount, let isLast, let fails):
            guard let connection = connections.first(where: { $0.link.number == link }),
                connection.member?.downlink?.stream.value == stream
            else { return }
            guard !fails else { return advance(connection) { $0.synthesisFailed(StreamID(stream)) } }
            spoke(blockCount, isLast: isLast, on: connection)
        }
    }
}

// MARK: - Sound in

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

    private func startListening(_ claim: Claim, on connection: HubConnection) {
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

// MARK: - Sound out

/// One downlink stream: the real pacer, fed by an engine that speaks tags.
struct HubDownlink {
    let stream: StreamID
    var pacer = AnswerPacer()
    /// 0 for an answer.
    var announcement: Int
    /// 20 ms blocks that were spoken, and those of them that are packets.
    var blockCount = 0
    var packetCount: UInt32 = 0
}

extension HubHost {
    private func startSpeaking(_ stream: StreamID, on connection: HubConnection) {
        connection.member?.downlink = HubDownlink(stream: stream, announcement: 0)
        guard !random.chance(perMille: house.plan.engineHangsPerMille) else { return }
        let fails = random.chance(perMille: house.plan.engineFailsPerMille)
        let pieceCount = Int.random(in: 1...8, using: &random)
        var wait = Duration.milliseconds(30)
        for piece in 1...pieceCount {
            let isSlow = random.chance(perMille: house.plan.engineIsSlowPerMille)
            wait += random.duration(upTo: .milliseconds(isSlow ? 4_000 : 250))
            house.world.plan(
                .engine(
                    .spoke(
                        link: connection.link.number, stream: stream.value,
                        blockCount: Int.random(in: 5...40, using: &random), isLast: piece == pieceCount,
                        fails: fails && piece == pieceCount)),
                on: 0, after: wait)
        }
    }

    private func stopSpeaking(_ stream: StreamID, on connection: HubConnection) {
        guard let downlink = connection.member?.downlink, downlink.stream == stream else { return }
        connection.member?.downlink = nil
        send(.streamEnd(StreamEnd(stream: stream, packetCount: downlink.pacer.sentCount)), to: connection)
    }

    private func spoke(_ count: Int, isLast: Bool, on connection: HubConnection) {
        guard var downlink = connection.member?.downlink else { return }
        for _ in 0..<count {
            // Some silence between the words, left out but for every twentieth packet.
            let isSilent =
                house.plan.leavesOutSilence && downlink.blockCount % 50 > 30 && downlink.blockCount % 20 != 0
            let tag = SoundTag(
                link: connection.link.number, stream: downlink.stream.value, sequence: downlink.packetCount,
                timestamp: UInt32(downlink.blockCount * 320), position: Int64(downlink.announcement),
                isVoiced: true)
            guard downlink.pacer.add(isSilent ? nil : tag.encoded) else { break }
            downlink.blockCount += 1
            if !isSilent { downlink.packetCount += 1 }
        }
        if isLast { downlink.pacer.complete() }
        let (stream, now) = (downlink.stream, now)
        connection.member?.downlink = downlink
        connection.member?.turn.answerProgressed(stream, at: now)
        sendDue(of: connection)
    }

    func sendDue(of connection: HubConnection) {
        guard var downlink = connection.member?.downlink else { return }
        let (now, before) = (now, downlink.pacer.sentCount)
        while let due = downlink.pacer.takeDue(at: now) {
            let packet = MediaPacket(
                stream: downlink.stream, sequence: due.sequence, timestamp: due.timestamp,
                payload: due.payload)
            perform(connection.endpoint.send(packet, at: now), on: connection)
        }
        if downlink.pacer.sentCount > before {
            connection.member?.turn.answerProgressed(downlink.stream, at: now)
        }
        guard downlink.pacer.isDone else {
            connection.member?.downlink = downlink
            return
        }
        connection.member?.downlink = nil
        let (count, remaining) = (downlink.pacer.sentCount, downlink.pacer.remaining(at: now))
        advance(connection) {
            $0.answerSent(downlink.stream, packetCount: count, remaining: remaining, at: now)
        }
    }

    /// Speaks at all relays together that serve nobody.
    func announce() {
        let now = now
        announcementCount += 1
        let number = Int(house.world.now.sinceOrigin.milliseconds)
        house.inspector.tally.announcedCount += 1
        for connection in connections {
            guard let member = connection.member, member.status.canSpeak, member.turn.isIdle else { continue }
            var turn = member.turn
            guard let (stream, wanted) = turn.announced(presentAt: now + .milliseconds(500), at: now) else {
                continue
            }
            connection.member?.downlink = HubDownlink(stream: stream, announcement: number)
            connection.member?.turn = turn
            for case .send(let frame) in wanted { send(frame, to: connection) }
            spoke(80, isLast: true, on: connection)
        }
    }
}
