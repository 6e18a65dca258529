package import LoqaBase

/// Makes a stream's first sample leave the loudspeaker at a given instant, and keeps the rest in time.
///
/// For several relays that speak the same announcement together: each converts the hub's instant to its own clock
/// (``ClockEstimate/relayInstant(for:)``) and asks ``next(at:latency:)`` before each block it hands to its loudspeaker.
/// A pure value. The loudspeaker's own clock needs no estimate: what is measured is when each sample will be heard.
///
/// Silence goes first, so that the device runs and its latency is known when it counts; the last of it is as long as to
/// make the start exact to a sample. While playing, one sample is dropped or repeated in a block when the sound is more
/// than a millisecond off, far below what can be heard.
package struct PresentationStart: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// The earliest that a stream may be announced before it is due; more is a mistake, and it plays at once.
        package static let earlyMax = Duration.seconds(10)
        /// A stream that is later than this plays from its beginning, alone, instead of losing so much of it.
        package static let lateMax = Duration.milliseconds(500)
        /// How long before its time the loudspeaker is set going.
        package static let leadIn = Duration.milliseconds(300)
        /// Blocks of silence after which the device surely runs and tells its latency.
        package static let warmUpBlockCount = 4
        /// Off by more than this, sound is corrected until it is off by less than ``goodError``.
        package static let errorMax = Duration.milliseconds(1)
        package static let goodError = Duration.microseconds(200)
        /// Off by more than this, whole blocks are left out or awaited: the device ran dry or packets came late.
        package static let jumpError = Duration.milliseconds(30)
        /// The share of a new measurement of the latency: 1/8, so it follows within 200 ms.
        static let smoothing: Int64 = 8
    }

    /// What to hand to the loudspeaker next. Samples of the stream come in blocks of ``SampleCount/perPacket``.
    package enum Step: Sendable, Equatable {
        /// Nothing yet; ask again in 20 ms.
        case rest
        /// This many samples of silence, 1...320.
        case silence(SampleCount)
        /// Take the next block of the stream and throw it away.
        case skip
        /// Play the next block of the stream, with this many samples more or less: -1, 0 or 1.
        case play(adjustment: Int)
    }

    private static let block = SampleCount.perPacket

    private var due: Int64
    /// Nanoseconds of the relay's clock in which one sample of the stream is meant to pass.
    private var sampleTime: Double
    /// When the first sample handed over was or will be heard, if it is known: the smoothed measurement.
    private var origin: Int64?
    /// Samples handed over, silence included.
    private var handedOver = SampleCount(0)
    /// The same before the last step.
    private var lastHandedOver = SampleCount(0)
    /// Blocks handed over, up to ``Tuning/warmUpBlockCount``.
    private var warmUpBlocks = 0
    /// Samples of the stream taken.
    private var position = SampleCount(0)
    private var isPlaying = false
    private var isCorrecting = false
    /// False once the stream was too late to be played in time.
    package private(set) var isInTime = true
    /// Samples dropped or repeated to stay in time. Wraps.
    package private(set) var correctedCount: UInt32 = 0

    /// - Parameters:
    ///   - due: When the first sample shall be heard, on the relay's clock. Any instant is accepted.
    ///   - hubDriftPartsPerMillion: How much faster the hub's clock runs, as the stream's length is in hub time.
    /// - Returns: nil if the instant is more than ``Tuning/earlyMax`` away or ``Tuning/lateMax`` ago: play as usual.
    package init?(due: RelayInstant, hubDriftPartsPerMillion: Double = 0, at now: RelayInstant) {
        guard due - now <= Tuning.earlyMax, now - due <= Tuning.lateMax else { return nil }
        self.due = due.sinceOrigin.nanoseconds
        sampleTime = Self.sampleTime(hubDriftPartsPerMillion)
    }

    /// The clock estimate has improved: the same instant of the hub, converted anew. One that is absurdly far from the
    /// earlier is ignored.
    package mutating func retime(due: RelayInstant, hubDriftPartsPerMillion: Double) {
        let earlier = RelayInstant(sinceOrigin: .nanoseconds(self.due))
        guard due - earlier <= Tuning.earlyMax, earlier - due <= Tuning.earlyMax else { return }
        self.due = due.sinceOrigin.nanoseconds
        sampleTime = Self.sampleTime(hubDriftPartsPerMillion)
    }

    /// What to hand over now.
    ///
    /// - Parameter latency: Samples handed over and not yet heard: what is handed over now is heard after them.
    package mutating func next(at now: RelayInstant, latency: SampleCount) -> Step {
        let now = now.sinceOrigin.nanoseconds
        lastHandedOver = handedOver
        guard isInTime else { return play(0) }
        if warmUpBlocks < Tuning.warmUpBlockCount {
            guard due - now <= Tuning.leadIn.nanoseconds else { return .rest }
            warmUpBlocks += 1
            return silence(Self.block)
        }
        // The count is rounded down: half a sample is what that takes away on average.
        measure(heardAt: now + latency.duration.nanoseconds + SampleCount(1).duration.nanoseconds / 2)
        let late = lateness()
        return isPlaying ? keepTime(late) : begin(late)
    }

    /// The block that the last step asked for has not arrived.
    ///
    /// - Parameter silence: Samples of silence handed over in its place; may be none.
    package mutating func wasMissing(silence: SampleCount) {
        position = position - Self.block
        handedOver = lastHandedOver + silence
    }

    private static func sampleTime(_ drift: Double) -> Double {
        let drift = drift.isFinite ? min(max(drift, -1_000), 1_000) : 0
        return 1e9 / Double(SampleCount.perSecond) * (1 - drift * 1e-6)
    }
}

