import LoqaBase
import LoqaLink
import LoqaSystem
import LoqaWire
import RelayCore
import RelayIO

/// The link to the hub: the endpoint decides, the sockets do.
extension RelayProgram {
    func tickLink(at now: RelayInstant) {
        endpoint.isStreaming = uplink.stream != nil || loudspeaker.isReceiving
        let report = loudspeaker.reception.report
        endpoint.downlinkQuality = PathQuality(
            lossPermille: report.lossPermille, jitter: report.jitterMicroseconds)
        perform(endpoint.tick(at: now))
        tickSearch(at: now)
        tickDigits(at: now)
    }

    func receive(_ event: HubSockets.Event) {
        let now: RelayInstant = MonotonicClock.now()
        switch event {
        case .connected: perform(endpoint.connected(at: now))
        case .received(let bytes): perform(endpoint.received(bytes, at: now))
        case .datagram(let bytes): perform(endpoint.received(datagram: bytes, at: now))
        case .closed(let reason): perform(endpoint.closed(reason, at: now))
        }
    }

    /// Sends a frame. Without a link it is dropped: its turn is void.
    func send(_ frame: ControlFrame) { perform(endpoint.send(frame)) }

    /// Carries out what the endpoint wants done, in order. What it wants because of that comes after: records were sealed
    /// in that order.
    func perform(_ actions: [RelayEndpoint.Action]) {
        linkActions += actions
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        while !linkActions.isEmpty {
            let batch = linkActions
            linkActions = []
            for action in batch { perform(action) }
        }
    }

    private func perform(_ action: RelayEndpoint.Action) {
        switch action {
        case .connect: connect()
        case .write(let bytes):
            if let event = sockets.write(bytes) { receive(event) }
        case .datagram(let bytes): sockets.send(datagram: bytes)
        case .close: sockets.close()
        case .openMedia(let port): openMedia(port)
        case .store(let pins):
            kept.pins = pins
            keep()
        case .showCode(let code): show(code: code)
        case .hideCode:
            digitVoice.stop()
            loudspeaker.hush()
            console.resolve(.adoption, "the digits are of no more use")
        case .up(let welcome): linkUp(welcome)
        case .down(let reason): linkDown(reason)
        case .frame(let frame): receive(frame)
        case .media(let packet): receive(packet)
        case .uplinkQuality(let quality):
            uplink.setExpectedLoss(permille: Int(quality.lossPermille))
            retimePlayback()
        }
    }

    private func connect() {
        let now: RelayInstant = MonotonicClock.now()
        guard let address = finder.candidate?.address else {
            return perform(
                endpoint.closed(
                    "no hub was found; set `hub`, or give a token of `loqa relay invite`", at: now))
        }
        do {
            try sockets.connect(to: address)
        } catch {
            perform(endpoint.closed(error.description, at: now))
        }
    }

    /// Looks for hubs on the network when the known addresses lead nowhere (L7, N9).
    private func tickSearch(at now: RelayInstant) {
        if finder.tick(at: now) == .search { search.start(at: now) }
        guard search.isRunning else { return }
        switch search.receive(at: now) {
        case .found(let hubs)?: finder.found(hubs.map(\.address))
        case .failed(let reason)?:
            finder.searchFailed()
            console.say("the network could not be searched for a hub: \(reason)", about: .search)
        case nil: break
        }
        guard let output = search.outputDescriptor else { return }
        do {
            try poller.watch(output, for: .readable)
        } catch {
            console.say(error.description, about: .search)
        }
    }

    /// Plays the digits of an adoption once they are made.
    func tickDigits(at now: RelayInstant) {
        if let samples = digitVoice.receive(at: now) {
            loudspeaker.say(samples)
            nextPlayback = now
        }
        guard let output = digitVoice.outputDescriptor else { return }
        do {
            try poller.watch(output, for: .readable)
        } catch {
            console.say(error.description, about: .adoption)
        }
    }

    private func openMedia(_ port: UInt16) {
        do {
            try sockets.openMedia(port: port)
        } catch {
            // Sound goes by the control connection then (P2).
            console.say(error.description, about: .hub)
        }
    }

    private func linkUp(_ welcome: Welcome) {
        let now: RelayInstant = MonotonicClock.now()
        hasWorked = true
        let address = finder.candidate?.address
        if let worked = finder.worked() {
            kept.address = worked
            keep()
        }
        console.say(
            "the hub at \(address?.description ?? "") is there; this is \(welcome.name) in \(welcome.room)",
            about: .hub)
        record("link.up", ["name": .text(welcome.name), "room": .text(welcome.room)])
        chooser.linkUp()
        tally.linkUp()
        perform(session.linkUp(at: now))
    }

    /// The link or an attempt to get one is over; the endpoint tries again by itself.
    private func linkDown(_ reason: String) {
        // A connection that worked and broke is no failed attempt (L7).
        if hasWorked { hasWorked = false } else { finder.failed() }
        console.say("no hub: \(reason)", about: .hub)
        if session.state != .offline, session.state != .muted(isOnline: false) {
            record("link.down", ["reason": .text(reason)])
        }
        early.forget()
        perform(session.linkDown())
    }

    private func show(code: String) {
        console.say(
            "this relay wants to be adopted. Compare its digits with those of `loqa relay pending`: "
                + "\(code.prefix(3)) \(code.suffix(3))", about: .adoption)
        record("adoption.code")
        digitVoice.start(code, at: MonotonicClock.now())
    }

    private func keep() {
        do {
            try keptFile.save(kept)
        } catch {
            console.say(error.description, about: .program)
        }
    }

    private func receive(_ frame: ControlFrame) {
        let now: RelayInstant = MonotonicClock.now()
        if case .streamEnd(let end) = frame { return loudspeaker.end(end) }
        if case .turnEnd(let end) = frame { noteTurnEnd(end) }
        switch frame {
        case .wakeWord, .wakePart: return receiveWake(frame)
        default: perform(session.receive(frame, at: now))
        }
        if case .grant(let grant) = frame {
            record("turn.granted", ["turn": .integer(Int64(grant.turn.value))])
        }
    }

    private func receive(_ packet: MediaPacket) {
        let now: RelayInstant = MonotonicClock.now()
        if loudspeaker.receive(packet, at: now) {
            session.mediaArrived(packet.stream, at: now)
        } else {
            early.keep(packet, at: now)  // M7
        }
    }
}

// MARK: - Speaking together (K4)

extension RelayProgram {
    /// Opens a downlink stream, for an instant of the hub's clock if there is one and that clock is known.
    func startPlayback(_ stream: StreamID, presentAt: HubInstant?) {
        presentation = presentAt.map { (stream, $0) }
        guard let presentAt, endpoint.clock.isSettled,
            let due = endpoint.clock.relayInstant(for: presentAt)
        else { return loudspeaker.start(stream) }
        loudspeaker.start(
            stream, presentAt: due.instant,
            hubDriftPartsPerMillion: endpoint.clock.driftPartsPerMillion ?? 0)
    }

    /// The hub's clock is known better now.
    private func retimePlayback() {
        guard let presentation, endpoint.clock.isSettled,
            let due = endpoint.clock.relayInstant(for: presentation.instant)
        else { return }
        loudspeaker.retime(
            presentation.stream, presentAt: due.instant,
            hubDriftPartsPerMillion: endpoint.clock.driftPartsPerMillion ?? 0)
    }
}
