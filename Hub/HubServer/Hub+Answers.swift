import HubCore
import HubSpeech
import Logging
import LoqaAudio
import LoqaBase
import LoqaLink
import LoqaSystem
import LoqaWire
import NIOCore

/// Sound on its way out: from the synthesiser, through Opus, to the relay, a little ahead of its playback.
extension Hub {
    func startSpeaking(_ text: String, _ stream: StreamID, on connection: RelayConnection) {
        let downlink: Downlink
        do {
            downlink = try Downlink(stream, expectedLossPermille: connection.member?.downlinkLossPermille)
        } catch {
            parts.logger.error("no Opus encoder", metadata: ["error": "\(error)"])
            return advance(connection) { $0.synthesisFailed(stream) }
        }
        connection.member?.downlink = downlink
        let (stopper, id, loop) = (downlink.stopper, connection.id, loop)
        Task {
            do {
                // The pieces come on the engine's own thread; the event loop keeps their order.
                try await parts.synthesiser.speak(text) { [self] samples in
                    loop.execute { self.assumeIsolated { $0.spoke(samples, stream, on: id) } }
                    return stopper.isWanted
                }
                loop.execute { [self] in assumeIsolated { $0.spokeAll(stream, on: id) } }
            } catch {
                parts.logger.error("synthesis failed", metadata: ["error": "\(error)"])
                loop.execute { [self] in assumeIsolated { $0.synthesisFailed(stream, on: id) } }
            }
        }
    }

    /// The relay reported how much of its downlink it lost of late, in permille: this answer and the next
    /// ones are protected accordingly.
    func downlinkLossReported(_ permille: Int, on connection: RelayConnection) {
        connection.member?.downlinkLossPermille = permille
        connection.member?.downlink?.encoder.setExpectedLoss(permille: permille)
    }

    /// Forgets an answer that is no longer wanted (T15).
    func stopSpeaking(_ stream: StreamID, on connection: RelayConnection) {
        guard let downlink = connection.member?.downlink, downlink.stream == stream else { return }
        downlink.stopper.stop()
        connection.member?.downlink = nil
        send(.streamEnd(StreamEnd(stream: stream, packetCount: downlink.pacer.sentCount)), to: connection)
    }

    func spoke(_ samples: [Int16], _ stream: StreamID, on id: ConnectionID) {
        guard let connection = connections[id], connection.member?.downlink?.stream == stream else { return }
        if connection.member?.downlink?.hasVoice == false { record("voice.first", connection) }
        connection.member?.downlink?.hasVoice = true
        connection.member?.downlink?.rest += samples
        encodeWhole(of: connection)
        let now = now
        connection.member?.turn.answerProgressed(stream, at: now)
        sendDue(of: connection)
        rearm(for: connection, at: now)
    }

    func spokeAll(_ stream: StreamID, on id: ConnectionID) {
        guard let connection = connections[id], let downlink = connection.member?.downlink,
            downlink.stream == stream
        else { return }
        // The last packet is filled up with silence.
        let packet = Int(SampleCount.perPacket.value)
        let missing = (packet - downlink.rest.count % packet) % packet
        connection.member?.downlink?.rest += [Int16](repeating: 0, count: missing)
        encodeWhole(of: connection)
        connection.member?.downlink?.pacer.complete()
        sendDue(of: connection)
        rearm(for: connection, at: now)
    }

    private func synthesisFailed(_ stream: StreamID, on id: ConnectionID) {
        guard let connection = connections[id], connection.member?.downlink?.stream == stream else { return }
        advance(connection) { $0.synthesisFailed(stream) }
        rearm(for: connection, at: now)
    }

    /// Encodes the whole packets that wait. An answer of more than a minute is cut.
    private func encodeWhole(of connection: RelayConnection) {
        guard var downlink = connection.member?.downlink else { return }
        let packet = Int(SampleCount.perPacket.value)
        var taken = 0
        while downlink.rest.count - taken >= packet {
            let block = Array(downlink.rest[taken..<taken + packet])
            taken += packet
            do {
                if downlink.pacer.add(try downlink.encoder.encode(block)) { continue }
                downlink.stopper.stop()
            } catch {
                parts.logger.error("sound could not be encoded", metadata: ["error": "\(error)"])
            }
        }
        downlink.rest.removeFirst(taken)
        connection.member?.downlink = downlink
    }

    /// Sends every packet whose time has come, and tells the turn when the last one was sent.
    func sendDue(of connection: RelayConnection) {
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
}
