import LoqaBase
import LoqaLink
import LoqaWire
import RelayCore

/// The link to the hub: the endpoint decides, the simulated sockets do.
extension RelayHost {
    func send(_ frame: ControlFrame) { perform(endpoint.send(frame)) }

    /// Carries out what the endpoint wants done, in order. What it wants because of that comes after.
    func perform(_ wanted: [RelayEndpoint.Action]) {
        if house.breaks == .skipFIFO {
            for action in wanted { perform(action) }
            return
        }
        actions += wanted
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        while !actions.isEmpty {
            let batch = actions
            actions = []
            for action in batch { perform(action) }
        }
    }

    private func perform(_ action: RelayEndpoint.Action) {
        switch action {
        case .connect:
            note("connects")
            link = house.connect(from: self)
        case .write(let bytes): write(bytes)
        case .datagram(let bytes):
            guard let link, hasMedia else { return }
            house.inspector.sealed(bytes, link: link.number, toHub: true, host: number)
            house.world.sendDatagram(.datagram(bytes, address: address), relay: number, toHub: true)
        case .close:
            guard let link else { return }
            house.close(link, byHub: false)
            (self.link, hasMedia) = (nil, false)
        case .openMedia: hasMedia = link != nil
        case .store(let pins): self.pins = pins
        case .showCode(let code): shownCode = code
        case .hideCode: shownCode = nil
        case .up:
            note("the link is up, number", link?.number ?? 0)
            isRefused = false
            perform(session.linkUp(at: now))
        case .down(let reason): linkDown(reason)
        case .frame(let frame): receive(frame)
        case .media(let packet): receive(packet)
        case .uplinkQuality: retimePlayback()
        }
    }

    private func write(_ bytes: [UInt8]) {
        guard let link else { return }
        if link.firstBytes.isEmpty {
            link.firstBytes = bytes
            if bytes.count >= 42 { house.inspector.ephemeral(bytes[10..<42], host: number) }
        }
        guard house.write(bytes, link, toHub: true) else {
            link.relayIsOpen = false
            house.abandon(link, byHub: false, isTold: true)
            (self.link, hasMedia) = (nil, false)
            perform(endpoint.closed("the hub does not read what it is sent", at: now))
            return
        }
    }

    private func linkDown(_ reason: String) {
        note("the link is down")
        if reason.hasPrefix("the hub broke the protocol") || reason.hasPrefix("a record of")
            || (reason.contains("authentic") && session.state != .offline)
        {
            if house.lastLink(of: number)?.isTampered != true { fail(.streamIntact, reason) }
        }
        isRefused = isRefused || house.wasRefused(number)
        early.forget()
        perform(session.linkDown())
    }

    private func receive(_ frame: ControlFrame) {
        if case .streamEnd(let end) = frame { return loudspeaker.end(end) }
        let (before, isOfOther) = (session, frame.turn.map { $0 != session.turn && $0 != .none } ?? false)
        let wanted = session.receive(frame, at: now)
        if isOfOther, !wanted.isEmpty || session.state != before.state {
            fail(
                .overIsOver,
                "\(frame.kind) of turn \(frame.turn?.value ?? 0) does something in \(before.state)")
        }
        perform(wanted)
    }

    private func receive(_ packet: MediaPacket) {
        let now = now
        house.inspector.accepted(packet, link: link?.number ?? 0, toHub: false, host: number)
        if loudspeaker.receive(packet, at: now) {
            session.mediaArrived(packet.stream, at: now)
        } else {
            early.keep(packet, at: now)  // M7
        }
    }
}

// MARK: - What the session wants

extension RelayHost {
    func perform(_ wanted: [RelaySession.Action]) {
        for action in wanted {
            switch action {
            case .send(let frame):
                if case .claim(let claim) = frame {
                    note("claims turn", Int(claim.turn.value))
                    if claim.cause == .followUp { uplink.talk.answer(at: position, &random) }
                }
                send(frame)
            case .startUplink(let stream, let position):
                uplink.start(stream, from: position)
                pumpUplink()
            case .endUplink(let stream):
                if let end = uplink.end(stream) { send(.streamEnd(end)) }
            case .startPlayback(let stream, let presentAt): startPlayback(stream, presentAt)
            case .stopPlayback(let stream): loudspeaker.stop(stream)
            case .startRing, .stopRing, .play, .stopCapture, .startCapture: break
            }
        }
    }

