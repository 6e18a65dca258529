import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import RelayCore

/// A relay's program around the real machines: what `loqa-relay` does with sockets and devices, done in the made-up house.
final class RelayHost {
    /// Host in the world, and relay in the story: 1 and more.
    let number: Int
    unowned let house: House

    // On its card: what survives a crash.
    var identity: PrivateKey
    var pins = HubPins()
    var token: InviteToken?
    // What the board is: what its devices do.
    var microphoneWorks = true
    var loudspeakerWorks = true
    var isMuted = false
    /// Where its datagrams come from.
    var address: Int

    // The program's memory.
    var session = RelaySession()
    var endpoint: RelayEndpoint
    var early = EarlyPackets<RelayClock>()
    var uplink: SimUplink
    var loudspeaker: SimLoudspeaker
    var actions: [RelayEndpoint.Action] = []
    var isPerforming = false
    var link: SimLink?
    var hasMedia = false
    var shownCode: String?
    var presentation: (stream: StreamID, instant: HubInstant)?
    var alarm: (serial: Int, at: RelayInstant)?
    var alarmCount = 0
    /// Where the capture clock stands at an instant; it stands still while the machine sleeps.
    var captureOrigin: RelayInstant
    var captureAsleep: SampleCount?
    var lastEvent: RelayInstant

    // What the inspector wants to know.
    /// The hub has refused it since it was up the last time: it waits longer (L6).
    var isRefused = false
    /// Its clock or the hub's has made a step that the estimate may not know of yet, and the restarts it had counted.
    var stepRestartCount: UInt32?
    /// Since when it has been up and undisturbed.
    var settledSince: HouseInstant?
    /// When a ring of it began or ended the last time.
    var ringToldAt = HouseInstant.origin
    /// When its estimate of the hub's clock was known the last time.
    var clockKnownAt = HouseInstant.origin
    var random: SeededGenerator
    var endpointCopy: (link: Int, endpoint: RelayEndpoint)?

    init(_ number: Int, in house: House, seed: UInt64) {
        (self.number, self.house) = (number, house)
        random = SeededGenerator(seed: seed, part: UInt64(number) + 77)
        identity = random.privateKey()
        address = number * 1_000
        let now: RelayInstant = house.world.reading(number)
        endpoint = RelayEndpoint(
            RelayEndpoint.Identity(key: identity, name: "relay-\(number)"), pins: pins,
            random: SeededGenerator(seed: random.next()), at: now)
        (captureOrigin, lastEvent) = (now, now)
        uplink = SimUplink(leavesOutSilence: false)
        loudspeaker = SimLoudspeaker()
    }

    var now: RelayInstant { house.world.reading(number) }
    var isRunning: Bool { house.world.isAlive(number) }
    var position: SampleCount { captureAsleep ?? SampleCount(now - captureOrigin) }
    var key: PublicKey { identity.publicKey }

    func note(_ what: StaticString, _ detail: Int = 0) {
        house.world.note(what, host: number, detail)
    }

    func fail(_ invariant: Invariant, _ message: @autoclosure () -> String) {
        house.inspector.fail(invariant, host: number, message())
    }
}

// MARK: - Life

extension RelayHost {
    /// The program starts, with what its card holds.
    func start() {
        let now = now
        session = RelaySession()
        endpoint = RelayEndpoint(
            RelayEndpoint.Identity(
                key: identity, name: "relay-\(number)", room: house.room(of: number), invite: token),
            pins: pins, random: SeededGenerator(seed: random.next()), at: now)
        early = EarlyPackets()
        uplink = SimUplink(leavesOutSilence: house.plan.leavesOutSilence)
        uplink.talk = SimTalk()
        loudspeaker = SimLoudspeaker()
        (actions, isPerforming, link, hasMedia, shownCode, presentation) = ([], false, nil, false, nil, nil)
        (captureOrigin, captureAsleep, lastEvent) = (now, nil, now)
        alarm = nil
        endpointCopy = nil
        (stepRestartCount, settledSince, isRefused) = (nil, nil, false)
        note("the program starts")
        perform(session.hearingChanged(microphoneWorks))
        perform(session.speakingChanged(loudspeakerWorks))
        if isMuted { perform(session.muteChanged(true)) }
        finishEvent()
    }

    /// The program ends in order, and starts anew.
    func restart() {
        guard isRunning, !house.world.isAsleep(number) else { return }
        perform(endpoint.end(.shuttingDown))
        start()
    }

