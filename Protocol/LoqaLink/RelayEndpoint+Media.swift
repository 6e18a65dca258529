package import LoqaBase
import LoqaCrypto
package import LoqaWire

// Sound and probes, by UDP or on the control connection (M, P, K).
extension RelayEndpoint {
    /// Datagrams sealed on this connection.
    package var datagramsSent: UInt32 {
        if case .up(_, let media) = phase { return media.sealer.counter }
        return 0
    }

    /// How often the key of this relay's datagrams was changed.
    package var keyEpoch: UInt32 { datagramsSent >> MediaDatagram.epochBitCount }

    /// Sends one packet by the way that is open. Without a link it is dropped: its turn is void.
    package mutating func send(_ packet: MediaPacket) -> [Action] {
        guard prober.isOpen else { return isUp ? send(.media(packet)) : [] }
        return datagram(.media, packet.encoded())
    }

    /// A datagram came from anywhere. One that is not the hub's own is counted and changes nothing (M2).
    package mutating func received(datagram: [UInt8], at now: RelayInstant) -> [Action] {
        guard case .up(let channel, var media) = phase else { return [] }
        guard MediaOpener.session(of: datagram) == media.ownSession else {
            counters.refusedDatagramCount += 1
            return []
        }
        let type: UInt8
        let body: [UInt8]
        do throws(MediaCryptoError) {
            let (opened, opening) = try media.opener.open(datagram)
            phase = .up(channel, media)
            (type, body) = (opened.type, opening)
        } catch {
            counters.refusedDatagramCount += 1
            return []
        }
        do throws(WireError) {
            switch ControlFrame.Kind(rawValue: type) {
            case .media?: return [.media(try MediaPacket(decoding: body))]
            case .pathReply?:
                guard case .pathReply(let reply) = try ControlFrame(.pathReply, payload: body[...]) else {
                    return []
                }
                return replied(reply, by: .datagram, at: now)
            default: break  // M1: no other kind travels so.
            }
        } catch {
            // M2: counted below.
        }
        counters.refusedDatagramCount += 1
        return []
    }

    /// Sends the probes that are due (P1).
    mutating func probe(at now: RelayInstant) -> [Action] {
        guard isUp else { return [] }
        var actions: [Action] = []
        for (number, way) in prober.tick(at: now, isStreaming: isStreaming) {
            let reading = clockReport(at: now)
            let frame = ControlFrame.pathProbe(
                PathProbe(
                    number: number, sentAt: now.microseconds, isReplied: prober.isOpen,
                    lossPermille: downlinkQuality.lossPermille, jitter: downlinkQuality.jitter,
                    roundTrip: roundTrip.map { UInt32(clamping: $0.nanoseconds / 1_000) } ?? .max,
                    clockOffset: reading.offset, clockBound: reading.bound))
            switch way {
            case .control: actions += send(frame)
            case .datagram: actions += datagram(.pathProbe, frame.payload)
            }
        }
        return actions
    }

    mutating func replied(_ reply: PathReply, by way: PathProber.Way, at now: RelayInstant) -> [Action] {
        guard isUp, let sentAt = prober.replied(reply, by: way, at: now) else { return [] }
        _ = clock.receive(
            ClockEstimate.Exchange(
                sentAt: sentAt, receivedAt: HubInstant(microseconds: reply.receivedAt),
                repliedAt: HubInstant(microseconds: reply.repliedAt), arrivedAt: now))
        uplinkQuality = PathQuality(lossPermille: reply.lossPermille, jitter: reply.jitter)
        return [.uplinkQuality(uplinkQuality)]
    }

    /// K3: what the relay believes of the hub's clock, as the wire spells it.
    private func clockReport(at now: RelayInstant) -> (offset: Int64, bound: UInt32) {
        guard clock.isSettled, let reading = clock.hubInstant(for: now) else { return (0, .max) }
        let offset = (reading.instant.sinceOrigin - now.sinceOrigin).nanoseconds / 1_000
        return (offset, UInt32(clamping: reading.bound.nanoseconds / 1_000))
    }

    private mutating func datagram(_ kind: ControlFrame.Kind, _ body: [UInt8]) -> [Action] {
        guard case .up(let channel, var media) = phase else { return [] }
        do throws(MediaCryptoError) {
            let bytes = try media.sealer.seal(type: kind.rawValue, session: media.hubSession, body: body)
            phase = .up(channel, media)
            return [.datagram(bytes)]
        } catch {
            // M11: all counters are used. A new connection has new ones.
            return send(.goodbye(Goodbye(code: .shuttingDown, text: "a new key is due"))) + [.close]
                + apart("a new key is due")
        }
    }
}
