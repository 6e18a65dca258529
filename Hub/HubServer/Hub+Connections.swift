import HubCore
import HubSkills
import HubSpeech
import HubUnderstanding
import Logging
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import LoqaWire
import NIOCore

/// The control plane: bytes to and from the endpoints, and frames to and from the turn machines.
extension Hub {
    func receive(_ bytes: ByteBuffer, on id: ConnectionID) {
        guard let connection = connections[id] else { return }
        let now = now
        perform(connection.endpoint.received(bytes.readableBytesView, at: now), on: connection)
        rearm(for: connection, at: now)
    }

    /// The relay's end of the connection is gone.
    func closed(_ id: ConnectionID) {
        guard let connection = connections[id] else { return }
        connection.endpoint.closed()
        leave(connection)
    }

    /// D4: the peer does not read what it is sent.
    func choked(_ id: ConnectionID) {
        guard let connection = connections[id] else { return }
        parts.logger.warning("a peer does not read what it is sent", metadata: label(connection))
        connection.endpoint.closed()
        leave(connection)
        connection.channel.close(promise: nil)
    }

    func send(_ frame: ControlFrame, to connection: RelayConnection) {
        perform(connection.endpoint.send(frame), on: connection)
    }

    /// Says goodbye and closes (L5).
    func part(from connection: RelayConnection, _ goodbye: Goodbye) {
        perform(connection.endpoint.part(goodbye), on: connection)
    }

    /// Carries out what an endpoint wants done, in order. What it wants because of that comes after: records were sealed
    /// in that order.
    func perform(_ actions: [HubEndpoint.Action], on connection: RelayConnection) {
        connection.actions += actions
        guard !connection.isPerforming else { return }
        connection.isPerforming = true
        defer { connection.isPerforming = false }
        while !connection.actions.isEmpty {
            let batch = connection.actions
            connection.actions = []
            for action in batch { perform(action, on: connection) }
        }
    }

    private func perform(_ action: HubEndpoint.Action, on connection: RelayConnection) {
        switch action {
        case .write(let bytes):
            connection.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        case .close:
            leave(connection)
            connection.channel.close(promise: nil)
        case .ask(let request): answer(request, on: connection)
        case .proved(let peer): proved(peer, on: connection)
        case .pending(let candidate): consider(candidate, on: connection)
        case .greeted(let hello): greeted(hello, on: connection)
        case .frame(let frame): receive(frame, on: connection)
        case .media(let packet): receive(packet, on: connection, at: now)
        case .datagram(let bytes): sendDatagram(bytes, to: connection)
        case .report(let probe): reported(probe, on: connection)
        case .keyStored(let key): keyStored(key, on: connection)
        case .fault(let reason):
            parts.logger.warning(
                "a peer broke the protocol",
                metadata: label(connection).merging(["reason": "\(reason)"]) { $1 })
        }
    }

    /// Forgets a connection and everything that ran for it (L4).
    private func leave(_ connection: RelayConnection) {
        guard connections.removeValue(forKey: connection.id) != nil else { return }
        advance(connection) { $0.relayLost() }
        settle(connection)
        if let key = connection.peer?.key, connection.peer?.isStranger == true {
            door.registry.leavePending(key)
        }
        guard let member = connection.member else { return }
        if let lane = member.lane { recognisers.giveBack(lane) }
        member.downlink?.stopper.stop()
        roster.leave(member.relay.id)
        lastSeen[member.key] = wallSeconds
        sessions = sessions.filter { $0.value != connection.id }
        record("relay.down", [("relay", .text(member.relay.name))])
        parts.logger.info("a relay left", metadata: ["relay": "\(member.relay.name)"])
    }

    /// The connection no longer counts as a stranger's (D1).
    func settle(_ connection: RelayConnection) {
        guard !connection.isSettled else { return }
        connection.isSettled = true
        limits.settled(connection.source)
    }

    private func receive(_ frame: ControlFrame, on connection: RelayConnection) {
        guard connection.member != nil else { return }
        let now = now
        switch frame {
        case .status(let status): connection.member?.status = status
        case .claim(let claim): claimed(claim, on: connection)
        case .turnCancel(let cancel): advance(connection) { $0.cancelled(cancel) }
        case .ringSilenced(let silenced):
            perform(assistant.silenced(silenced.ring))
            parts.save(assistant.state)
            rearm()
        case .wakePartWanted(let wanted): wakePartWanted(wanted, on: connection)
        case .wakeReport(let report): wakeReported(report, on: connection)
        case .drained(let report): advance(connection) { $0.drained(report) }
        case .streamEnd(let end):
            guard connection.member?.uplink?.stream == end.stream else { return }
            connection.member?.uplink?.packets.end(packetCount: end.packetCount)
            drainUplink(of: connection)
        case .ping, .pong, .goodbye, .media, .hello, .adoptCommit, .adoptReveal, .hubKeyStored, .pathProbe,
            .welcome,
            .grant, .deny, .speechEnd, .answerStart, .turnEnd, .ringStart, .ringStop, .adoptNonce, .adopted,
            .hubKey, .pathReply, .wakeWord, .wakePart:
            break  // The endpoint keeps these to itself.
        }
        if connections[connection.id] != nil { advance(connection) { $0.tick(at: now) } }
    }

    private func reported(_ probe: PathProbe, on connection: RelayConnection) {
        connection.report = (probe, now)
        downlinkLossReported(Int(probe.lossPermille), on: connection)
        let report = connection.reception.report
        connection.endpoint.uplinkQuality = PathQuality(
            lossPermille: report.lossPermille, jitter: report.jitterMicroseconds)
    }

    private func sendDatagram(_ bytes: [UInt8], to connection: RelayConnection) {
        guard let address = connection.mediaAddress else { return }
        media?.writeAndFlush(
            AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: bytes)), promise: nil)
    }

    /// What names a connection in a log.
    func label(_ connection: RelayConnection) -> Logger.Metadata {
        if let member = connection.member { return ["relay": "\(member.relay.name)"] }
        let address = connection.channel.remoteAddress.map(Self.words) ?? "unknown"
        return connection.peer.map { ["key": "\($0.key.fingerprint)", "address": "\(address)"] }
            ?? ["address": "\(address)"]
    }

    /// Carries out what skills want done at relays.
    func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .startRing(let ring, let relay, let room, _):
                let members = connections.values.filter {
                    $0.member?.room == room || $0.member?.relay.id == relay
                }
                let chosen = members.filter { $0.member?.relay.id == relay }
                for connection in chosen.isEmpty ? members : chosen {
                    send(.ringStart(RingStart(ring: ring)), to: connection)
                }
                record("timer.rings", [("ring", .integer(Int64(ring.value))), ("room", .text(room.value))])
            case .markFalseWake(let relay):
                _ = markFalseWake(of: roster[relay]?.name, before: true)
            case .stopRing(let ring):
                // A relay that does not ring for it ignores this (T16).
                for connection in connections.values where connection.member != nil {
                    send(.ringStop(RingStop(ring: ring)), to: connection)
                }
            case .announce(let text, let rooms): announceIfPossible(text, rooms.map(\.value))
            }
        }
    }
}
