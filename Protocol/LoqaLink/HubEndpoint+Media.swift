package import LoqaBase
import LoqaCrypto
package import LoqaWire

// Sound and probes, by UDP or on the control connection (M, P, K).
extension HubEndpoint {
    /// The session that the relay's datagrams carry; nil before the welcome.
    package var session: UInt32? {
        isUp ? media?.ownSession : nil
    }

    /// How often the key of each direction was changed; up is from the relay.
    package var keyEpochs: (up: UInt32, down: UInt32) {
        guard isUp, let media else { return (0, 0) }
        let bits = MediaDatagram.epochBitCount
        return ((media.opener.highestCounter ?? 0) >> bits, media.sealer.counter >> bits)
    }

    /// Datagrams sealed on this connection.
    package var datagramsSent: UInt32 {
        isUp ? media?.sealer.counter ?? 0 : 0
    }

    /// Sends one packet by the way that is open.
    package mutating func send(_ packet: MediaPacket, at now: HubInstant) -> [Action] {
        guard usesDatagrams(at: now) else { return isUp ? send(.media(packet)) : [] }
        return datagram(.media, packet.encoded())
    }

    /// What came of a datagram.
    package enum Arrival: Sendable, Equatable {
        /// It was not authentic, or malformed (M2): nothing is to be done.
        case nothing
        /// A packet of sound. On its own, because tens of thousands may come in a second.
        case media(MediaPacket)
        case actions([Action])
    }

    /// A datagram with this relay's session came from anywhere.
    ///
    /// - Returns: what to do, and whether its sender's address is the one to send to from now on (M5). Nothing, if
    ///   it is not authentic (M2).
    package mutating func received(
        datagram: Span<UInt8>, at now: HubInstant
    ) -> (actions: [Action], isNewest: Bool) {
        let (arrival, isNewest) = took(datagram: datagram, at: now)
        switch arrival {
        case .nothing: return ([], isNewest)
        case .media(let packet): return ([.media(packet)], isNewest)
        case .actions(let actions): return (actions, isNewest)
        }
    }

    /// The same without a list for a packet of sound: of that, only its payload is allocated.
    package mutating func took(
        datagram: Span<UInt8>, at now: HubInstant
    ) -> (arrival: Arrival, isNewest: Bool) {
        guard isUp else { return (.nothing, false) }
        // A longer body than a packet's is refused as too long, authentic or not.
        var body = InlineArray<1_012, UInt8>(repeating: 0)
        var room = body.mutableSpan
        let opened: MediaOpened?
        do throws(MediaCryptoError) {
            opened = try media?.opener.open(datagram, into: &room)
        } catch {
            switch error {
            case .replayed, .tooOld: counters.replayedDatagramCount += 1
            case .tooLong: counters.malformedDatagramCount += 1
            case .tooShort, .unknownType, .epochTooFar, .authenticationFailed, .exhausted:
                counters.forgedDatagramCount += 1
            }
            return (.nothing, false)
        }
        guard let opened else { return (.nothing, false) }
        // D3: of the relay's own datagrams only, or anybody could use its share up.
        guard datagramRate.take(at: now) else {
            counters.excessDatagramCount += 1
            return (.nothing, false)
        }
        counters.datagramCount += 1
        liveness.heard(at: now)
        let arrival = take(opened.type, body.span.extracting(first: opened.byteCount), at: now)
        return (arrival, opened.isNewest)
    }

    private mutating func take(_ type: UInt8, _ body: Span<UInt8>, at now: HubInstant) -> Arrival {
        if let tap { tap(true, true, [type] + body.withUnsafeBufferPointer { Array($0) }) }
        do throws(WireError) {
            switch ControlFrame.Kind(rawValue: type) {
            case .media?: return .media(try MediaPacket(decoding: body))
            case .pathProbe?:
                let payload = body.withUnsafeBufferPointer { ArraySlice($0) }
                guard case .pathProbe(let probe) = try ControlFrame(.pathProbe, payload: payload) else {
                    return .nothing
                }
                return .actions(probed(probe, by: .datagram, at: now))
            default: break  // M1: no other kind travels so.
            }
        } catch {
            // M2: counted below.
        }
        counters.malformedDatagramCount += 1
        return .nothing
    }

    /// P1, K2: answers at once, by the way that the probe came.
    mutating func probed(_ probe: PathProbe, by way: PathProber.Way, at now: HubInstant) -> [Action] {
        guard isUp else { return [] }
        let reply = ControlFrame.pathReply(
            PathReply(
                number: probe.number, sentAt: probe.sentAt, receivedAt: now.microseconds,
                repliedAt: now.microseconds, lossPermille: uplinkQuality.lossPermille,
                jitter: uplinkQuality.jitter))
        media?.path.probed(probe, by: way, at: now)
        switch way {
        case .control: return send(reply) + [.report(probe)]
        case .datagram: return datagram(.pathReply, reply.payload) + [.report(probe)]
        }
    }

    private mutating func datagram(_ kind: ControlFrame.Kind, _ body: [UInt8]) -> [Action] {
        guard isUp, let session = media?.relaySession else { return [] }
        tap?(false, true, [kind.rawValue] + body)
        do throws(MediaCryptoError) {
            guard let bytes = try media?.sealer.seal(type: kind.rawValue, session: session, body: body) else {
                return []
            }
            return [.datagram(bytes)]
        } catch {
            return part(Goodbye(code: .shuttingDown, text: "a new key is due"))  // M11
        }
    }
}
