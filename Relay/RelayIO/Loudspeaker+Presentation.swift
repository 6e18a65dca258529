package import LoqaBase
import LoqaLink
import LoqaSystem

/// Streams that shall be heard at a given instant, so that several relays speak together.
extension Loudspeaker {
    /// Opens a downlink stream whose first sample shall leave the loudspeaker at `presentAt`. One that is open is
    /// forgotten. Without an instant, or with one too far away to be meant, it plays as soon as it can.
    ///
    /// - Parameter hubDriftPartsPerMillion: From ``ClockEstimate/driftPartsPerMillion``: the stream runs in hub time.
    package func start(_ stream: StreamID, presentAt: RelayInstant?, hubDriftPartsPerMillion: Double = 0) {
        start(stream)
        guard let presentAt else { return }
        answer?.presentation = PresentationStart(
            due: presentAt, hubDriftPartsPerMillion: hubDriftPartsPerMillion, at: MonotonicClock.now())
    }

    /// The clock estimate has improved: the same instant of the hub, converted anew. One sample in a block is dropped or
    /// repeated until the sound is there.
    package func retime(_ stream: StreamID, presentAt: RelayInstant, hubDriftPartsPerMillion: Double) {
        guard answer?.stream == stream else { return }
        answer?.presentation?.retime(due: presentAt, hubDriftPartsPerMillion: hubDriftPartsPerMillion)
    }

    /// What the open stream's time asks for; nil if it has none.
    func presentationStep() -> PresentationStart.Step? {
        answer?.presentation?.next(
            at: MonotonicClock.now(), latency: SampleCount(Int64(playback.latencySampleCount())))
    }

    /// Makes the block in hand one sample longer or shorter, where it is heard least: between the two samples that
    /// differ least.
    func adjustBlock(by count: Int) {
        guard count != 0, block.count > 1 else { return }
        var (best, least) = (1, Int.max)
        for index in 1..<block.count {
            let step = abs(Int(block[index]) - Int(block[index - 1]))
            if step < least { (best, least) = (index, step) }
        }
        if count > 0 { block.insert(block[best], at: best) } else { block.remove(at: best) }
    }
}
