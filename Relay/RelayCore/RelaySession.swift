package import LoqaBase
package import LoqaWire

/// What a relay does for its talker: from armed, through one turn, back to armed. The relay's heart.
///
/// A pure value: it reads no clock and touches no device. Tell it what happened and when; carry out the actions it
/// returns, in order; call ``tick(at:)`` at ``deadline``. Every state but `idle` ends by itself, so no lost frame, dead
/// hub or stuck engine leaves the relay deaf. The rules it obeys are in PROTOCOL.md, "Turns" (T) and "Rings" (R).
///
///     offline --link up--> idle --wake--> claimed --grant--> streaming --speech end--> waiting --answer--> speaking
///        ^                  ^                |                  |                         |                  |
///        '---- link down ---+----------------+------------------+---- turn end, drained --+------------------'
///                           `--mute--> muted
package struct RelaySession: Sendable {
    /// A timer that rings here. After a reconnect it must be named again before `confirmDeadline` (R4).
    private struct Ring: Sendable {
        var id: RingID
        var started: RelayInstant
        var confirmDeadline: RelayInstant?

        /// The instant at which it stops by itself.
        var end: RelayInstant {
            let end = started + WireLimits.ringingDeadline  // R3
            return confirmDeadline.map { min($0, end) } ?? end
        }
    }

    /// Where the relay is now.
    package private(set) var state = State.offline
    /// What came at the wrong time so far.
    package private(set) var counters = Counters()
    /// The capture device and the wake engine run.
    package private(set) var canHear = false
    /// The playback device runs.
    package private(set) var canSpeak = false
    private var rings: [Ring] = []
    private var nextTurn = TurnID(1)
    private var nextStream = StreamID(1)
    private var lastWake: RelayInstant?
    /// A wake word that nobody has answered yet, and until when it is worth claiming again (L8).
    private var unanswered: (wake: Wake, until: RelayInstant)?

    package init() {}
}

// MARK: - Reading

extension RelaySession {
    /// The instant at which ``tick(at:)`` must be called, if there is one.
    package var deadline: RelayInstant? {
        let ringEnd = rings.map(\.end).min()
        let stateEnd: RelayInstant? =
            switch state {
            case .offline, .idle, .muted: nil
            case .claimed(_, let deadline), .streaming(_, let deadline), .waiting(_, let deadline),
                .speaking(_, let deadline):
                deadline
            }
        let resumeEnd = isOnline ? nil : unanswered?.until
        return [ringEnd, stateEnd, resumeEnd].compactMap { $0 }.min()
    }

    /// What the ring of lights shows. A state that matters to privacy or health is never shown as idle.
    package var light: LightIntent {
        switch state {
        case .muted: .muted
        case .offline: canHear ? .offline : .cannotHear
        case .idle: !canHear ? .cannotHear : rings.isEmpty ? .idle : .ringing
        case .claimed: .idle  // T5: only a granted relay shows that it listens.
        case .streaming: .listening
        case .waiting: .thinking
        case .speaking: .speaking
        }
    }

    /// A timer rings. The sound is held back while somebody is served.
    package var isRinging: Bool { !rings.isEmpty }

    /// A stop word would end something now.
    package var isSounding: Bool {
        switch state {
        case .speaking: true
        case .idle, .offline: isRinging
        case .claimed, .streaming, .waiting, .muted: false
        }
    }

    /// The turn in progress, for the log.
    package var turn: TurnID? {
        switch state {
        case .offline, .idle, .muted: nil
        case .claimed(let turn, _), .streaming(let turn, _), .waiting(let turn, _): turn.id
        case .speaking(let answer, _): answer.turn
        }
    }

    private var isOnline: Bool {
        switch state {
        case .offline: false
        case .muted(let isOnline): isOnline
        case .idle, .claimed, .streaming, .waiting, .speaking: true
        }
    }

    private var status: ControlFrame {
        if case .muted = state { return .status(Status(isMuted: true, canHear: canHear, canSpeak: canSpeak)) }
        return .status(Status(isMuted: false, canHear: canHear, canSpeak: canSpeak))
    }
}

// MARK: - The link

extension RelaySession {
    /// The hub accepted this relay. Numbers start again with the connection (N5).
    package mutating func linkUp(at now: RelayInstant) -> [Action] {
        guard !isOnline else { return [] }
        for index in rings.indices { rings[index].confirmDeadline = now + WireLimits.joinDeadline }  // R4
        (nextTurn, nextStream) = (TurnID(1), StreamID(1))
        let waiting = unanswered
        unanswered = nil
        if case .muted = state {
            state = .muted(isOnline: true)
            return [.send(status)]
        }
        state = .idle
        // L8: what the talker said meanwhile is in the pre-roll.
        guard let waiting, now < waiting.until, canHear else { return [.send(status)] }
        return [.send(status)] + claim(waiting.wake, at: now)
    }

