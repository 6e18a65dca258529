import HubCore
import HubSkills
import HubSpeech
import HubUnderstanding
import Logging
import LoqaBase
import LoqaLink
import LoqaSystem
import LoqaWire
import NIOCore

/// The control plane: greetings, liveness, and frames to and from the turn machines.
extension Hub {
    func receive(_ bytes: ByteBuffer, on id: ConnectionID) {
        guard let connection = connections[id] else { return }
        connection.liveness.heard(at: now)
        do {
            try connection.reader.append(bytes.readableBytesView)
            while connections[id] != nil, let arrival = try connection.reader.next() {
                if case .frame(let frame) = arrival { receive(frame, on: connection) }
            }
        } catch {
            parts.logger.warning("a relay broke the protocol", metadata: ["error": "\(error)"])
            part(from: connection, Goodbye(code: .protocolViolation, text: error.description))  // C10
        }
        rearm()
    }

    /// The relay's end of the connection is gone.
    func closed(_ id: ConnectionID) {
        guard let connection = connections[id] else { return }
        leave(connection)
        rearm()
    }

    func send(_ frame: ControlFrame, to connection: RelayConnection) {
        connection.channel.writeAndFlush(ByteBuffer(bytes: frame.encoded()), promise: nil)
    }

    /// Says goodbye and closes (L5).
    func part(from connection: RelayConnection, _ goodbye: Goodbye) {
        send(.goodbye(goodbye), to: connection)
        leave(connection)
        connection.channel.close(promise: nil)
    }

    /// Forgets a connection and everything that ran for it (L4).
    private func leave(_ connection: RelayConnection) {
        advance(connection) { $0.relayLost() }
        connections[connection.id] = nil
        guard let member = connection.member else { return }
        roster.leave(member.relay.id)
        if mediaSources[member.mediaAddress] == connection.id { mediaSources[member.mediaAddress] = nil }
        record("relay.down", [("relay", .text(member.relay.name))])
        parts.logger.info("a relay left", metadata: ["relay": "\(member.relay.name)"])
    }

    private func receive(_ frame: ControlFrame, on connection: RelayConnection) {
        if case .hello(let hello) = frame { return greet(hello, on: connection) }
        guard connection.member != nil else {
            // N1: nothing comes before the greeting.
            return part(from: connection, Goodbye(code: .protocolViolation, text: "the first frame is hello"))
        }
        let now = now
        switch frame {
        case .ping(let probe): send(.pong(probe), to: connection)
        case .pong: break
        case .status(let status): connection.member?.status = status
        case .claim(let claim): claimed(claim, on: connection)
        case .turnCancel(let cancel): advance(connection) { $0.cancelled(cancel) }
        case .drained(let report): advance(connection) { $0.drained(report) }
        case .streamEnd(let end):
            guard connection.member?.uplink?.stream == end.stream else { return }
            connection.member?.uplink?.packets.end(packetCount: end.packetCount)
            drainUplink(of: connection)
        case .goodbye:
            leave(connection)
            connection.channel.close(promise: nil)
        case .hello, .welcome, .grant, .deny, .speechEnd, .answerStart, .turnEnd, .ringStart, .ringStop:
            break  // The greeting is above; the rest only a hub sends, and the reader refuses it.
        }
        if connections[connection.id] != nil { advance(connection) { $0.tick(at: now) } }
    }
}

// MARK: - Joining

extension Hub {
    private func greet(_ hello: Hello, on connection: RelayConnection) {
        guard connection.member == nil else {
            return part(from: connection, Goodbye(code: .protocolViolation, text: "a second hello"))  // N1
        }
        switch roster.greet(hello) {
        case .refuse(let goodbye):
            parts.logger.warning(
                "a relay was refused", metadata: ["relay": "\(hello.name)", "reason": "\(goodbye.text)"])
            part(from: connection, goodbye)
        case .admit(let id, let version, let replaced):
            if let replaced { replace(replaced, by: hello.name) }
            admit(hello, id, version, on: connection)
        }
    }

