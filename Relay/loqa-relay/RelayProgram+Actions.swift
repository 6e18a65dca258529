import LoqaBase
import LoqaLink
import LoqaSystem
import LoqaWake
import LoqaWire
import RelayAudio
import RelayCore
import RelayIO

/// What the session wants done, and what the devices report.
extension RelayProgram {
    func perform(_ actions: [RelaySession.Action]) {
        for action in actions {
            switch action {
            case .send(let frame): send(frame)
            case .startUplink(let stream, let position):
                uplink.start(stream, from: position)
                pumpUplink()
            case .endUplink(let stream):
                guard let end = uplink.end(stream) else { continue }
                record("stream.ended", ["packets": .integer(Int64(end.packetCount))])
                send(.streamEnd(end))
            case .startPlayback(let stream, let presentAt):
                startPlayback(stream, presentAt: presentAt)
                let now: RelayInstant = MonotonicClock.now()
                for packet in early.take(stream, at: now) { _ = loudspeaker.receive(packet, at: now) }
                nextPlayback = now
            case .stopPlayback(let stream): loudspeaker.stop(stream)
            case .startRing:
                loudspeaker.startRing()
                nextPlayback = MonotonicClock.now()
                record("ring.started")
            case .stopRing:
                loudspeaker.stopRing()
                record("ring.stopped")
            case .play(.nothingHeard): play(.turnEnded)
            case .play(.failed): play(.error)
            case .stopCapture:
                watch.pause()
                capture.stop()
                console.say("the microphone is off; SIGUSR1 switches it on", about: .microphone)
            case .startCapture:
                watch.resume(at: MonotonicClock.now())
                startCapture()
                console.resolve(.microphone, "the microphone is on")
            }
        }
    }

    private func play(_ earcon: Earcon) {
        loudspeaker.play(earcon)
        nextPlayback = MonotonicClock.now()
    }

    func tickWatch(at now: RelayInstant) {
        switch watch.tick(at: now) {
        case .none: break
        case .restartCapture:
            // A device that failed is opened again by its own thread; one that only fell silent is not.
            if case .failed = capture.state() { return }
            console.say(
                "no sound came from \(configuration.capture.name) for a second; opening it again",
                about: .microphone)
            record("capture.restarted")
            capture.stop()
            startCapture()
        case .restartEngine:
            console.say("the wake engine has fallen silent; starting it again", about: .wakeEngine)
            record("engine.restarted")
            restartEngine()
        }
    }

    private func startCapture() {
        do {
            _ = try capture.start()
        } catch {
            console.say("cannot start the capture thread: \(error)", about: .microphone)
        }
    }

    /// Tells the session when a device was lost or came back.
    func noteDevices() {
        if case .failed(let error) = capture.state() {
            watch.captureFailed()
            console.say("\(error)", about: .microphone)
        }
        if watch.canHear != couldHear {
            couldHear = watch.canHear
            record(couldHear ? "microphone.back" : "microphone.lost")
            if couldHear {
                console.resolve(.microphone, "the microphone works again")
                console.resolve(.wakeEngine, "the wake engine works again")
            }
        }
        perform(session.hearingChanged(watch.canHear))
        switch playback.state() {
        case .idle: break
        case .running:
            perform(session.speakingChanged(true))
            console.resolve(.loudspeaker, "the loudspeaker works again")
        case .failed(let error):
            perform(session.speakingChanged(false))
            console.say("\(error)", about: .loudspeaker)
        }
    }
}
