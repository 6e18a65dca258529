import HubCore
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaWire

/// The control plane: bytes to and from the endpoints, and frames to and from the turn machines.
extension HubHost {
    func send(_ frame: ControlFrame, to connection: HubConnection) {
        perform(connection.endpoint.send(frame), on: connection)
    }

    func part(from connection: HubConnection, _ goodbye: Goodbye) {
        perform(connection.endpoint.part(goodbye), on: connection)
    }

    /// Carries out what an endpoint wants done, in order. What it wants because of that comes after.
    func perform(_ wanted: [HubEndpoint.Action], on connection: HubConnection) {
        if house.breaks == .skipFIFO {
            for action in wanted { perform(action, on: connection) }
            return
        }
        connection.actions += wanted
        guard !connection.isPerforming else { return }
        connection.isPerforming = true
        defer { connection.isPerforming = false }
        while !connection.actions.isEmpty {
            let batch = connection.actions
            connection.actions = []
            for action in batch { perform(action, on: connection) }
        }
    }

    private func perform(_ action: HubEndpoint.Action, on connection: HubConnection) {
        let link = connection.link
        switch action {
        case .write(let bytes):
            guard link.hubIsOpen else { return }
            if !house.write(bytes, link, toHub: false) {
                connection.endpoint.closed()  // D4
                leave(connection)
                house.abandon(link, byHub: true, isTold: true)
            }
        case .close:
            leave(connection)
            house.close(link, byHub: true)
        case .ask(let request): answer(request, on: connection)
        case .proved(let peer): proved(peer, on: connection)
        case .pending(let candidate): consider(candidate, on: connection)
        case .greeted(let hello): greeted(hello, on: connection)
        case .frame(let frame): receive(frame, on: connection)
        case .media(let packet):
            house.inspector.accepted(packet, link: link.number, toHub: true, host: 0)
            receive(packet, on: connection)
        case .datagram(let bytes): send(datagram: bytes, to: connection)
        case .report: reported(on: connection)
        case .keyStored(let key):
            guard let relay = connection.member?.key, registry.rotation?.newKey == key else { return }
            _ = change { $0.confirmedRotation(relay) }
        case .fault(let reason):
            note("finds fault with link", link.number)
            let isLate =
                reason.hasPrefix("the next frame did not come") || reason.hasPrefix("the handshake took")
            if connection.peer != nil, link.key != nil, !link.isTampered, !isLate {
                fail(.streamIntact, reason)
            }
        }
    }

    /// Forgets a connection and everything that ran for it (L4).
    func leave(_ connection: HubConnection) {
        guard let index = connections.firstIndex(where: { $0 === connection }) else { return }
        connections.remove(at: index)
        advance(connection) { $0.relayLost() }
        house.inspector.left(link: connection.link.number)
        if let key = connection.peer?.key, connection.peer?.isStranger == true { registry.leavePending(key) }
        guard let member = connection.member else { return }
        note("a relay leaves, link", connection.link.number)
        roster.leave(member.relay.id)
    }

    private func receive(_ frame: ControlFrame, on connection: HubConnection) {
        guard connection.member != nil else { return }
        let now = now
        switch frame {
        case .status(let status): connection.member?.status = status
        case .claim(let claim): claimed(claim, on: connection)
        case .turnCancel(let cancel):
            advance(connection) { turn in
                let (open, wanted) = (turn.turn, turn.cancelled(cancel))
                if open != cancel.turn, !wanted.isEmpty {
                    fail(
                        .overIsOver,
                        "a cancelled turn \(cancel.turn.value) does something to \(open?.value ?? 0)")
                }
                return wanted
            }
        case .drained(let report): advance(connection) { $0.drained(report) }
        case .streamEnd(let end):
            guard connection.member?.uplink?.stream == end.stream else { return }
            connection.member?.uplink?.packets.end(packetCount: end.packetCount)
            drainUplink(of: connection)
        case .ringSilenced(let silenced): self.silenced(silenced.ring)
        case .ping, .pong, .goodbye, .media, .hello, .adoptCommit, .adoptReveal, .hubKeyStored, .pathProbe,
            .welcome,
            .grant, .deny, .speechEnd, .answerStart, .turnEnd, .ringStart, .ringStop, .adoptNonce, .adopted,
            .hubKey, .pathReply, .wakePartWanted, .wakeReport, .wakeWord, .wakePart:
            break
        }
        if holds(connection), house.breaks != .dropDeadline { advance(connection) { $0.tick(at: now) } }
    }

    private func reported(on connection: HubConnection) {
        let report = connection.reception.report
        connection.endpoint.uplinkQuality = PathQuality(
            lossPermille: report.lossPermille, jitter: report.jitterMicroseconds)
    }

    private func send(datagram: [UInt8], to connection: HubConnection) {
        house.inspector.sealed(datagram, link: connection.link.number, toHub: false, host: 0)
        guard let address = connection.mediaAddress else { return }
        let relay = address / 1_000
        guard (1...house.plan.relayCount).contains(relay) else { return }
        house.world.sendDatagram(.datagram(datagram, address: address), relay: relay, toHub: false)
    }
}

// MARK: - Datagrams

extension HubHost {
    /// - Returns: the link that it belongs to; 0 for none.
    func receive(datagram: [UInt8], from address: Int) -> Int {
        guard let session = MediaOpener.session(of: datagram),
            let connection = connections.first(where: { $0.member != nil && $0.endpoint.session == session })
        else { return 0 }
        if house.breaks == .trustAddress { connection.mediaAddress = address }
        let time = house.breaks == .staleClock ? lastEvent : now
        let (wanted, isNewest) = connection.endpoint.received(datagram: datagram.span, at: time)
        if isNewest, connection.mediaAddress != address { connection.mediaAddress = address }
        if let address = connection.mediaAddress, address / 1_000 != connection.link.opener {
            fail(.addressProved, "sound goes to \(address), which is not relay \(connection.link.opener)'s")
        }
        if house.breaks == .skipReplayCheck {
            if let again = taken.first(where: { $0.bytes == datagram }) {
                perform([.media(again.packet)], on: connection)
            }
            for case .media(let packet) in wanted { taken = taken.suffix(200) + [(datagram, packet)] }
        }
        house.saw(datagram)
        perform(wanted, on: connection)
        return connection.link.number
    }
}
