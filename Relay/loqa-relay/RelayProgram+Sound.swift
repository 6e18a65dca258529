import LoqaBase
import LoqaLink
import LoqaSystem
import LoqaWake
import LoqaWire
import RelayAudio
import RelayCore
import RelayIO

/// From the microphones to the wake engine and the hub, and from answers to the loudspeaker.
extension RelayProgram {
    /// Takes every block that the capture thread has left.
    func takeSound() {
        let now: RelayInstant = MonotonicClock.now()
        while let heard = ear.listen(to: capture, playback) {
            heardLevel = heard.level
            levels.note(heard.level, at: heard.position, noiseFloor: heard.noiseFloor)
            let clean = ear.clean
            preRoll.append(clean.span, at: heard.position)
            if heard.level.value - heard.noiseFloor.value > Self.quietDecibels { lastNoise = now }
            watch.blockArrived(at: now)
            feed.take(clean.span, at: heard.position, to: wakeEngine)
        }
        noteChannels()
        pumpUplink()
        fillLoudspeaker(at: now)
    }

    /// Tells of channels that are left out, once.
    private func noteChannels() {
        let faults = ear.faults
        guard faults != toldFaults else { return }
        toldFaults = faults
        record("channels", ["faults": .text(faults.joined(separator: "; "))])
        if faults.isEmpty {
            console.resolve(.channels, "all microphones work")
        } else {
            console.say(faults.joined(separator: "; "), about: .channels)
        }
    }

    /// Sends what the pre-roll holds beyond what was sent.
    func pumpUplink() {
        var actions: [RelayEndpoint.Action] = []
        uplink.pump(preRoll) { header, payload in
            let packet = MediaPacket(
                stream: header.stream, sequence: header.sequence, timestamp: header.timestamp,
                payload: payload.withUnsafeBufferPointer { Array($0) })
            actions += endpoint.send(packet)
        }
        perform(actions)
    }

    /// Says when the loudspeaker has to be looked at again, and tells the session what was heard from it.
    func fillLoudspeaker(at now: RelayInstant) {
        loudspeaker.holdsRing = session.turn != nil
        guard loudspeaker.isActive else {
            nextPlayback = nil
            return
        }
        for event in loudspeaker.fill() {
            switch event {
            case .started(let stream):
                record("answer.started", ["stream": .integer(Int64(stream.value)), "turn": turnField])
            case .complete(let stream, let remaining):
                session.answerComplete(stream, remaining: remaining, at: now)
            case .drained(let report):
                record(
                    "answer.drained",
                    [
                        "stream": .integer(Int64(report.stream.value)),
                        "played": .integer(Int64(report.playedCount)),
                        "concealed": .integer(Int64(report.concealedCount)), "turn": turnField,
                    ])
                perform(session.drained(report, position: preRoll.end, at: now))
            }
        }
        nextPlayback = now + Self.playbackStep
    }

    var turnField: Trace.Value { .integer(Int64(session.turn?.value ?? 0)) }
}

// MARK: - The wake engine

extension RelayProgram {
    /// Takes what the wake engine has said.
    func listenToEngine() {
        let now: RelayInstant = MonotonicClock.now()
        for event in wakeEngine.readEvents(at: now) {
            switch event {
            case .ready, .listening: watch.engineAlive(at: now)
            case .wake(let wake):
                watch.engineAlive(at: now)
                heard(wake, at: now)
            case .stop(let stop):
                watch.engineAlive(at: now)
                heardStop(stop)
            case .nearMiss(let miss):
                watch.engineAlive(at: now)
                tally.report.nearMisses &+= 1
                record("near_miss", ["phrase": .text(miss.phrase)])
            case .failed(let reason):
                console.say("the wake engine failed: \(reason)", about: .wakeEngine)
                record("engine.failed", ["reason": .text(reason)])
                watch.engineFailed()
            }
        }
    }

    private func heard(_ wake: WakeEvent, at now: RelayInstant) {
        let (level, noiseFloor) = levels.measure(from: wake.start, to: wake.end)
        let before = session.turn
        perform(
            session.wakeHeard(
                Wake(
                    start: wake.start, end: wake.end, oldest: preRoll.oldest, level: level,
                    noiseFloor: noiseFloor),
                at: now))
        guard session.turn != before else { return }
        ear.noteWakeWord(from: wake.start, to: wake.end)
        noteHeard(wake.end)
        record(
            "wake",
            [
                "turn": turnField, "level_dbfs": .number(Double(level.value)),
                "noise_floor_dbfs": .number(Double(noiseFloor.value)),
                "delay_ms": .integer((preRoll.end - wake.end).duration.milliseconds),
            ])
    }

    private func heardStop(_ stop: WakeEvent) {
        let actions = session.stopHeard()
        guard !actions.isEmpty else { return }
        perform(actions)
        record(
            "stop",
            [
                "phrase": .text(stop.phrase),
                "delay_ms": .integer((preRoll.end - stop.end).duration.milliseconds),
            ])
    }

    /// Keeps the engine running, and its output watched.
    func tickEngine(at now: RelayInstant) {
        if wakeEngine.tick(at: now) {
            watch.engineStarted(at: now)
            selfTest.engineStarted(at: now)
            feed.reset()
            tally.report.restarts &+= 1
        }
        guard let output = wakeEngine.outputDescriptor else { return listenToEngine() }
        do {
            try poller.watch(output, for: .readable)
        } catch {
            console.say(error.description, about: .wakeEngine)
        }
    }
}
