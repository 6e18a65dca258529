package import LoqaAudio
package import LoqaBase
package import LoqaLink
package import LoqaWire
package import RelayAudio

/// Everything a relay says: an answer from the hub, a short signal of its own, or a timer's ring, in this order.
///
/// Call ``fill()`` every 20 ms while ``isActive``: it keeps the playback thread two periods ahead and no more, so that
/// a barge-in or a volume change is heard at once. For the main loop's thread.
package final class Loudspeaker {
    /// What the caller learns from ``fill()``.
    package enum Event: Sendable, Equatable {
        /// The first packet of a stream went towards the loudspeaker.
        case started(StreamID)
        /// The stream is complete and this long of it is still to be heard.
        case complete(StreamID, remaining: Duration)
        /// The last sound of the stream has left the loudspeaker.
        case drained(Drained)
    }

    struct Answer {
        var stream: StreamID
        var buffer: JitterBuffer
        /// When the stream shall be heard, if others play it too.
        var presentation: PresentationStart?
        var hasStarted = false
        var isComplete = false
    }

    /// Sound kept ready in front of the device. More would only be delay.
    private static let aheadSampleCount = 3 * Int(SampleCount.perPacket.value)

    let playback: PlaybackThread
    private let decoder: OpusPacketDecoder
    private var gain: GainLayers
    var answer: Answer?
    private var lastReception = Reception<RelayClock>()
    private var earcon: EarconPlayer?
    /// The relay's own words, and how much of them was played.
    private var words: (samples: [Int16], played: Int)?
    private var ring: EarconPlayer?
    var block = [Int16](repeating: 0, count: Int(SampleCount.perPacket.value))
    /// A ring sounds only while nobody is served.
    package var holdsRing = false

    package init(_ playback: PlaybackThread, volumePercent: Int) throws(OpusError) {
        self.playback = playback
        decoder = try OpusPacketDecoder()
        gain = GainLayers(volumePercent: volumePercent)
    }

    /// What this relay's answers have shown of its link: for the report to the hub.
    package var reception: Reception<RelayClock> { answer?.buffer.reception ?? lastReception }

    /// There is something to play or to wait for.
    package var isActive: Bool {
        answer != nil || earcon != nil || words != nil || (ring != nil && !holdsRing)
    }
}

extension Loudspeaker {
    /// Packets of an answer are expected.
    package var isReceiving: Bool { answer?.isComplete == false }
}

// MARK: - What to play

extension Loudspeaker {
    /// Opens a downlink stream. One that is open is forgotten.
    package func start(_ stream: StreamID) {
        decoder.reset()
        answer = Answer(stream: stream, buffer: JitterBuffer(reception: reception))
    }

    /// Forgets a stream and falls silent at once.
    package func stop(_ stream: StreamID) {
        guard let answer, answer.stream == stream else { return }
        lastReception = answer.buffer.reception
        self.answer = nil
        playback.cancel()
    }

    /// A packet arrived; one of another stream is ignored. Tells whether it belongs to the open one.
    package func receive(_ packet: MediaPacket, at now: RelayInstant) -> Bool {
        guard answer?.stream == packet.stream else { return false }
        answer?.buffer.receive(
            packet.payload, sequence: packet.sequence, timestamp: packet.timestamp, at: now)
        return true
    }

    /// The hub said how many packets the stream has.
    package func end(_ end: StreamEnd) {
        guard answer?.stream == end.stream else { return }
        answer?.buffer.end(packetCount: end.packetCount)
    }

    /// Plays a short signal after the answer in progress, if any, in the place of an earlier signal.
    package func play(_ signal: Earcon) { earcon = EarconPlayer(signal) }

    /// Says something of the relay's own, after an answer and a signal, in the place of earlier words.
    ///
    /// - Parameter samples: 16 kHz mono; a minute at most, the rest is left out.
    package func say(_ samples: [Int16]) { words = (Array(samples.prefix(60 * SampleCount.perSecond)), 0) }

