import LoqaAudio
import LoqaBase
import LoqaLink
import LoqaSystem
import LoqaWire
import RelayAudio
import RelayCore
import RelayIO

/// The wake words: those that the hub chooses, how they fare, and whether they are heard at all.
extension RelayProgram {
    /// Sound around a wake word that is kept in memory as the next self-test's clip.
    private static let clipLength = SampleCount(.milliseconds(2_000))
    static let quietDecibels: Float = 9
    private static let quietTime: Duration = .seconds(5)

    /// A frame about wake words came from the hub.
    func receiveWake(_ frame: ControlFrame) {
        switch frame {
        case .wakeWord(let word): perform(chooser.received(word))
        case .wakePart(let part): perform(chooser.received(part))
        default: break
        }
    }

    private func perform(_ actions: [WakeChooser.Action]) {
        for action in actions {
            switch action {
            case .send(let frame): send(frame)
            case .store(let model, let bundle):
                do {
                    try wakeStore.keep(bundle, as: model)
                    perform(chooser.stored(model, isGood: true))
                } catch {
                    console.say("the hub's wake word cannot be used: \(error)", about: .wakeEngine)
                    perform(chooser.stored(model, isGood: false))
                }
            case .use(let words, let revision): use(words, revision: revision)
            }
        }
    }

    private func use(_ words: [WakeChooser.Word], revision: UInt32) {
        let before = wakeArguments
        do {
            try wakeStore.use(words)
        } catch {
            return console.say("the hub's wake words cannot be kept: \(error)", about: .wakeEngine)
        }
        chooser.forget(except: words)
        tally.report.revision = words.isEmpty ? 0 : revision
        record("wake.words", ["count": .integer(Int64(words.count)), "revision": .integer(Int64(revision))])
        // The same words again cost no gap in hearing; a list has the same name whatever stands in it.
        guard words != chosenWords || before != wakeArguments else { return }
        chosenWords = words
        clip = wakeStore.clipPath(of: words).flatMap(readClip)
        restartEngine()
    }

    /// What the wake engine is started with now.
    var wakeArguments: [String] { wakeStore.arguments ?? configuration.wakeArguments }

    /// Starts the engine anew, with the words in force.
    func restartEngine() {
        let now: RelayInstant = MonotonicClock.now()
        feed.reset()
        wakeEngine.start(
            program: wakeStore.arguments == nil ? wakeProgram : ownWakeProgram, with: wakeArguments, at: now)
        watch.engineStarted(at: now)
        selfTest.engineStarted(at: now)
        tally.report.restarts &+= 1
    }

    /// The first two or three seconds of a clip; nil, and a word about it, if it is none.
    private func readClip(_ path: String) -> [Int16]? {
        do {
            let reader = try SoundFileReader(path: path)
            var frames: [Float] = []
            _ = try reader.read(WakeFeed.Tuning.clipSampleCountMax, into: &frames)
            return stride(from: 0, to: frames.count, by: reader.format.channelCount).map { pcm16(frames[$0]) }
        } catch {
            console.say("no self-test of the wake word: \(error)", about: .wakeEngine)
            return nil
        }
    }

    // MARK: Proof that it hears

    /// A talker was heard, which is as good as a self-test; what woke the relay is its next clip, if the model has none.
    func noteHeard(_ end: SampleCount) {
        selfTest.heard(at: MonotonicClock.now())
        watch.isDeaf = false
        guard wakeStore.clipPath(of: chosenWords) == nil else { return }
        var samples = [Int16](repeating: 0, count: Int(Self.clipLength.value))
        var room = samples.mutableSpan
        let start = SampleCount(max(end.value - Self.clipLength.value + 3_200, preRoll.oldest.value))
        let copied = preRoll.copy(from: start, into: &room)
        candidateClip = Array(samples[..<copied.count])
    }

    /// The turn that a wake word opened is over: if it was answered, the word was one.
    func noteTurnEnd(_ end: TurnEnd) {
        if end.outcome == .answered, let candidateClip { clip = candidateClip }
        candidateClip = nil
    }

    func tickWake(at now: RelayInstant) {
        tally.report.wakes = UInt32(clamping: session.counters.wakeCount)
        tally.report.rejected = UInt32(clamping: session.counters.rejectedWakeCount)
        tally.report.stops = UInt32(clamping: session.counters.stopCount)
        if selfTest.isRunning, wakeEngine.hasHeardClip {
            selfTest.heard(at: now)
            record("self_test", ["heard": .integer(1)])
        }
        switch selfTest.tick(isQuiet: isQuiet(at: now), at: now) {
        case .none: break
        case .begin:
            record("self_test.started")
            feed.begin(clip: clip ?? [])
        case .restartEngine:
            record("self_test", ["heard": .integer(0)])
            console.say(
                "the wake engine did not hear the known clip of a self-test; starting it again",
                about: .wakeEngine)
            restartEngine()
        }
        watch.isDeaf = selfTest.isDeaf
        tally.report.selfTests = UInt32(clamping: selfTest.testCount)
        tally.report.failedSelfTests = UInt32(clamping: selfTest.failureCount)
        if endpoint.isUp, let report = tally.due(at: now) { send(.wakeReport(report)) }
    }

    /// Nobody is served, nothing sounds, nothing has been said for a while, and there is a clip.
    private func isQuiet(at now: RelayInstant) -> Bool {
        if session.state != .idle || session.isRinging { lastNoise = now }
        return clip != nil && !feed.isBusy && watch.canHear && now - lastNoise >= Self.quietTime
    }
}
