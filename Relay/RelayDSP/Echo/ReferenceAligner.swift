/// Finds the delay and the drift between the reference and its echo while the loudspeaker plays, and says when the
/// reference is to be moved.
///
/// Until the delay is known it searches in the reference as it comes. Then it compares the microphone with the aligned
/// reference: what drift is left there is small, so the delay is read within hundredths of a sample.
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

    /// One hop of sound.
    struct Hop {
        /// Planar, the cancellers' input.
        var microphones: UnsafePointer<Float>
        var channelCount: Int
        /// 256 samples.
        var aligned: UnsafePointer<Float>
    }

    /// Samples between two frames while searching, while following, and once the drift is known.
    private static let searchStep = 2_048
    private static let followStep = 4_096
    private static let settledStep = 16_384
    /// Measurements in a row that fit until the drift is known: 6 s.
    private static let settledCount = 24
    /// Measurements that stand out less are not believed.
    private static let leastConfidence: Float = 0.2
    /// A first measurement that stands out so far needs no second.
    private static let clearConfidence: Float = 0.6
    /// Measurements in a row that are not believed before the search starts anew.
    private static let patience = 4

    private var finder = DelayFinder()
    private var tracker = DelayTracker()
    private var microphone = SlidingWindow(length: DelayFinder.frame)
    private var aligned = SlidingWindow(length: 2 * DelayFinder.frame)
    private var channel = 0
    private var now = 0
    private var sinceFrame = 0
    private var isSearching = true
    private var isFresh = true
    private var unbelieved = 0
    private var fitting = 0

    /// A hop without far end.
    mutating func rest() {
        now += EchoStage.hop
        guard !isFresh else { return }
        startFrames()
        isFresh = true
    }

    /// The reference was moved: what was aligned before says nothing any more.
    mutating func referenceMoved() {
        isSearching = false
        startFrames()
        aligned.clear()
    }

    private mutating func startFrames() {
        finder.clear()
        sinceFrame = 0
    }

    /// A hop with far end.
    ///
    /// - Parameter reference: with this hop pushed and aligned.
    /// - Returns: the alignment, if it was measured anew and is known.
    mutating func follow(_ hop: Hop, reference: borrowing AlignedReference) -> Alignment? {
        if isFresh {
            isFresh = false
            microphone.clear()
            channel = loudest(hop)
        }
        now += EchoStage.hop
        sinceFrame += EchoStage.hop
        microphone.push(hop.microphones + channel * EchoStage.hop, count: EchoStage.hop)
        aligned.push(hop.aligned, count: EchoStage.hop)
        guard sinceFrame >= step else { return nil }
        let length = 2 * DelayFinder.frame
        finder.add(
            microphone: microphone.samples(from: microphone.end - DelayFinder.frame),
            reference: isSearching
                ? reference.history.samples(from: reference.history.end - length)
                : aligned.samples(from: aligned.end - length),
            passed: sinceFrame, shift: isSearching ? 0 : reference.shift,
            drift: isSearching ? 0 : reference.drift)
        sinceFrame = 0
        return measure()
    }

    private var step: Int {
        isSearching ? Self.searchStep : fitting < Self.settledCount ? Self.followStep : Self.settledStep
    }

    private mutating func measure() -> Alignment? {
        guard let measured = finder.measure(), measured.confidence > Self.leastConfidence else {
            unbelieved += 1
            fitting = 0
            if unbelieved >= Self.patience, !isSearching {
                isSearching = true
                startFrames()
            }
            return nil
        }
        unbelieved = 0
        let isClear = measured.confidence > Self.clearConfidence && tracker.delay == nil
        switch tracker.take(measured.delay + finder.shift, at: now - Int(finder.age), isClear: isClear) {
        case .doubted:
            fitting = 0
            return nil
        case .stepped:
            finder.clear()
            finder.forgetPath()
            fitting = 0
        case .moved: (isSearching, fitting) = (false, 0)
        case .followed: (isSearching, fitting) = (false, fitting + 1)
        }
        guard let delay = tracker.delay(at: now) else { return nil }
        return Alignment(delay: delay, drift: tracker.drift, confidence: measured.confidence)
    }

    /// The channel with most power: one that is dead is not listened to.
    private func loudest(_ hop: Hop) -> Int {
        var (best, most) = (0, Float(-1))
        for channel in 0..<hop.channelCount {
            var power: Float = 0
            for index in 0..<EchoStage.hop {
                let sample = hop.microphones[channel * EchoStage.hop + index]
                power += sample * sample
            }
            if power > most { (best, most) = (channel, power) }
        }
        return best
    }
}