    /// The program or the machine dies.
    func die(reboots: Bool) {
        if let link { house.abandon(link, byHub: false, isTold: !reboots) }
        (link, hasMedia, shownCode, alarm) = (nil, false, nil, nil)
    }

    func fallAsleep() { captureAsleep = position }

    func wakeUp() {
        guard let position = captureAsleep else { return }
        captureOrigin = now - position.duration
        captureAsleep = nil
        finishEvent()
    }
}

// MARK: - Events

extension RelayHost {
    func handle(_ event: HouseEvent) {
        guard isRunning else { return }
        let arrival = house.breaks == .staleClock ? lastEvent : now
        switch event {
        case .timer(let serial):
            guard alarm?.serial == serial else { return }
            alarm = nil
        case .opened(let link):
            guard link === self.link else { return }
            perform(endpoint.connected(at: now))
        case .refused(let link):
            guard link === self.link else { return }
            lose(link, "nobody listens")
        case .bytes(let link, _, let delivery, let isEnd):
            // What is on the way to a socket that was closed goes nowhere.
            guard link === self.link, let bytes = link.toRelay.receive(delivery) else { return }
            house.flush(link, toHub: false)
            if isEnd {
                lose(link, "the hub closed the connection")
            } else {
                perform(endpoint.received(bytes, at: now))
            }
        case .broken(let link, _):
            guard link === self.link else { return }
            lose(link, "the connection broke")
        case .datagram(let bytes, let address):
            guard hasMedia, address == self.address else { return }
            receive(datagram: bytes, at: arrival)
        case .syn, .stray, .engine, .script, .ownerLooks, .ownerDecides, .inspection: return
        }
        finishEvent()
    }

    private func receive(datagram: [UInt8], at now: RelayInstant) {
        perform(endpoint.received(datagram: datagram, at: now))
    }

    private func lose(_ link: SimLink, _ reason: String) {
        link.relayIsOpen = false
        (self.link, hasMedia) = (nil, false)
        perform(endpoint.closed(reason, at: now))
    }

    /// The program's loop: after each event every machine is given the time, and the next alarm is set.
    func finishEvent() {
        guard isRunning else { return }
        let now = now
        pumpUplink()
        endpoint.isStreaming = uplink.stream != nil || loudspeaker.isReceiving
        let report = loudspeaker.reception.report
        endpoint.downlinkQuality = PathQuality(
            lossPermille: report.lossPermille, jitter: report.jitterMicroseconds)
        perform(endpoint.tick(at: now))
        if house.breaks != .dropDeadline { tickSession(at: now) }
        fillLoudspeaker(at: now)
        lastEvent = now
        inspect(at: now)
        setAlarm(at: now)
    }

    private func tickSession(at now: RelayInstant) {
        let (state, count) = (session.state, session.counters.deadlineCount)
        let wanted = session.tick(at: now)
        if session.counters.deadlineCount != count, house.isCalm(number, for: .seconds(20)) {
            switch state {
            case .claimed, .streaming, .waiting: fail(.servedInTime, "the hub lets it wait in \(state)")
            // A hub waits longer for its synthesiser than a relay for it.
            case .offline, .idle, .speaking, .muted: break
            }
        }
        perform(wanted)
    }

    private func setAlarm(at now: RelayInstant) {
        let sound: RelayInstant? =
            uplink.stream != nil || loudspeaker.isActive ? nextBlock(after: now) : nil
        var next = [endpoint.deadline, session.deadline, sound].compactMap { $0 }.min() ?? endpoint.deadline
        if next <= now, house.breaks == .dropDeadline { next = now + .milliseconds(100) }
        guard next > now else {
            return fail(
                .deadlineKept,
                "it asks to be woken again at once: \(session.state), \(endpoint.deadline - now)")
        }
        if let alarm, alarm.at <= next, alarm.at > now { return }
        alarmCount += 1
        alarm = (alarmCount, next)
        house.world.plan(.timer(serial: alarmCount), on: number, clockShows: next)
    }

    /// Capture hands over a block of 20 ms at these instants.
    private func nextBlock(after now: RelayInstant) -> RelayInstant {
        let passed = (now - captureOrigin).nanoseconds
        let step: Int64 = 20_000_000
        return captureOrigin + .nanoseconds((passed / step + 1) * step)
    }

    private func inspect(at now: RelayInstant) {
        if let deadline = session.deadline, now - deadline > .seconds(1) {
            fail(.deadlineKept, "\(session.state) waits past its deadline")
        }
        if !actions.isEmpty { fail(.bounded, "\(actions.count) actions were left undone") }
        checkClock(at: now)
    }
}
