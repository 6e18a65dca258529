import LoqaBase
import LoqaLink
import LoqaTestKit
import LoqaWire

/// What is said in front of one relay, on its capture clock: wake words and the sentences after them.
struct SimTalk {
    private var words: [Range<Int64>] = []
    private var sentences: [Range<Int64>] = []

    /// Somebody has just said the wake word, and goes on.
    mutating func wake(at position: SampleCount, _ random: inout SeededGenerator) -> Range<SampleCount> {
        let end = max(position.value - 3_200, 320)
        let word = max(0, end - 11_200)..<end
        words = words.suffix(7) + [word]
        // At times nobody goes on, and at times somebody never ends.
        switch Int.random(in: 0..<10, using: &random) {
        case 0: break
        case 1: say(from: end + 1_600, samples: 20 * 16_000)
        default:
            say(from: end + 1_600, samples: Int64.random(in: 4_000...32_000, using: &random))
            guard random.chance(perMille: 300), let last = sentences.last else { break }
            let pause = Int64.random(in: 3_200...14_000, using: &random)
            say(from: last.upperBound + pause, samples: Int64.random(in: 4_000...24_000, using: &random))
        }
        return SampleCount(word.lowerBound)..<SampleCount(word.upperBound)
    }

    /// Somebody answers what was asked, or not.
    mutating func answer(at position: SampleCount, _ random: inout SeededGenerator) {
        guard random.chance(perMille: 700) else { return }
        say(from: position.value + 6_000, samples: Int64.random(in: 4_000...20_000, using: &random))
    }

    private mutating func say(from start: Int64, samples: Int64) {
        sentences = sentences.suffix(7) + [start..<start + samples]
    }

    func isWake(_ position: Int64) -> Bool { words.contains { $0.contains(position) } }
    func isVoiced(_ position: Int64) -> Bool {
        isWake(position) || sentences.contains { $0.contains(position) }
    }
}

/// Stands for the relay's encoder: 20 ms packets that say where they were captured.
struct SimUplink {
    var talk = SimTalk()
    private let leavesOutSilence: Bool
    private var open: (stream: StreamID, start: SampleCount, next: SampleCount, sequence: UInt32)?
    private var silentCount = 0

    init(leavesOutSilence: Bool) { self.leavesOutSilence = leavesOutSilence }

    var stream: StreamID? { open?.stream }

    mutating func start(_ stream: StreamID, from position: SampleCount) {
        open = (stream, position, position, 0)
        silentCount = 0
    }

    /// The packets of what was captured beyond what was sent.
    mutating func pump(to end: SampleCount, link: Int) -> [MediaPacket] {
        guard var open else { return [] }
        var packets: [MediaPacket] = []
        while open.next + .perPacket <= end {
            let at = open.next.value
            let isVoiced = talk.isVoiced(at)
            open.next += .perPacket
            // Like Opus: after some packets of silence only each twentieth is sent.
            silentCount = isVoiced ? 0 : silentCount + 1
            if leavesOutSilence, silentCount > 10, silentCount % 20 != 0 { continue }
            let timestamp = UInt32(at - open.start.value)
            let tag = SoundTag(
                link: link, stream: open.stream.value, sequence: open.sequence, timestamp: timestamp,
                position: at,
                isVoiced: isVoiced, isWake: talk.isWake(at))
            packets.append(
                MediaPacket(
                    stream: open.stream, sequence: open.sequence, timestamp: timestamp, payload: tag.encoded))
            open.sequence += 1
        }
        self.open = open
        return packets
    }

    mutating func end(_ stream: StreamID) -> StreamEnd? {
        guard let open, open.stream == stream else { return nil }
        self.open = nil
        return StreamEnd(stream: stream, packetCount: open.sequence)
    }
}

/// Stands for the relay's loudspeaker: the real jitter buffer and presentation in front of a device that plays samples at
/// the pace of the relay's clock.
struct SimLoudspeaker {
    enum Event {
        case complete(StreamID, remaining: Duration)
        case drained(Drained)
        /// The first sample of an announcement will be heard, or would have been.
        case began(Int, heardAt: RelayInstant, isPresented: Bool)
        case played
        case fault(Invariant, String)
    }

    fileprivate struct Answer {
        var stream: StreamID
        var buffer: JitterBuffer
        var presentation: PresentationStart?
        var hasStarted = false
        var isComplete = false
        /// Blocks that time has passed for since the first, and the same in the stream's own time.
        var stepCount: Int64 = 0
        var lastExcess: Int64 = 0
        var lastUnderruns: UInt32 = 0
        var lastSequence: Int64 = -1
        var hasBegun = false
        var unordered: [[UInt8]]?
    }

    private var answer: Answer?
    private var lastReception = Reception<RelayClock>()
    /// When the last sample handed over will have been heard.
    private var playedUntil = RelayInstant.origin

    var reception: Reception<RelayClock> { answer?.buffer.reception ?? lastReception }
    var isActive: Bool { answer != nil }
    var isReceiving: Bool { answer?.isComplete == false }

