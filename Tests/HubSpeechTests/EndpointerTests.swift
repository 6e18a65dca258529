import HubSpeech
import LoqaBase
import LoqaTestKit
import LoqaWire
import Testing

@Suite struct EndpointerTests {
    typealias Event = Endpointer.Event

    /// The end in `events`: its reason, and how far it lies after `truth`, in milliseconds.
    private func end(
        _ events: [Event], after truth: SampleCount
    ) -> (reason: SpeechEnd.Reason, error: Int64)? {
        guard case .ended(let reason, let endOfSpeech) = events.last else { return nil }
        return (reason, (endOfSpeech - truth).value / 16)
    }

    private func pauseCount(_ events: [Event]) -> Int {
        events.count { if case .paused = $0 { true } else { false } }
    }

    /// At 10 dB the last syllable, 12 dB down, lies under the room: only those before it must be found.
    @Test(arguments: [(30.0, 60), (20.0, 80), (15.0, 100), (10.0, 260)], [UInt64(1), 2, 3])
    func `the end of a sentence is found within its bounds`(room: (snr: Double, bound: Int), seed: UInt64) {
        var scene = EndpointerScene(seed: seed)
        let wakeEnd = scene.wakeWord()
        scene.silence(300)
        scene.sentence()
        let truth = scene.position
        scene.silence(1_500)
        scene.room(snr: room.snr)
        let (events, endpointer, _) = scene.listen(wakeEnd: wakeEnd)
        let found = end(events, after: truth)
        #expect(found?.reason == .endpoint, "seed \(seed)")
        #expect(abs(found?.error ?? 9_999) <= Int64(room.bound), "seed \(seed)")
        #expect(endpointer.utterance.lowerBound <= wakeEnd + SampleCount(.milliseconds(300)))
        #expect(endpointer.utterance.lowerBound >= wakeEnd - Endpointer.Tuning.wakeTolerance - .init(480))
    }

    @Test(arguments: [
        (Endpointer.Completeness.complete(canContinue: false), 300...380),
        (.complete(canContinue: true), 430...520), (.unknown, 780...870), (.partial, 1_180...1_270),
    ])
    func `the pause that ends a command depends on how complete it is`(
        completeness: Endpointer.Completeness, range: ClosedRange<Int>
    ) {
        var scene = EndpointerScene(seed: 4)
        let wakeEnd = scene.wakeWord()
        scene.silence(200)
        scene.sentence()
        let truth = scene.position
        scene.silence(1_500)
        scene.room(snr: 25)
        let (events, _, endedAt) = scene.listen(wakeEnd: wakeEnd, weighing: completeness)
        #expect(end(events, after: truth)?.reason == .endpoint)
        #expect(range.contains(Int((endedAt - truth).value / 16)), "\((endedAt - truth).value / 16) ms")
    }

    @Test(arguments: [20, 50, 80, 100, 120, 140, 150], [15.0, 25])
    func `gaps of slow speech are no pauses`(gap: Int, snr: Double) {
        var scene = EndpointerScene(seed: 5)
        let wakeEnd = scene.wakeWord()
        scene.silence(200)
        for _ in 0..<6 {
            scene.voice(160)
            scene.silence(gap)
        }
        scene.silence(1_200)
        scene.room(snr: snr)
        let (events, _, _) = scene.listen(wakeEnd: wakeEnd)
        #expect(pauseCount(events) == 1)
    }

    @Test(arguments: [300, 450, 600, 700])
    func `a talker who hesitates is waited for`(hesitation: Int) {
        var scene = EndpointerScene(seed: 6)
        let wakeEnd = scene.wakeWord()
        scene.silence(200)
        scene.sentence()
        scene.silence(hesitation)
        scene.sentence()
        let truth = scene.position
        scene.silence(1_200)
        scene.room(snr: 20)
        let (events, _, _) = scene.listen(wakeEnd: wakeEnd)
        #expect(events.contains(.resumed))
        #expect(pauseCount(events) == 2)
        #expect(abs(end(events, after: truth)?.error ?? 9_999) <= 100)
    }

    @Test(arguments: [-100, 0, 100], [0, 150, 1_000])
    func `the wake word alone is no command, wherever its end is taken to be`(
        error: Int64, reverberation: Int
    ) {
        var scene = EndpointerScene(seed: 7)
        let wakeEnd = scene.wakeWord()
        if reverberation == 150 { scene.voice(reverberation, dB: -15, fade: 25) }
        scene.silence(4_500)
        scene.room(snr: 20)
        let taken = wakeEnd + SampleCount(error * 16)
        let (events, endpointer, endedAt) = scene.listen(wakeEnd: taken)
        #expect(events == [.ended(.noSpeech, endOfSpeech: taken)])
        #expect(endpointer.utterance.isEmpty)
        #expect(abs((endedAt - taken - Endpointer.Tuning.beginMax).value) <= 320)
    }

    @Test(arguments: [-100, 0, 100])
    func `a command right after the wake word keeps its first word`(error: Int64) {
        var scene = EndpointerScene(seed: 8)
        let wakeEnd = scene.wakeWord()
        scene.silence(30)
        scene.sentence()
        scene.silence(1_200)
        scene.room(snr: 20)
        let (events, endpointer, _) = scene.listen(wakeEnd: wakeEnd + SampleCount(error * 16))
        #expect(end(events, after: wakeEnd)?.reason == .endpoint)
        #expect(endpointer.utterance.lowerBound <= wakeEnd + SampleCount(.milliseconds(30)))
    }

