import LoqaBase
import LoqaLink
import LoqaSystem
import LoqaWire
import RelayCore
import RelayIO

/// The connection to the hub: the connector decides, the link does.
extension RelayProgram {
    func tickConnector(at now: RelayInstant) {
        switch connector.tick(at: now) {
        case .none, .greet: break
        case .connect:
            do {
                try link.connect()
            } catch {
                lost(error.description)
            }
        case .ping(let probe): send(.ping(probe))
        case .close(let failure):
            send(.goodbye(Goodbye(code: .silent, text: "")))
            link.close()
            lost(Self.words(for: failure))
        }
    }

    func receive(_ event: HubLink.Event) {
        let now: RelayInstant = MonotonicClock.now()
        switch event {
        case .connected:
            guard connector.connected(at: now) == .greet else { return }
            send(
                .hello(
                    Hello(
                        versionMin: WireVersion.oldest, versionMax: WireVersion.current,
                        mediaPort: link.mediaPort,
                        name: configuration.name, room: configuration.room)))
        case .frame(let frame): receive(frame, at: now)
        case .media(let packet): receive(packet, at: now)
        case .closed(let reason):
            connector.closed(at: now)
            lost(reason)
        }
    }

    /// Sends a frame; a connection that breaks over it is reported like any other break.
    func send(_ frame: ControlFrame) {
        if let event = link.send(frame) { receive(event) }
    }

    private func receive(_ frame: ControlFrame, at now: RelayInstant) {
        connector.heard(at: now)
        switch frame {
        case .welcome(let welcome): welcomed(welcome, at: now)
        case .ping(let probe): send(.pong(probe))
        case .pong: break
        case .streamEnd(let end): loudspeaker.end(end)
        case .goodbye(let goodbye):
            link.close()
            connector.closed(at: now)
            lost("the hub says goodbye: \(goodbye.text.isEmpty ? "\(goodbye.code)" : goodbye.text)")
        case .grant(let grant):
            perform(session.receive(frame, at: now))
            record("turn.granted", ["turn": .integer(Int64(grant.turn.value))])
        case .deny, .speechEnd, .answerStart, .turnEnd, .ringStart, .ringStop:
            perform(session.receive(frame, at: now))
        case .hello, .claim, .turnCancel, .drained, .status:
            break  // Only a relay sends these; the reader refuses them.
        }
    }

    private func welcomed(_ welcome: Welcome, at now: RelayInstant) {
        guard (WireVersion.oldest...WireVersion.current).contains(welcome.version) else {
            // N3: the hub chose a version that was not offered.
            send(.goodbye(Goodbye(code: .unsupportedVersion, text: "")))
            link.close()
            connector.closed(at: now)
            return lost("it wants to speak protocol \(welcome.version), which was not offered")
        }
        do {
            try link.openMedia(hubPort: welcome.mediaPort)
        } catch {
            link.close()
            connector.closed(at: now)
            return lost(error.description)
        }
        connector.welcomed(at: now)
        guard connector.isUp else { return }
        console.say("the hub at \(configuration.hub) is there", about: .hub)
        record("link.up")
        perform(session.linkUp(at: now))
    }

    private func receive(_ packet: MediaPacket, at now: RelayInstant) {
        if loudspeaker.receive(packet, at: now) {
            session.mediaArrived(packet.stream, at: now)
        } else {
            early.keep(packet, at: now)  // M7
        }
    }

    /// The connection is gone; the connector tries again by itself.
    private func lost(_ reason: String) {
        console.say("no hub: \(reason)", about: .hub)
        if session.state != .offline, session.state != .muted(isOnline: false) {
            record("link.down", ["reason": .text(reason)])
        }
        early.forget()
        perform(session.linkDown())
    }

    private static func words(for failure: Connector<RelayClock>.Failure) -> String {
        switch failure {
        case .connectTimedOut: "it does not answer"
        case .greetingTimedOut: "it does not greet back"
        case .silent: "it has fallen silent"
        }
    }
}
