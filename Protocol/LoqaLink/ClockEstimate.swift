package import LoqaBase

/// What a relay knows about the hub's clock: offset and drift against its own, with a bound that holds.
///
/// Fed with four-timestamp exchanges (RFC 5905, section 8), about one a second; asked at any time. A pure value,
/// for one thread at a time; memory and work are bounded by ``Tuning/sampleCountMax``.
///
/// - The **bound** is hard. Each exchange confines the offset to an interval, because no packet arrives before it was
///   sent; the straight lines that pass through all intervals of the last minute confine it further (Moon, Skelly and
///   Towsley 1999; Marzullo 1984). It needs no assumption about the network, only that the drift changes slowly.
///   A constant difference between the two directions cannot be seen by anybody who has only these timestamps, so the
///   bound is never less than half the shortest round trip.
/// - The **estimate** is a weighted straight line through the middles of the intervals, kept within the bound.
///   How much a long round trip says about an exchange's error is learnt from the exchanges themselves: under
///   queueing the shortest round trips decide (RFC 5905's clock filter), under symmetric noise all count alike.
/// - A **step** (a restarted hub, a relay's clock that stood still or jumped) shows as exchanges that contradict the
///   past. The third in a row ends it: the estimate starts again from these, with the drift learnt so far.
package struct ClockEstimate: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Exchanges remembered. Under symmetric noise of 5 ms about two hundred are needed for an error below 1 ms.
        package static let sampleCountMax = 256
        /// The newest of them, which make the bound: older ones say little, as the drift may have changed.
        static let bandSampleCountMax = 64
        /// Exchanges before the estimate is worth using.
        package static let settledSampleCountMin = 8
        /// Standard deviation of the estimate, in seconds, before it is worth using.
        static let settledDeviationMax = 0.001
        /// Exchanges before it is known which round trips are short.
        static let experiencedSampleCountMin = 32
        /// Once this many are remembered, of two within ``spacing`` the one with the shorter round trip is kept.
        static let burstSampleCountMax = 16
        /// Three quarters of the time between two idle probes, so that those are all kept.
        static let spacing = 0.75
        /// The longest round trip that still says something.
        package static let roundTripMax = Duration.seconds(5)
        /// Two quartz clocks differ by 100 ppm, one that NTP slews by up to 500 ppm more.
        package static let driftMax = 600e-6
        /// How far drift is expected from what is known of it when an estimate starts.
        static let driftSpread = 60e-6
        /// How fast drift may change, per second: a board that warms up by 30 degrees in ten minutes.
        static let wanderMax = 0.05e-6
        /// Timestamps are whole microseconds, rounded down at both ends.
        static let resolution = 2e-6
        /// Exchanges in a row which contradict the past before it is forgotten.
        package static let suspectCountMax = 3
        /// How far from the last exchange an instant may lie to be converted.
        package static let horizon = Duration.seconds(86_400)
        /// A clock beyond this is not a clock: a hundred years.
        package static let instantMax = Duration.seconds(100 * 366 * 86_400)
    }

    /// The timestamps of one probe and its reply, matched by the caller.
    package struct Exchange: Sendable, Equatable {
        /// The relay sent the probe.
        package var sentAt: RelayInstant
        /// The hub received it, as the hub says.
        package var receivedAt: HubInstant
        /// The hub sent the reply, as the hub says.
        package var repliedAt: HubInstant
        /// The relay received the reply.
        package var arrivedAt: RelayInstant

        package init(
            sentAt: RelayInstant, receivedAt: HubInstant, repliedAt: HubInstant, arrivedAt: RelayInstant
        ) {
            (self.sentAt, self.receivedAt) = (sentAt, receivedAt)
            (self.repliedAt, self.arrivedAt) = (repliedAt, arrivedAt)
        }
    }

    /// Why an exchange says nothing.
    package enum Refusal: Error, Equatable {
        /// A timestamp before the clock's origin or more than a hundred years after it.
        case absurd
        /// The reply left before the probe arrived, or arrived before the probe left.
        case backwards
        /// The hub claims to have held the probe for longer than it was away.
        case impossible
        /// The round trip took more than ``Tuning/roundTripMax``.
        case tooSlow
        /// This exchange was counted before.
        case duplicate
    }

    /// What became of an exchange.
    package enum Verdict: Sendable, Equatable {
        /// It agrees with the past and refines the estimate.
        case used
        /// It contradicts the past. Two more and the past is forgotten.
        case suspect
        /// The past is forgotten; the estimate starts again.
        case restarted
        case refused(Refusal)
    }

    private var samples: [Sample] = []
    private var suspects: [Sample] = []
    private var solution: Solution?
    /// What was known of the drift when the samples in hand began.
    private var driftPrior = 0.0
    private var lastArrival = RelayInstant.origin
    /// Times that the past was forgotten. Wraps.
    package private(set) var restartCount: UInt32 = 0

    package init() {}

    /// The estimate is worth using: enough exchanges, the last one agrees with those before, and together they
    /// fix the offset to ``Tuning/settledDeviationMax``.
    package var isSettled: Bool {
        guard suspects.isEmpty, samples.count >= Tuning.settledSampleCountMin, let solution else {
            return false
        }
        return solution.deviation <= Tuning.settledDeviationMax
    }

    /// How much faster the hub's clock runs than the relay's, in parts per million; nil before the first exchange.
    package var driftPartsPerMillion: Double? { solution.map { $0.drift * 1e6 } }

    /// The shortest round trip among the exchanges in use, without the hub's own time.
    package var roundTripMin: Duration? { samples.map(\.roundTrip).min().map { .nanoseconds($0) } }

    /// The connection goes to another hub: everything is forgotten, the drift too.
    package mutating func reset() { self = ClockEstimate() }
}

