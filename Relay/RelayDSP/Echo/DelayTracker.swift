/// Follows the delay and how it drifts, from measurements that may be wrong: a Kalman filter of two numbers.
///
/// Independent of any clock: time is counted in the microphones' samples.
struct DelayTracker {
    /// What a measurement did.
    enum Verdict: Equatable {
        /// It fits.
        case followed
        /// It does not fit what was known; ignored unless the next agrees with it.
        case doubted
        /// It is a little off: the path has changed, or the measurement is bad. The delay is learned anew, the drift
        /// is kept.
        case stepped
        /// A new delay: the first, or one that two measurements in a row agree on.
        case moved
    }

    /// Measurements that differ by less are taken for the same path, samples.
    private static let pathReach = 8.0
    /// What differs by less from what was foretold is no step, samples.
    private static let stepReach = 0.2
    /// Error of a measurement in a quiet room, samples.
    private static let leastDeviation = 0.02
    /// What a drift that is not made up for adds to the error: the time of a measurement is known within 0.1 s.
    private static let timeDeviation = 1_600.0
    /// What clocks of crystal differ by, as a fraction.
    private static let driftDeviation = 4e-5
    /// How far the drift may walk in one second, as a fraction.
    private static let driftWalk = 3e-7

    /// Samples at the time of the last measurement; nil before there is a delay.
    private(set) var delay: Double?
    /// Parts by which the loudspeaker's clock is faster.
    var drift: Double { -slope }
    private var time = 0
    private var slope = 0.0
    private var covariance = (delay: 0.0, both: 0.0, slope: driftDeviation * driftDeviation)
    private var spread = 0.05
    private var doubted: Double?

    /// The delay at a time that is not before the last measurement.
    func delay(at now: Int) -> Double? { delay.map { $0 + slope * Double(now - time) } }

    /// Takes a measurement.
    ///
    /// - Parameters:
    ///   - measured: samples.
    ///   - now: samples since start, growing.
    ///   - isClear: it needs no second that agrees.
    mutating func take(_ measured: Double, at now: Int, isClear: Bool = false) -> Verdict {
        guard let foretold = delay(at: now), (measured - foretold).magnitude < Self.pathReach else {
            return takeFromElsewhere(measured, at: now, isClear)
        }
        doubted = nil
        predict(to: now, foretold)
        return update(measured - foretold)
    }

    private mutating func takeFromElsewhere(_ measured: Double, at now: Int, _ isClear: Bool) -> Verdict {
        if !isClear,
            (doubted ?? .infinity) - measured > Self.pathReach
                || measured - (doubted ?? -.infinity) > Self.pathReach
        {
            doubted = measured
            return .doubted
        }
        doubted = nil
        (delay, time) = (measured, now)
        (covariance.delay, covariance.both) = (1, 0)
        return .moved
    }

    private mutating func predict(to now: Int, _ foretold: Double) {
        let passed = max(Double(now - time), 0)
        let walk = Self.driftWalk * (passed / 16_000).squareRoot()
        covariance.delay += passed * (2 * covariance.both + passed * covariance.slope)
        covariance.both += passed * covariance.slope
        covariance.slope += walk * walk
        (delay, time) = (foretold, now)
    }

    private mutating func update(_ surprise: Double) -> Verdict {
        let error = Self.leastDeviation + spread
        let noise = error * error + covariance.slope * Self.timeDeviation * Self.timeDeviation
        let expected = (covariance.delay + noise).squareRoot()
        guard surprise.magnitude < max(Self.stepReach, 4 * expected) else {
            (covariance.delay, covariance.both) = (1, 0)
            delay = (delay ?? 0) + surprise
            return .stepped
        }
        spread += 0.1 * (surprise.magnitude - spread)
        let gain = 1 / (covariance.delay + noise)
        let (byDelay, bySlope) = (covariance.delay * gain, covariance.both * gain)
        delay = (delay ?? 0) + byDelay * surprise
        slope += bySlope * surprise
        covariance.slope -= bySlope * covariance.both
        covariance.both -= byDelay * covariance.both
        covariance.delay -= byDelay * covariance.delay
        return .followed
    }
}