    mutating func start(
        _ stream: StreamID, presentAt: RelayInstant?, drift: Double, isSkippingOrder: Bool,
        at now: RelayInstant
    ) {
        answer = Answer(stream: stream, buffer: JitterBuffer(reception: reception))
        if isSkippingOrder { answer?.unordered = [] }
        guard let presentAt else { return }
        answer?.presentation = PresentationStart(due: presentAt, hubDriftPartsPerMillion: drift, at: now)
    }

    mutating func retime(_ stream: StreamID, presentAt: RelayInstant, drift: Double) {
        guard answer?.stream == stream else { return }
        answer?.presentation?.retime(due: presentAt, hubDriftPartsPerMillion: drift)
    }

    mutating func stop(_ stream: StreamID) {
        guard let answer, answer.stream == stream else { return }
        lastReception = answer.buffer.reception
        self.answer = nil
        playedUntil = .origin
    }

    mutating func receive(_ packet: MediaPacket, at now: RelayInstant) -> Bool {
        guard answer?.stream == packet.stream else { return false }
        answer?.unordered?.append(packet.payload)
        answer?.buffer.receive(
            packet.payload, sequence: packet.sequence, timestamp: packet.timestamp, at: now)
        return true
    }

    mutating func end(_ end: StreamEnd) {
        guard answer?.stream == end.stream else { return }
        answer?.buffer.end(packetCount: end.packetCount)
    }

    mutating func fill(at now: RelayInstant) -> [Event] {
        var events: [Event] = []
        while answer?.isComplete == false, latency(at: now).value < 960, next(at: now, &events) {}
        guard let answer, answer.isComplete, playedUntil <= now else { return events }
        lastReception = answer.buffer.reception
        self.answer = nil
        let counters = answer.buffer.counters
        return events + [
            .drained(
                Drained(
                    stream: answer.stream, playedCount: counters.playedCount,
                    concealedCount: counters.concealedCount))
        ]
    }

    private func latency(at now: RelayInstant) -> SampleCount {
        playedUntil > now ? SampleCount(playedUntil - now) : SampleCount(0)
    }

    private mutating func push(_ samples: Int64, at now: RelayInstant) {
        playedUntil = max(playedUntil, now) + SampleCount(samples).duration
    }

    private mutating func next(at now: RelayInstant, _ events: inout [Event]) -> Bool {
        guard var answer else { return false }
        defer { self.answer = answer }
        let timing = answer.presentation?.next(at: now, latency: latency(at: now))
        switch timing {
        case .rest: return false
        case .silence(let count):
            push(count.value, at: now)
            return true
        case .skip, .play, nil: break
        }
        let step = answer.buffer.pull()
        switch step {
        case .rest:
            guard answer.hasStarted || timing != nil else { return false }
            if answer.hasStarted { answer.stepCount += 1 }
            push(320, at: now)
            answer.presentation?.wasMissing(silence: .perPacket)
        case .finished:
            answer.isComplete = true
            events.append(.complete(answer.stream, remaining: latency(at: now).duration))
            return false
        case .play, .recover, .conceal, .silence:
            answer.hasStarted = true
            answer.check(step, heardAt: max(playedUntil, now), timing, &events)
            answer.stepCount += 1
            switch timing {
            case .play(let adjustment): push(320 + Int64(adjustment), at: now)
            case .skip: break
            case .rest, .silence, nil: push(320, at: now)
            }
        }
        return true
    }
}

extension SimLoudspeaker.Answer {
    /// Order, time and place of what comes out of the buffer.
    fileprivate mutating func check(
        _ step: JitterBuffer.Step, heardAt: RelayInstant, _ timing: PresentationStart.Step?,
        _ events: inout [SimLoudspeaker.Event]
    ) {
        guard case .play(var payload) = step else { return }
        if let first = unordered?.first {
            payload = first
            unordered?.removeFirst()
        }
        events.append(.played)
        guard let tag = SoundTag(payload), tag.stream == stream.value else {
            events.append(.fault(.decodedInOrder, "stream \(stream.value) plays what belongs to another"))
            return
        }
        if Int64(tag.sequence) <= lastSequence {
            events.append(.fault(.decodedInOrder, "packet \(tag.sequence) is played after \(lastSequence)"))
        }
        lastSequence = Int64(tag.sequence)
        let excess = stepCount - Int64(tag.timestamp) / 320
        if excess < lastExcess || (excess > lastExcess && buffer.counters.underrunCount == lastUnderruns) {
            events.append(
                .fault(
                    .samplesMatchTime,
                    "\(stepCount) blocks were played before packet \(tag.sequence) at \(tag.timestamp), excess was \(lastExcess)"
                ))
        }
        (lastExcess, lastUnderruns) = (excess, buffer.counters.underrunCount)
        // Where playback ran dry it is behind for a while.
        guard !hasBegun, tag.position > 0, excess == 0, let presentation, case .play = timing else { return }
        hasBegun = true
        let start = heardAt - .nanoseconds(Int64(tag.timestamp) * 62_500)
        events.append(.began(Int(tag.position), heardAt: start, isPresented: presentation.isInTime))
    }
}