    /// The connection is gone: its turns are void (L4). Rings go on (R2).
    package mutating func linkDown() -> [Action] {
        guard isOnline else { return [] }
        if case .muted = state {
            state = .muted(isOnline: false)
            return []
        }
        switch state {
        case .claimed, .streaming: break  // L8: the talker may not have been heard to the end.
        case .offline, .idle, .waiting, .speaking, .muted: unanswered = nil
        }
        let actions = abandon(state)
        state = .offline
        return actions
    }

    /// A frame that is about turns or rings came from the hub. Stale ones change nothing.
    package mutating func receive(_ frame: ControlFrame, at now: RelayInstant) -> [Action] {
        switch frame {
        case .grant(let grant): granted(grant.turn)
        case .deny(let deny): denied(deny.turn)
        case .speechEnd(let end): speechEnded(end.turn, at: now)
        case .answerStart(let start): answerStarted(start, at: now)
        case .turnEnd(let end): turnEnded(end)
        case .ringStart(let start): ringStarted(start.ring, at: now)
        case .ringStop(let stop): ringStopped(stop.ring)
        case .ping, .pong, .streamEnd, .goodbye, .media, .hello, .claim, .turnCancel, .drained, .status,
            .welcome,
            .adoptCommit, .adoptReveal, .adoptNonce, .adopted, .hubKey, .hubKeyStored, .pathProbe, .pathReply,
            .ringSilenced, .wakePartWanted, .wakeReport, .wakeWord, .wakePart:
            stale()
        }
    }
}

// MARK: - The talker

extension RelaySession {
    /// The wake engine heard its word, from `start` to `end` on the capture clock.
    package mutating func wakeHeard(_ wake: Wake, at now: RelayInstant) -> [Action] {
        if let lastWake, now - lastWake < Tuning.refractory {
            counters.refractoryWakeCount += 1
            return []
        }
        var actions: [Action] = []
        switch state {
        case .muted: return []
        case .offline:
            // L8: the link may come back while the talker still speaks.
            lastWake = now
            unanswered = (wake, now + Tuning.resumeDeadline)
            counters.wakeCount += 1
            return []
        case .idle: break
        case .claimed(let turn, _), .streaming(let turn, _), .waiting(let turn, _):
            actions = abandon(state) + cancel(turn.id, .bargeIn)
        case .speaking(let answer, _):
            actions = abandon(state) + cancel(answer.turn, .bargeIn)
        }
        lastWake = now
        unanswered = (wake, now + Tuning.resumeDeadline)
        counters.wakeCount += 1
        return actions + claim(wake, at: now)
    }

    /// Opens a turn for a wake word; its sound goes out from before it (T3).
    private mutating func claim(_ wake: Wake, at now: RelayInstant) -> [Action] {
        let from = SampleCount(max(0, wake.start.value - Tuning.preRollBeforeWake.value, wake.oldest.value))
        let claim = claim(
            cause: .wakeWord,
            wakeStart: UInt32(clamping: wake.start.value - from.value),
            wakeEnd: UInt32(clamping: wake.end.value - from.value),
            level: wake.level, noiseFloor: wake.noiseFloor)
        return open(claim, from: from, at: now)
    }

    /// A button was pressed. What sounds is stopped; if nothing does, the relay listens as after a wake word. `position` is
    /// the capture clock at this moment.
    package mutating func buttonPressed(position: SampleCount, at now: RelayInstant) -> [Action] {
        if isSounding { return stopHeard() }
        guard case .idle = state, canHear else { return [] }
        let from = SampleCount(max(0, position.value - Tuning.preRollBeforeFollowUp.value))
        let claim = claim(cause: .button, wakeStart: 0, wakeEnd: 0, level: .floor, noiseFloor: .floor)
        return open(claim, from: from, at: now)
    }

    /// The wake engine heard a stop word. T18: what sounds ends at once and without a turn; if nothing does, nothing
    /// happens.
    package mutating func stopHeard() -> [Action] {
        if case .speaking(let answer, _) = state {
            let actions = abandon(state) + cancel(answer.turn, .stopWord)
            state = .idle
            counters.stopCount += 1
            return actions
        }
        // While somebody is served a ring is held back: the word is said to the hub then.
        guard isSounding else { return [] }
        let silenced = rings.map { Action.send(.ringSilenced(RingSilenced(ring: $0.id))) }  // R5
        rings = []
        counters.stopCount += 1
        return [.stopRing] + (isOnline ? silenced : [])
    }