// MARK: - Converting

extension ClockEstimate {
    /// What the hub's clock shows when the relay's shows `instant`, and how far off that can be.
    ///
    /// - Returns: nil before the first exchange, and for an instant beyond ``Tuning/horizon``.
    package func hubInstant(for instant: RelayInstant) -> (instant: HubInstant, bound: Duration)? {
        guard let solution else { return nil }
        let distance = instant.sinceOrigin - .nanoseconds(solution.reference)
        guard abs(distance) <= Tuning.horizon else { return nil }
        let offset = solution.offset + solution.drift * distance.seconds
        let base = instant.sinceOrigin + .nanoseconds(solution.base)
        return (HubInstant(sinceOrigin: base + .seconds(offset)), solution.bound(after: distance.seconds))
    }

    /// What the relay's clock shows when the hub's shows `instant`, and how far off that can be. Any instant that a hub
    /// can send may be asked for.
    ///
    /// - Returns: nil before the first exchange, and for an instant beyond ``Tuning/horizon``.
    package func relayInstant(for instant: HubInstant) -> (instant: RelayInstant, bound: Duration)? {
        guard let solution else { return nil }
        // hub = relay + base + offset + drift * (relay - reference), solved for relay - reference.
        let distance =
            instant.sinceOrigin - .nanoseconds(solution.base) - .seconds(solution.offset)
            - .nanoseconds(solution.reference)
        guard abs(distance) <= Tuning.horizon else { return nil }
        let relayDistance = distance - .seconds(distance.seconds * solution.drift / (1 + solution.drift))
        let relay = Duration.nanoseconds(solution.reference) + relayDistance
        return (RelayInstant(sinceOrigin: relay), solution.bound(after: relayDistance.seconds))
    }

    private func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
}

// MARK: - Learning

extension ClockEstimate {
    /// Takes one exchange, in the order of arrival. Whatever the timestamps say, this is safe.
    package mutating func receive(_ exchange: Exchange) -> Verdict {
        let sample: Sample
        do throws(Refusal) { sample = try Sample(exchange) } catch { return .refused(error) }
        if samples.contains(where: { $0.sent == sample.sent }) { return .refused(.duplicate) }
        if suspects.contains(where: { $0.sent == sample.sent }) { return .refused(.duplicate) }
        defer { lastArrival = exchange.arrivedAt }
        // The relay's own clock went back: nothing that was learnt holds for it.
        if exchange.arrivedAt < lastArrival, !samples.isEmpty {
            restart(with: [sample])
            return .restarted
        }
        if let solution, solution.contradicts(sample) { return suspect(sample) }
        suspects = []
        keep(sample)
        return refit(at: sample.arrived) ? .used : suspect(sample)
    }

    private mutating func suspect(_ sample: Sample) -> Verdict {
        suspects.append(sample)
        guard suspects.count >= Tuning.suspectCountMax else { return .suspect }
        restart(with: suspects)
        return .restarted
    }

    private mutating func restart(with fresh: [Sample]) {
        driftPrior = solution?.drift ?? driftPrior
        (samples, suspects, solution) = (fresh, [], nil)
        restartCount &+= 1
        if !refit(at: fresh[fresh.count - 1].arrived) {
            samples = [fresh[fresh.count - 1]]
            _ = refit(at: samples[0].arrived)
        }
    }

    private mutating func keep(_ sample: Sample) {
        if samples.count >= Tuning.burstSampleCountMax, let last = samples.last,
            Swift.abs(Double(sample.middle - last.middle)) < Tuning.spacing * 1e9
        {
            if sample.roundTrip < last.roundTrip { samples[samples.count - 1] = sample }
            return
        }
        if samples.count == Tuning.sampleCountMax { samples.removeFirst() }
        samples.append(sample)
    }

    /// Solves for the samples in hand. If the drift changed faster than expected they fit no line: then the older half is
    /// forgotten, and so on. False if not even the last few agree; the last sample is then left out.
    private mutating func refit(at now: Int64) -> Bool {
        var kept = samples
        while true {
            if let solved = Solution(kept, at: now, driftPrior: driftPrior) {
                (samples, solution) = (kept, solved)
                return true
            }
            guard kept.count > Tuning.settledSampleCountMin else { break }
            kept.removeFirst(kept.count / 2)
        }
        if samples.count > 1 { samples.removeLast() }
        return false
    }
}