// MARK: - Deciding

extension PresentationStart {
    private mutating func measure(heardAt: Int64) {
        let measured = heardAt - handedOver.duration.nanoseconds
        guard let origin, abs(measured - origin) < Tuning.jumpError.nanoseconds / 2 else {
            origin = measured  // The first, or the device ran dry.
            return
        }
        self.origin = origin + (measured - origin) / Tuning.smoothing
    }

    /// How much too late the next sample of the stream would be heard, in nanoseconds; negative if early.
    private func lateness() -> Int64 {
        let heard = (origin ?? due) + handedOver.duration.nanoseconds
        return heard - due - Int64(Double(position.value) * sampleTime)
    }

    private mutating func begin(_ late: Int64) -> Step {
        if late > Tuning.lateMax.nanoseconds {
            isInTime = false
            return play(0)
        }
        // A measurement that is a little off must not cost a block.
        if late > Tuning.errorMax.nanoseconds { return skip() }
        let early = samples(-late)
        if early >= Self.block { return silence(Self.block) }
        isPlaying = true
        return early.value > 0 ? silence(early) : play(0)
    }

    private mutating func keepTime(_ late: Int64) -> Step {
        if abs(late) > Tuning.jumpError.nanoseconds {
            // Far off: start again from here, which is exact to a sample.
            (isPlaying, isCorrecting) = (false, false)
            return begin(late)
        }
        isCorrecting =
            abs(late) > (isCorrecting ? Tuning.goodError : Tuning.errorMax).nanoseconds
        guard isCorrecting else { return play(0) }
        correctedCount &+= 1
        return play(late > 0 ? -1 : 1)
    }

    private mutating func silence(_ count: SampleCount) -> Step {
        handedOver += count
        return .silence(count)
    }

    private mutating func skip() -> Step {
        position += Self.block
        return .skip
    }

    private mutating func play(_ adjustment: Int) -> Step {
        position += Self.block
        handedOver += SampleCount(Self.block.value + Int64(adjustment))
        return .play(adjustment: adjustment)
    }

    /// The whole samples nearest to this time.
    private func samples(_ nanoseconds: Int64) -> SampleCount {
        let half: Int64 = nanoseconds < 0 ? -31_250 : 31_250
        return SampleCount((nanoseconds + half) / 62_500)
    }
}