    /// A packet of a downlink stream arrived: the answer is alive (T11).
    package mutating func mediaArrived(_ stream: StreamID, at now: RelayInstant) {
        guard case .speaking(let answer, _) = state, answer.stream == stream else { return }
        state = .speaking(answer, deadline: now + WireLimits.answerGapDeadline)
    }

    /// The answer has an end and is being played out, which takes `remaining`.
    package mutating func answerComplete(_ stream: StreamID, remaining: Duration, at now: RelayInstant) {
        guard case .speaking(let answer, _) = state, answer.stream == stream else { return }
        state = .speaking(answer, deadline: now + remaining + WireLimits.answerGapDeadline)
    }

    /// The loudspeaker has played the stream to its end. `position` is the capture clock at this moment.
    package mutating func drained(_ report: Drained, position: SampleCount, at now: RelayInstant) -> [Action]
    {
        guard case .speaking(let answer, _) = state, answer.stream == report.stream else { return stale() }
        state = .idle
        let reported: [Action] = [.send(.drained(report))]
        guard answer.expectsReply, canHear else { return reported }
        // T13: the microphone opens on this relay's own "drained", never on a timer.
        let from = SampleCount(max(0, position.value - Tuning.preRollBeforeFollowUp.value))
        let claim = claim(
            cause: .followUp, wakeStart: 0, wakeEnd: 0, level: .floor, noiseFloor: .floor)
        return reported + open(claim, from: from, at: now)
    }

    /// The household switched the microphone off or on.
    package mutating func muteChanged(_ isMuted: Bool) -> [Action] {
        if case .muted(let isOnline) = state {
            guard !isMuted else { return [] }
            state = isOnline ? .idle : .offline
            return [.startCapture] + (isOnline ? [.send(status)] : [])
        }
        guard isMuted else { return [] }
        unanswered = nil
        let wasOnline = isOnline
        var actions: [Action] = [.stopCapture] + abandon(state)
        if let turn { actions += cancel(turn, .muted) }
        state = .muted(isOnline: wasOnline)
        return actions + (wasOnline ? [.send(status)] : [])
    }
}

// MARK: - The devices and the clock

extension RelaySession {
    /// The capture device and the wake engine run, or do not.
    package mutating func hearingChanged(_ canHear: Bool) -> [Action] {
        guard canHear != self.canHear else { return [] }
        self.canHear = canHear
        var actions: [Action] = []
        switch state {
        case .claimed(let turn, _), .streaming(let turn, _):
            if !canHear {
                actions = abandon(state) + cancel(turn.id, .microphoneLost) + [.play(.failed)]
                state = .idle
            }
        case .offline, .idle, .waiting, .speaking, .muted: break
        }
        return actions + (isOnline ? [.send(status)] : [])
    }

    /// The playback device runs, or does not.
    package mutating func speakingChanged(_ canSpeak: Bool) -> [Action] {
        guard canSpeak != self.canSpeak else { return [] }
        self.canSpeak = canSpeak
        return isOnline ? [.send(status)] : []
    }

    /// Time has passed. Early and late calls are fine.
    package mutating func tick(at now: RelayInstant) -> [Action] {
        var actions: [Action] = []
        if rings.contains(where: { now >= $0.end }) {
            rings.removeAll { now >= $0.end }
            if rings.isEmpty { actions.append(.stopRing) }
        }
        if let waiting = unanswered, !isOnline, now >= waiting.until {
            unanswered = nil
            actions.append(.play(.failed))
        }
        switch state {
        case .offline, .idle, .muted: return actions
        case .claimed(let turn, let deadline), .streaming(let turn, let deadline),
            .waiting(let turn, let deadline):
            guard now >= deadline else { return actions }
            actions += abandon(state) + cancel(turn.id, .deadline) + [.play(.failed)]
        case .speaking(let answer, let deadline):
            guard now >= deadline else { return actions }
            actions += abandon(state) + cancel(answer.turn, .deadline)
        }
        counters.deadlineCount += 1
        state = .idle
        return actions
    }
}

// MARK: - Frames of the hub

extension RelaySession {
    private mutating func granted(_ id: TurnID) -> [Action] {
        guard case .claimed(let turn, let grantDeadline) = state, turn.id == id else { return stale() }
        // T7: counted from the claim, however late its grant came.
        let rest = WireLimits.streamingDeadline - WireLimits.grantDeadline
        state = .streaming(turn, deadline: grantDeadline + rest)
        return []
    }

    private mutating func denied(_ id: TurnID) -> [Action] {
        guard case .claimed(let turn, _) = state, turn.id == id else { return stale() }
        unanswered = nil
        state = .idle
        return [.endUplink(turn.uplink)]
    }

