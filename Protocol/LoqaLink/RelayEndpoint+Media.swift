package import LoqaBase
import LoqaCrypto
package import LoqaWire

// Sound and probes, by UDP or on the control connection (M, P, K).
extension RelayEndpoint {
    /// Sends one packet by the way that is open. Without a link it is dropped: its turn is void.
    package mutating func send(_ packet: MediaPacket) -> [Action] {
        guard prober.isOpen else { return isUp ? send(.media(packet)) : [] }
        return datagram(.media, packet.encoded())
    }

    /// A datagram came from anywhere. One that is not the hub's own is counted and changes nothing (M2).
    package mutating func received(datagram: [UInt8], at now: RelayInstant) -> [Action] {
        guard case .up(let channel, var media) = phase else { return [] }
        let kind: ControlFrame.Kind
        let body: [UInt8]
        do throws(MediaCryptoError) {
            guard MediaOpener.session(of: datagram) == media.ownSession else { throw .authenticationFailed }
            let opened = try media.opener.open(datagram)
            phase = .up(channel, media)
            guard let known = ControlFrame.Kind(rawValue: opened.type) else { throw .unknownType(opened.type) }
            (kind, body) = (known, opened.body)
        } catch {
            counters.refusedDatagramCount += 1
            return []
        }
        do throws(WireError) {
            switch kind {
            case .media: return [.media(try MediaPacket(decoding: body))]
            case .pathReply:
                guard case .pathReply(let reply) = try ControlFrame(kind, payload: body[...]) else { return [] }
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
            let reading = clock.report(at: now)
            let frame = ControlFrame.pathProbe(
                PathProbe(
                    number: number, sentAt: now.microseconds, isReplied: prober.isOpen,
                    lossPermille: downlinkQuality.lossPermille, jitter: downlinkQuality.jitter,
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
        clock.add(
            sent: sentAt, received: HubInstant(microseconds: reply.receivedAt),
            replied: HubInstant(microseconds: reply.repliedAt), arrived: now)
        return [.uplinkQuality(PathQuality(lossPermille: reply.lossPermille, jitter: reply.jitter))]
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