    /// Ends the relay's own words.
    package func hush() { words = nil }

    /// Rings until ``stopRing()``, whenever nothing else is played and ``holdsRing`` allows it.
    package func startRing() { ring = EarconPlayer(.timerRing) }

    /// Ends the ring at once, within its note.
    package func stopRing() {
        ring = nil
        if answer == nil, earcon == nil, words == nil { playback.cancel() }
    }
}

// MARK: - Playing

extension Loudspeaker {
    /// Hands the playback thread what it needs for the next moments. Call every 20 ms while ``isActive``.
    package func fill() -> [Event] {
        var events: [Event] = []
        if holdsRing, ring != nil, answer == nil, earcon == nil, words == nil { return events }
        while playback.latencySampleCount() < Self.aheadSampleCount, nextBlock(&events) {
            var samples = block.mutableSpan
            gain.apply(to: &samples)
            if !playback.push(block.span) { break }
        }
        if let report = takeDrained() { events.append(.drained(report)) }
        return events
    }

    /// Writes the next 20 ms into `block`; false if there is nothing to play now.
    private func nextBlock(_ events: inout [Event]) -> Bool {
        if answer?.isComplete == false { return nextOfAnswer(&events) }
        // A block of a presented stream may have another length.
        if block.count != Int(SampleCount.perPacket.value) { clearBlock() }
        if var player = earcon {
            var samples = block.mutableSpan
            player.fill(&samples)
            earcon = player.isFinished ? nil : player
            return true
        }
        if let (samples, played) = words {
            for index in block.indices {
                block[index] = played + index < samples.count ? samples[played + index] : 0
            }
            words = played + block.count < samples.count ? (samples, played + block.count) : nil
            return true
        }
        guard var player = ring, !holdsRing, answer == nil else { return false }
        var samples = block.mutableSpan
        player.fill(&samples)
        ring = player
        return true
    }

    private func nextOfAnswer(_ events: inout [Event]) -> Bool {
        let timing = presentationStep()
        guard var answer else { return false }
        defer { self.answer = answer }
        switch timing {
        case .rest: return false
        case .silence(let count):
            block = Array(repeating: 0, count: Int(count.value))
            return true
        case .skip, .play, nil: break
        }
        let step = answer.buffer.pull()
        switch step {
        case .rest:
            // Before the first packet nothing plays; in the middle, silence keeps the device going.
            guard answer.hasStarted || timing != nil else { return false }
            clearBlock()
            answer.presentation?.wasMissing(silence: .perPacket)
        case .finished:
            answer.isComplete = true
            let remaining = SampleCount(Int64(playback.latencySampleCount())).duration
            events.append(.complete(answer.stream, remaining: remaining))
            return false
        case .play, .recover, .conceal, .silence:
            if !answer.hasStarted { events.append(.started(answer.stream)) }
            answer.hasStarted = true
            write(step)
            if case .play(let count) = timing { adjustBlock(by: count) }
            if timing == .skip { block = [] }
        }
        return true
    }

    /// A packet that cannot be decoded is concealed, like one that was lost.
    private func write(_ step: JitterBuffer.Step) {
        do {
            switch step {
            case .play(let payload):
                block = try decoder.decode(payload)
                return
            case .recover(let next):
                block = try decoder.recover(fromNext: next)
                return
            case .conceal, .silence, .rest, .finished: break
            }
        } catch {
            // The decoder's state is as it was.
        }
        do {
            block = try decoder.conceal()
        } catch {
            clearBlock()
        }
    }

    private func clearBlock() { block = Array(repeating: 0, count: Int(SampleCount.perPacket.value)) }

    private func takeDrained() -> Drained? {
        guard let answer, answer.isComplete, playback.isDrained() else { return nil }
        lastReception = answer.buffer.reception
        self.answer = nil
        let counters = answer.buffer.counters
        return Drained(
            stream: answer.stream, playedCount: counters.playedCount, concealedCount: counters.concealedCount)
    }
}
