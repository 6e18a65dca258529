import LoqaBase
import LoqaSystem
import LoqaWire
import RelayAudio
import RelayCore
import RelayIO
import RelayWake

/// From the microphones to the wake engine and the hub, and from answers to the loudspeaker.
extension RelayProgram {
    /// Takes every block that the capture thread has left.
    func takeSound() {
        let now: RelayInstant = MonotonicClock.now()
        var samples = block.mutableSpan
        while let captured = capture.ring.pop(into: &samples) {
            let reading = meter.measure(block.span)
            levels.note(block.span, at: captured.position, noiseFloor: reading.noiseFloor)
            preRoll.append(block.span, at: captured.position)
            watch.blockArrived(at: now)
            feedEngine(captured.position)
            samples = block.mutableSpan
        }
        uplink.pump(preRoll) { header, payload in link.send(header, payload: payload) }
        fillLoudspeaker(at: now)
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
    private func feedEngine(_ position: SampleCount) {
        // The engine counts the samples it was given; a gap in the stream is given to it as a new beginning.
        if wakeEngine.feed(block.span) {
            if engineOrigin == nil { engineOrigin = position }
        }
    }

    /// Takes what the wake engine has said.
    func listenToEngine() {
        let now: RelayInstant = MonotonicClock.now()
        for event in wakeEngine.readEvents(at: now) {
            switch event {
            case .ready: watch.engineAlive(at: now)
            case .wake(let wake): heard(wake, at: now)
            case .failed(let reason):
                console.say("the wake engine failed: \(reason)")
                watch.engineFailed()
            }
        }
    }

    private func heard(_ wake: WakeEvent, at now: RelayInstant) {
        guard let engineOrigin else { return }
        let (start, end) = (engineOrigin + wake.start, engineOrigin + wake.end)
        let (level, noiseFloor) = levels.measure(from: start, to: end)
        let before = session.turn
        perform(
            session.wakeHeard(
                Wake(start: start, end: end, oldest: preRoll.oldest, level: level, noiseFloor: noiseFloor),
                at: now))
        guard session.turn != before else { return }
        record(
            "wake",
            [
                "turn": turnField, "level_dbfs": .number(Double(level.value)),
                "noise_floor_dbfs": .number(Double(noiseFloor.value)),
                "delay_ms": .integer((preRoll.end - end).duration.milliseconds),
            ])
    }

    func tickEngine(at now: RelayInstant) {
        wakeEngine.tick(at: now)
    }
}
