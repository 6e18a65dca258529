package import LoqaBase
import LoqaCrypto
package import LoqaWire

// Sound and probes, by UDP or on the control connection (M, P, K).
extension HubEndpoint {
    /// The session that the relay's datagrams carry; nil before the welcome.
    package var session: UInt32? {
        if case .up(_, let media) = phase { return media.ownSession }
        return nil
    }

    /// How often the key of each direction was changed; up is from the relay.
    package var keyEpochs: (up: UInt32, down: UInt32) {
        guard case .up(_, let media) = phase else { return (0, 0) }
        let bits = MediaDatagram.epochBitCount
        return ((media.opener.highestCounter ?? 0) >> bits, media.sealer.counter >> bits)
    }

    /// Datagrams sealed on this connection.
    package var datagramsSent: UInt32 {
        if case .up(_, let media) = phase { return media.sealer.counter }
        return 0
    }

    /// Sends one packet by the way that is open.
    package mutating func send(_ packet: MediaPacket, at now: HubInstant) -> [Action] {
        guard usesDatagrams(at: now) else { return isUp ? send(.media(packet)) : [] }
        return datagram(.media, packet.encoded())
    }

    /// A datagram with this relay's session came from anywhere.
    ///
    /// - Returns: what to do, and whether its sender's address is the one to send to from now on (M5). Nothing, if
    ///   it is not authentic (M2).
    package mutating func received(
        datagram: Span<UInt8>, at now: HubInstant
    ) -> (actions: [Action], isNewest: Bool) {
        guard case .up(let channel, var media) = phase else { return ([], false) }
        var body = [UInt8](repeating: 0, count: max(0, datagram.count - WireLimits.datagramHeaderByteCount))
        let opened: MediaOpened
        do throws(MediaCryptoError) {
            var room = body.mutableSpan
            opened = try media.opener.open(datagram, into: &room)
            body.removeLast(body.count - opened.byteCount)
        } catch {
            switch error {
            case .replayed, .tooOld: counters.replayedDatagramCount += 1
            case .tooShort, .tooLong, .unknownType, .epochTooFar, .authenticationFailed, .exhausted:
                counters.forgedDatagramCount += 1
            }
            return ([], false)
        }
        phase = .up(channel, media)
        // D3: of the relay's own datagrams only, or anybody could use its share up.
        guard datagramRate.take(at: now) else {
            counters.excessDatagramCount += 1
            return ([], false)
        }
        counters.datagramCount += 1
        liveness.heard(at: now)
        return (take(opened.type, body, at: now), opened.isNewest)
    }

    private mutating func take(_ type: UInt8, _ body: [UInt8], at now: HubInstant) -> [Action] {
        do throws(WireError) {
            switch ControlFrame.Kind(rawValue: type) {
            case .media?: return [.media(try MediaPacket(decoding: body))]
            case .pathProbe?:
                guard case .pathProbe(let probe) = try ControlFrame(.pathProbe, payload: body[...]) else {
                    return []
                }
                return probed(probe, by: .datagram, at: now)
            default: break  // M1: no other kind travels so.
            }
        } catch {
            // M2: counted below.
        }
        counters.malformedDatagramCount += 1
        return []
    }

    /// P1, K2: answers at once, by the way that the probe came.
    mutating func probed(_ probe: PathProbe, by way: PathProber.Way, at now: HubInstant) -> [Action] {
        guard case .up(let channel, var media) = phase else { return [] }
        let reply = ControlFrame.pathReply(
            PathReply(
                number: probe.number, sentAt: probe.sentAt, receivedAt: now.microseconds,
                repliedAt: now.microseconds, lossPermille: uplinkQuality.lossPermille,
                jitter: uplinkQuality.jitter))
        media.path.probed(probe, by: way, at: now)
        phase = .up(channel, media)
        switch way {
        case .control: return send(reply) + [.report(probe)]
        case .datagram: return datagram(.pathReply, reply.payload) + [.report(probe)]
        }
    }

    private mutating func datagram(_ kind: ControlFrame.Kind, _ body: [UInt8]) -> [Action] {
        guard case .up(let channel, var media) = phase else { return [] }
        do throws(MediaCryptoError) {
            let bytes = try media.sealer.seal(type: kind.rawValue, session: media.relaySession, body: body)
            phase = .up(channel, media)
            return [.datagram(bytes)]
        } catch {
            return part(Goodbye(code: .shuttingDown, text: "a new key is due"))  // M11
        }
    }
}