    /// N6: the newcomer of the same name takes the place.
    private func replace(_ id: RelayID, by name: String) {
        guard let old = connections.values.first(where: { $0.member?.relay.id == id }) else { return }
        parts.logger.warning(
            "a second relay of the same name took the place of the first", metadata: ["relay": "\(name)"])
        part(from: old, Goodbye(code: .duplicateName, text: "another relay is called \(name)"))
    }

    private func admit(_ hello: Hello, _ id: RelayID, _ version: UInt8, on connection: RelayConnection) {
        guard let entry = roster[id],
            let room = assistant.home.rooms.first(where: { $0.name == hello.room })?.id,
            var address = connection.channel.remoteAddress, let port = media?.localAddress?.port
        else { return part(from: connection, Goodbye(code: .shuttingDown, text: "the hub is not ready")) }
        address.port = Int(hello.mediaPort)
        guard let recogniser = recogniser(for: hello.name) else {
            return part(from: connection, Goodbye(code: .shuttingDown, text: "the hub has no recogniser"))
        }
        connection.member = RelayConnection.Member(
            relay: entry, room: room, mediaAddress: address, recogniser: recogniser)
        mediaSources[address] = connection.id
        send(
            .welcome(Welcome(version: version, relay: id, mediaPort: UInt16(clamping: port))), to: connection)
        // R2: what rings here is named again.
        for timer in assistant.state.timers where timer.ringingSince != nil && timer.room == room {
            send(.ringStart(RingStart(ring: RingID(timer.id))), to: connection)
        }
        loadGrammar(for: connection)
        record("relay.up", [("relay", .text(hello.name)), ("room", .text(hello.room))])
        parts.logger.info("a relay joined", metadata: ["relay": "\(hello.name)", "room": "\(hello.room)"])
    }

    private func recogniser(for name: String) -> (any SpeechRecogniser)? {
        if let recogniser = recognisers[name] { return recogniser }
        dismissIdleRecogniser()
        do {
            let recogniser = try parts.makeRecogniser(name)
            recognisers[name] = recogniser
            return recogniser
        } catch {
            parts.logger.error(
                "no recogniser for a relay", metadata: ["relay": "\(name)", "error": "\(error)"])
            return nil
        }
    }

    /// Ends the engine of a relay that is gone, when there are as many engines as relays may be: names are a relay's own
    /// choice, and each engine is a process.
    private func dismissIdleRecogniser() {
        guard recognisers.count >= RelayRoster.Tuning.relayCountMax,
            let name = recognisers.keys.first(where: { name in !roster.entries.contains { $0.name == name } }
            ),
            let idle = recognisers.removeValue(forKey: name)
        else { return }
        Task { await idle.stop() }
    }

    /// Gives the relay's recogniser the sentences that make sense now.
    func loadGrammar(for connection: RelayConnection) {
        guard let member = connection.member else { return }
        let acceptor = assistant.acceptor(
            wakePhrases: parts.wakePhrases, wake: .optional, awaiting: member.question?.asked)
        let (name, id) = (member.relay.name, connection.id)
        Task {
            do {
                let unknown = try await member.recogniser.loadGrammar(
                    HubSpeech.SpeechGrammar(network: acceptor.sphinxText, words: acceptor.words))
                if !unknown.isEmpty {
                    parts.logger.warning(
                        "words without a pronunciation cannot be heard", metadata: ["words": "\(unknown)"])
                }
                record("grammar.loaded", [("relay", .text(name))])
            } catch {
                parts.logger.error(
                    "the recogniser took no grammar; trying again",
                    metadata: ["relay": "\(name)", "error": "\(error)"])
                loop.scheduleTask(in: .nanoseconds(Tuning.grammarRetry.nanoseconds)) { [self] in
                    assumeIsolated { hub in
                        if let connection = hub.connections[id] { hub.loadGrammar(for: connection) }
                    }
                }
            }
        }
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
            case .stopRing(let ring):
                // A relay that does not ring for it ignores this (T16).
                for connection in connections.values where connection.member != nil {
                    send(.ringStop(RingStop(ring: ring)), to: connection)
                }
            }
        }
    }
}