    @Test(arguments: [250, 300, 400], [10.0, 20, 30])
    func `a short answer counts, with and without a wake word before`(length: Int, snr: Double) {
        for hasWakeWord in [true, false] {
            var scene = EndpointerScene(seed: 9)
            let wakeEnd = hasWakeWord ? scene.wakeWord() : SampleCount(0)
            scene.silence(400)
            scene.voice(length)
            let truth = scene.position
            scene.silence(1_200)
            scene.room(snr: snr)
            let (events, _, _) = scene.listen(wakeEnd: wakeEnd)
            #expect(end(events, after: truth)?.reason == .endpoint)
        }
    }

    @Test(arguments: [(5, 15.0), (20, 6), (75, 0), (600, -26)])
    func `clicks, coughs and breath are no speech`(length: Int, dB: Double) {
        var scene = EndpointerScene(seed: 10)
        let wakeEnd = scene.wakeWord()
        for _ in 0..<3 {
            scene.silence(700)
            scene.hiss(length, dB: dB)
        }
        scene.silence(3_500)
        scene.room(snr: 25)
        let (events, _, _) = scene.listen(wakeEnd: wakeEnd)
        #expect(events == [.ended(.noSpeech, endOfSpeech: wakeEnd)])
    }

    @Test func `a click in a pause does not hold up the end`() {
        var scene = EndpointerScene(seed: 11)
        let wakeEnd = scene.wakeWord()
        scene.silence(200)
        scene.sentence()
        let truth = scene.position
        scene.silence(400)
        scene.hiss(10, dB: 6)
        scene.silence(1_000)
        scene.room(snr: 20)
        let (events, _, endedAt) = scene.listen(wakeEnd: wakeEnd)
        #expect(!events.contains(.resumed))
        #expect((endedAt - truth).value / 16 < 900)
    }

    @Test(arguments: [-4.0, 4])
    func `a room that slowly changes is followed`(drift: Double) {
        var scene = EndpointerScene(seed: 12)
        let wakeEnd = scene.wakeWord()
        scene.silence(1_500)
        scene.sentence()
        let truth = scene.position
        scene.silence(3_000)
        scene.room(snr: 18, drift: drift)
        let (events, _, _) = scene.listen(wakeEnd: wakeEnd)
        #expect(abs(end(events, after: truth)?.error ?? 9_999) <= 150)
    }

    @Test func `speech without end is cut at the longest turn`() {
        var scene = EndpointerScene(seed: 13)
        let wakeEnd = scene.wakeWord()
        scene.silence(200)
        for _ in 0..<16 {
            scene.sentence()
            scene.silence(80)
        }
        scene.room(snr: 20)
        let (events, _, endedAt) = scene.listen(wakeEnd: wakeEnd)
        #expect(end(events, after: wakeEnd)?.reason == .tooLong)
        #expect(endedAt == Endpointer.Tuning.turnMax)
    }

    @Test func `a stream that stops ends the command once`() {
        var scene = EndpointerScene(seed: 14)
        let wakeEnd = scene.wakeWord()
        var silent = scene.listen(wakeEnd: wakeEnd).endpointer
        #expect(silent.streamEnded() == .ended(.noSpeech, endOfSpeech: wakeEnd))
        #expect(silent.streamEnded() == nil)
        scene.silence(300)
        scene.sentence()
        scene.room(snr: 25)
        var speaking = scene.listen(wakeEnd: wakeEnd).endpointer
        #expect(speaking.weigh(.complete(canContinue: false)) == nil)
        guard case .ended(.endpoint, _) = speaking.streamEnded() else {
            Issue.record("a stream that stops in speech is a command")
            return
        }
    }

    @Test(arguments: 0..<60)
    func `any sound ends in time and in order`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var endpointer = Endpointer(wakeEnd: SampleCount(Int64.random(in: 0...40_000, using: &generator)))
        var events: [Event] = []
        var block = [Int16](repeating: 0, count: 320)
        for count in 1...705 {
            let kind = Int.random(in: 0..<6, using: &generator)
            let limit = Int16.random(in: 1...Int16.max, using: &generator)
            for index in block.indices {
                block[index] =
                    switch kind {
                    case 0: 0
                    case 1: .max
                    case 2: .min
                    case 3: index.isMultiple(of: 2) ? .max : .min
                    default: Int16.random(in: -limit...limit, using: &generator)
                    }
            }
            if let event = endpointer.take(block.span) { events.append(event) }
            if count.isMultiple(of: 7),
                let event = endpointer.weigh(.complete(canContinue: count.isMultiple(of: 2)))
            {
                events.append(event)
            }
            let utterance = endpointer.utterance
            #expect(utterance.lowerBound.value >= 0 && utterance.upperBound.value <= max(count * 320, 40_000))
        }
        let ends = events.count { if case .ended = $0 { true } else { false } }
        #expect(ends == 1, "seed \(seed)")
        if case .ended = events.last {} else { Issue.record("an event after the end, seed \(seed)") }
    }
}
