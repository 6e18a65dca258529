/// Finds the delay and the drift between the reference and its echo while the loudspeaker plays, and says when the
/// reference is to be moved.
struct ReferenceAligner: ~Copyable {
    /// Where the echo stands now.
    struct Alignment {
        /// Samples.
        var delay: Double
        /// Parts by which the loudspeaker's clock is faster.
        var drift: Double
        /// See ``DelayFinder/Measurement``.
        var confidence: Float
    }

    /// Samples between two frames until the delay is known, and after.
    private static let searchStep = 2_048
    private static let followStep = 4_096
    /// Measurements that stand out less are not believed.
    private static let leastConfidence: Float = 0.2

    private var finder = DelayFinder()
    private var tracker = DelayTracker()
    private var microphone = SlidingWindow(length: DelayFinder.frame)
    private var channel = 0
    private var now = 0
    private var sinceFrame = 0
    private var heard = 0
    private var confidence: Float = 0

    /// A hop without far end.
    mutating func rest() {
        now += EchoStage.hop
        if heard > 0 { finder.clear() }
        (heard, sinceFrame) = (0, 0)
    }

    /// A hop with far end.
    ///
    /// - Parameter reference: with this hop pushed.
    /// - Returns: the alignment, if it was measured anew and is known.
    mutating func follow(
        microphones: UnsafePointer<Float>, channelCount: Int, reference: borrowing AlignedReference
    ) -> Alignment? {
        if heard == 0 {
            microphone.clear()
            channel = loudest(microphones, channelCount)
        }
        now += EchoStage.hop
        heard += EchoStage.hop
        sinceFrame += EchoStage.hop
        microphone.push(microphones + channel * EchoStage.hop, count: EchoStage.hop)
        guard sinceFrame >= (tracker.delay == nil ? Self.searchStep : Self.followStep) else { return nil }
        finder.add(
            microphone: microphone.samples(from: microphone.end - DelayFinder.frame),
            reference: reference.history.samples(from: reference.history.end - 2 * DelayFinder.frame),
            passed: sinceFrame)
        sinceFrame = 0
        return measure()
    }

    private mutating func measure() -> Alignment? {
        guard let measured = finder.measure(), measured.confidence > Self.leastConfidence else { return nil }
        let verdict = tracker.take(measured.delay, at: now - Int(finder.age))
        guard verdict != .doubted, let delay = tracker.delay(at: now) else { return nil }
        confidence = measured.confidence
        return Alignment(delay: delay, drift: tracker.drift, confidence: confidence)
    }

    /// The channel with most power: one that is dead is not listened to.
    private func loudest(_ microphones: UnsafePointer<Float>, _ channelCount: Int) -> Int {
        var (best, most) = (0, Float(-1))
        for channel in 0..<channelCount {
            var power: Float = 0
            for index in 0..<EchoStage.hop {
                let sample = microphones[channel * EchoStage.hop + index]
                power += sample * sample
            }
            if power > most { (best, most) = (channel, power) }
        }
        return best
    }
}