    func pumpUplink() {
        guard uplink.stream != nil, let link else { return }
        let packets = uplink.pump(to: position, link: link.number)
        for packet in packets { perform(endpoint.send(packet)) }
    }

    private func startPlayback(_ stream: StreamID, _ presentAt: HubInstant?) {
        note("plays stream", Int(stream.value))
        let now = now
        presentation = presentAt.map { (stream, $0) }
        var due: RelayInstant?
        if let presentAt, endpoint.clock.isSettled {
            due = endpoint.clock.relayInstant(for: presentAt)?.instant
        }
        loudspeaker.start(
            stream, presentAt: due, drift: endpoint.clock.driftPartsPerMillion ?? 0,
            isSkippingOrder: house.breaks == .skipReordering, at: now)
        for packet in early.take(stream, at: now) { _ = loudspeaker.receive(packet, at: now) }
    }

    private func retimePlayback() {
        guard let presentation, endpoint.clock.isSettled,
            let due = endpoint.clock.relayInstant(for: presentation.instant)
        else { return }
        loudspeaker.retime(
            presentation.stream, presentAt: due.instant, drift: endpoint.clock.driftPartsPerMillion ?? 0)
    }

    func fillLoudspeaker(at now: RelayInstant) {
        for event in loudspeaker.fill(at: now) {
            switch event {
            case .complete(let stream, let remaining):
                session.answerComplete(stream, remaining: remaining, at: now)
            case .drained(let report):
                note("has played stream", Int(report.stream.value))
                perform(session.drained(report, position: position, at: now))
            case .began(let announcement, let heardAt, let isPresented):
                guard isPresented, stepRestartCount == nil, endpoint.clock.isSettled,
                    let reading = endpoint.clock.hubInstant(for: now)
                else { continue }
                house.inspector.started(
                    announcement, relay: number, at: house.world.now + (heardAt - now), bound: reading.bound)
            case .fault(let invariant, let message): fail(invariant, message)
            case .played: house.inspector.tally.playedCount += 1
            }
        }
    }
}

// MARK: - What talker and board do

extension RelayHost {
    func hearWake() {
        guard isRunning, !house.world.isAsleep(number), microphoneWorks, !isMuted else { return }
        if house.breaks == .reuseCounter, let link {
            if let copy = endpointCopy, copy.link == link.number {
                endpoint = copy.endpoint
            } else if endpoint.isUp {
                endpointCopy = (link.number, endpoint)
            }
        }
        let wake = uplink.talk.wake(at: position, &random)
        note("hears its word")
        perform(
            session.wakeHeard(
                Wake(
                    start: wake.lowerBound, end: wake.upperBound,
                    oldest: SampleCount(max(0, position.value - 6 * 16_000)), level: .floor,
                    noiseFloor: .floor),
                at: now))
        finishEvent()
    }

    /// Tells the session how the devices are.
    func devicesChanged() {
        guard isRunning, !house.world.isAsleep(number) else { return }
        perform(session.hearingChanged(microphoneWorks))
        perform(session.speakingChanged(loudspeakerWorks))
        perform(session.muteChanged(isMuted))
        finishEvent()
    }
}

// MARK: - The clock

extension RelayHost {
    /// The truth of the clocks has made a step: the estimate may take some exchanges to see it.
    func clockStepped() { if isRunning { stepRestartCount = endpoint.clock.restartCount } }

    func checkClock(at now: RelayInstant) {
        if let count = stepRestartCount {
            guard endpoint.clock.restartCount != count else { return }
            stepRestartCount = nil
        }
        guard endpoint.clock.isSettled, let reading = endpoint.clock.hubInstant(for: now) else { return }
        house.inspector.tally.clockCheckCount += 1
        let truth: HubInstant = house.world.reading(0)
        let error = reading.instant - truth
        // Timestamps are whole microseconds.
        if max(error, .zero - error) > reading.bound + .microseconds(2) {
            fail(.clockBound, "the estimate is off by \(error), bound \(reading.bound)")
        }
    }
}