    private mutating func speechEnded(_ id: TurnID, at now: RelayInstant) -> [Action] {
        switch state {
        case .claimed(let turn, _) where turn.id == id, .streaming(let turn, _) where turn.id == id:
            unanswered = nil
            state = .waiting(turn, deadline: now + WireLimits.answerDeadline)
            return [.endUplink(turn.uplink)]
        case .offline, .idle, .claimed, .streaming, .waiting, .speaking, .muted:
            return stale()
        }
    }

    private mutating func answerStarted(_ start: AnswerStart, at now: RelayInstant) -> [Action] {
        let answer = Answer(turn: start.turn, stream: start.stream, expectsReply: start.expectsReply)
        switch state {
        case .waiting(let turn, _) where turn.id == start.turn: break
        case .idle where start.turn == .none: break
        case .offline, .idle, .claimed, .streaming, .waiting, .speaking, .muted: return stale()
        }
        state = .speaking(answer, deadline: now + WireLimits.answerGapDeadline)
        let presentAt = start.presentAt == 0 ? nil : HubInstant(microseconds: start.presentAt)
        return [.startPlayback(start.stream, presentAt: presentAt)]
    }

    private mutating func turnEnded(_ end: TurnEnd) -> [Action] {
        switch state {
        case .claimed(let turn, _) where turn.id == end.turn,
            .streaming(let turn, _) where turn.id == end.turn,
            .waiting(let turn, _) where turn.id == end.turn:
            let actions = abandon(state)
            state = .idle
            switch end.outcome {
            case .answered, .cancelled: return actions
            case .notMeant:
                // T19: the person notices nothing.
                unanswered = nil
                counters.rejectedWakeCount += 1
                return actions
            case .silence: return actions + [.play(.nothingHeard)]
            case .failed: return actions + [.play(.failed)]
            }
        case .speaking(let answer, _) where answer.turn == end.turn:
            // The end of the words is the loudspeaker's to say: see ``drained(_:position:at:)``.
            switch end.outcome {
            case .answered: return []
            case .silence, .failed, .cancelled, .notMeant:
                let actions = abandon(state)
                state = .idle
                return actions
            }
        case .offline, .idle, .claimed, .streaming, .waiting, .speaking, .muted:
            return stale()
        }
    }

    private mutating func ringStarted(_ ring: RingID, at now: RelayInstant) -> [Action] {
        if let known = rings.firstIndex(where: { $0.id == ring }) {
            rings[known].confirmDeadline = nil  // R1, R4
            return []
        }
        guard rings.count < Tuning.ringCountMax else {
            counters.refusedRingCount += 1
            return []
        }
        rings.append(Ring(id: ring, started: now))
        return rings.count == 1 ? [.startRing] : []
    }

    private mutating func ringStopped(_ ring: RingID) -> [Action] {
        guard rings.contains(where: { $0.id == ring }) else { return stale() }
        rings.removeAll { $0.id == ring }
        return rings.isEmpty ? [.stopRing] : []
    }
}

// MARK: - Helpers

extension RelaySession {
    private mutating func claim(
        cause: Claim.Cause, wakeStart: UInt32, wakeEnd: UInt32, level: DecibelsFullScale,
        noiseFloor: DecibelsFullScale
    ) -> Claim {
        defer { (nextTurn, nextStream) = (nextTurn.next, nextStream.next) }
        return Claim(
            turn: nextTurn, stream: nextStream, cause: cause, wakeStart: wakeStart, wakeEnd: wakeEnd,
            level: level, noiseFloor: noiseFloor)
    }

    private mutating func open(_ claim: Claim, from: SampleCount, at now: RelayInstant) -> [Action] {
        let turn = Turn(id: claim.turn, uplink: claim.stream)
        state = .claimed(turn, deadline: now + WireLimits.grantDeadline)
        return [.send(.claim(claim)), .startUplink(claim.stream, from: from)]
    }

    /// What must stop when `state` is left before its time.
    private func abandon(_ state: State) -> [Action] {
        switch state {
        case .offline, .idle, .waiting, .muted: []
        case .claimed(let turn, _), .streaming(let turn, _): [.endUplink(turn.uplink)]
        case .speaking(let answer, _): [.stopPlayback(answer.stream)]
        }
    }

    /// T17: an announcement has no turn, so nothing is cancelled with it.
    private func cancel(_ turn: TurnID, _ reason: TurnCancel.Reason) -> [Action] {
        turn == .none ? [] : [.send(.turnCancel(TurnCancel(turn: turn, reason: reason)))]
    }

    private mutating func stale() -> [Action] {
        counters.staleFrameCount += 1
        return []
    }
}
