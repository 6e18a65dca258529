import HubCore
import HubSpeech
import Logging
import LoqaAudio
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import LoqaWire
import NIOCore

/// Sound on its way in: from datagrams to the endpointer.
extension Hub {
    /// A datagram: its session names the connection, its seal proves the sender (M2).
    func receiveDatagram(_ bytes: ByteBuffer, from sender: SocketAddress) {
        let datagram = bytes.readableBytesUInt8Span
        guard let session = MediaOpener.session(of: datagram), let id = sessions[session],
            let connection = connections[id]
        else {
            strayDatagramCount += 1
            return
        }
        let now = now
        let (arrival, isNewest) = connection.endpoint.took(datagram: datagram, at: now)
        if isNewest, connection.mediaAddress != sender { connection.mediaAddress = sender }  // M5
        switch arrival {
        case .nothing: break
        case .media(let packet): receive(packet, on: connection, at: now)
        case .actions(let actions):
            perform(actions, on: connection)
            rearm(for: connection, at: now)
        }
    }

    /// A packet of sound, by either way.
    func receive(_ packet: MediaPacket, on connection: RelayConnection, at now: HubInstant) {
        guard let uplink = connection.member?.uplink, uplink.stream == packet.stream else {
            connection.member?.early.keep(packet, at: now)  // M7
            return
        }
        take(packet, of: uplink, on: connection, at: now)
        drain(uplink, of: connection, at: now)
    }

    /// A new turn: its sound is listened to from its first packet.
    func startListening(_ claim: Claim, on connection: RelayConnection) {
        let now = now
        do {
            connection.closeUplink()
            let uplink = try Uplink(claim, reception: connection.reception)
            connection.member?.uplink = uplink
        } catch {
            parts.logger.error("no Opus decoder", metadata: ["error": "\(error)"])
            return
        }
        guard let uplink = connection.member?.uplink else { return }
        for packet in connection.member?.early.take(claim.stream, at: now) ?? [] {
            take(packet, of: uplink, on: connection, at: now)
        }
        drain(uplink, of: connection, at: now)
    }

    private func take(
        _ packet: MediaPacket, of uplink: Uplink, on connection: RelayConnection, at now: HubInstant
    ) {
        uplink.packets.receive(
            packet.payload, sequence: packet.sequence, timestamp: packet.timestamp, at: now)
        connection.member?.turn.packetArrived(at: now)
    }

    /// Decodes everything that is in order, and tells the turn what the endpointer makes of it.
    func drainUplink(of connection: RelayConnection) {
        if let uplink = connection.member?.uplink { drain(uplink, of: connection, at: now) }
    }

    private func drain(_ uplink: Uplink, of connection: RelayConnection, at now: HubInstant) {
        // A gap that was filled has no deadline any more; one in the past would have the alarm ring without end.
        uplink.gapDeadline = nil
        // What was heard may end the turn, and with it the uplink.
        while connection.member?.uplink === uplink {
            let step = uplink.packets.next(at: now)
            switch step {
            case .wait(let until):
                uplink.gapDeadline = until
                if until != nil { rearm(for: connection, at: now) }
                return
            case .finished:
                uplink.gapDeadline = nil
                if let event = uplink.endpointer.streamEnded() { heard(event, on: connection) }
                return
            case .decode, .recover, .conceal, .silence:
                if let event = uplink.hear(step) { heard(event, on: connection) }
                judgeWake(uplink, of: connection)
            }
        }
    }

    func heard(_ event: Endpointer.Event, on connection: RelayConnection) {
        switch event {
        case .speechStarted: record("speech.started", connection)
        case .paused:
            record("speech.paused", connection)
            advance(connection) { $0.paused() }
        case .resumed:
            record("speech.resumed", connection)
            connection.member?.turn.resumed()
        case .ended(let reason, let endOfSpeech):
            let length = SampleCount(Int64(connection.member?.uplink?.samples.count ?? 0))
            record(
                "speech.ended", connection,
                [
                    ("reason", .text("\(reason)")),
                    ("pause_ms", .integer((length - endOfSpeech).duration.milliseconds)),
                ])
            let now = now
            advance(connection) { $0.speechEnded(reason, at: now) }
        }
        rearm(for: connection, at: now)
    }
}

extension Uplink {
    /// Decodes one packet, or stands in for one that was lost, left out or is no Opus, and listens to it.
    func hear(_ step: ReorderBuffer<HubClock>.Step) -> Endpointer.Event? {
        var block = InlineArray<320, Int16>(repeating: 0)
        var room = block.mutableSpan
        decode(step, into: &room)
        block.span.withUnsafeBufferPointer { samples.append(contentsOf: $0) }
        return endpointer.take(block.span)
    }

    private func decode(_ step: ReorderBuffer<HubClock>.Step, into block: inout MutableSpan<Int16>) {
        do {
            switch step {
            case .decode(let payload): return try decoder.decode(payload.span, into: &block)
            case .recover(let next):
                _ = try decoder.recover(fromNext: next.span, into: &block)
                return
            case .conceal, .silence, .wait, .finished: break
            }
        } catch {
            // A packet that cannot be decoded leaves the decoder as it was.
        }
        do {
            try decoder.conceal(into: &block)
        } catch {
            // Silence stands there already.
        }
    }
}
