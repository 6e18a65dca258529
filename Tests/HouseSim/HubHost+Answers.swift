import HubCore
import LoqaBase
import LoqaLink
import LoqaTestKit
import LoqaWire

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
    func startSpeaking(_ stream: StreamID, on connection: HubConnection) {
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

    func stopSpeaking(_ stream: StreamID, on connection: HubConnection) {
        guard let downlink = connection.member?.downlink, downlink.stream == stream else { return }
        connection.member?.downlink = nil
        send(.streamEnd(StreamEnd(stream: stream, packetCount: downlink.pacer.sentCount)), to: connection)
    }

    func spoke(_ count: Int, isLast: Bool, on connection: HubConnection) {
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

    func rings(at relay: Int) -> Bool { storedRings.contains { $0.relay == relay } }

    /// A timer begins to ring at a relay, or all that ring there are answered.
    func ring(at relay: Int, _ begins: Bool) {
        house.relay(relay).ringToldAt = house.world.now
        if begins {
            ringCount += 1
            storedRings.append((RingID(ringCount), relay))
            for connection in connections where connection.member?.key == house.relay(relay).key {
                send(.ringStart(RingStart(ring: RingID(ringCount))), to: connection)
            }
        } else {
            let answered = storedRings.filter { $0.relay == relay }
            storedRings.removeAll { $0.relay == relay }
            for ring in answered {
                for connection in connections where connection.member != nil {
                    send(.ringStop(RingStop(ring: ring.ring)), to: connection)
                }
            }
        }
    }

    /// R5: a stop word ended a ring somewhere.
    func silenced(_ ring: RingID) {
        storedRings.removeAll { $0.ring == ring }
        for connection in connections where connection.member != nil {
            send(.ringStop(RingStop(ring: ring)), to: connection)
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
