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
        let (actions, isNewest) = connection.endpoint.received(datagram: datagram, at: now)
        if isNewest, connection.mediaAddress != sender { connection.mediaAddress = sender }  // M5
        perform(actions, on: connection)
        rearm()
    }

    func receive(_ packet: MediaPacket, on connection: RelayConnection) {
        let now = now
        guard connection.member?.uplink?.stream == packet.stream else {
            connection.member?.early.keep(packet, at: now)  // M7
            return
        }
        take(packet, on: connection, at: now)
        drainUplink(of: connection)
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
        for packet in connection.member?.early.take(claim.stream, at: now) ?? [] {
            take(packet, on: connection, at: now)
        }
        drainUplink(of: connection)
    }

    private func take(_ packet: MediaPacket, on connection: RelayConnection, at now: HubInstant) {
        connection.member?.uplink?.packets.receive(
            packet.payload, sequence: packet.sequence, timestamp: packet.timestamp, at: now)
        connection.member?.turn.packetArrived(at: now)
    }

    /// Decodes everything that is in order, and tells the turn what the endpointer makes of it.
    func drainUplink(of connection: RelayConnection) {
        // A gap that was filled has no deadline any more; one in the past would have the alarm ring without end.
        connection.member?.uplink?.gapDeadline = nil
        while let step = connection.member?.uplink?.packets.next(at: now) {
            switch step {
            case .wait(let until):
                connection.member?.uplink?.gapDeadline = until
                return
            case .finished:
                if let event = connection.member?.uplink?.endpointer.streamEnded() {
                    heard(event, on: connection)
                }
                return
            case .decode, .recover, .conceal, .silence:
                guard let block = connection.member?.uplink?.block(for: step) else { return }
                connection.member?.uplink?.samples += block
                if let event = connection.member?.uplink?.endpointer.take(block.span) {
                    heard(event, on: connection)
                }
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
    }
}

extension Uplink {
    /// Decodes one packet, or stands in for one that was lost, left out or is no Opus.
    func block(for step: ReorderBuffer<HubClock>.Step) -> [Int16] {
        do {
            switch step {
            case .decode(let payload): return try decoder.decode(payload)
            case .recover(let next): return try decoder.recover(fromNext: next)
            case .conceal, .silence, .wait, .finished: break
            }
        } catch {
            // A packet that cannot be decoded leaves the decoder as it was.
        }
        do {
            return try decoder.conceal()
        } catch {
            return [Int16](repeating: 0, count: Int(SampleCount.perPacket.value))
        }
    }
}
