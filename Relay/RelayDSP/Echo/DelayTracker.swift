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
        /// A new delay: the first, or one that two measurements in a row agree on.
        case moved
    }

    /// Measurements that differ by less are taken for the same path, samples.
    private static let pathReach = 8.0
    /// Measurements that differ by more than this from what was foretold do not teach the drift, samples: somebody
    /// moved the loudspeaker or a hand came near.
    private static let stepReach = 0.35
    /// Error of one measurement, samples.
    private static let measurementDeviation = 0.08
    /// What clocks of crystal differ by, as a fraction.
    private static let driftDeviation = 4e-5
    /// How far the drift may walk in one second, as a fraction.
    private static let driftWalk = 5e-7

    /// Samples at ``time``; nil before two measurements agreed.
    private(set) var delay: Double?
    /// Parts by which the loudspeaker's clock is faster.
    var drift: Double { -slope }
    private var time = 0
    private var slope = 0.0
    private var covariance = (delay: 0.0, both: 0.0, slope: driftDeviation * driftDeviation)
    private var doubted: Double?
    private var stepCount = 0

    /// The delay at a time that is not before the last measurement.
    func delay(at now: Int) -> Double? { delay.map { $0 + slope * Double(now - time) } }

    /// Takes a measurement.
    ///
    /// - Parameters:
    ///   - measured: samples.
    ///   - now: samples since start, growing.
    mutating func take(_ measured: Double, at now: Int) -> Verdict {
        guard let foretold = delay(at: now), (measured - foretold).magnitude < Self.pathReach else {
            return takeFromElsewhere(measured, at: now)
        }
        doubted = nil
        predict(to: now, foretold)
        update(measured - foretold)
        return .followed
    }

    private mutating func takeFromElsewhere(_ measured: Double, at now: Int) -> Verdict {
        guard let before = doubted, (before - measured).magnitude < Self.pathReach else {
            doubted = measured
            return .doubted
        }
        doubted = nil
        (delay, time) = (measured, now)
        covariance.delay = 1
        covariance.both = 0
        return .moved
    }

    private mutating func predict(to now: Int, _ foretold: Double) {
        let passed = Double(now - time)
        let walk = Self.driftWalk * (passed / 16_000).squareRoot()
        covariance.delay += passed * (2 * covariance.both + passed * covariance.slope)
        covariance.both += passed * covariance.slope
        covariance.slope += walk * walk
        (delay, time) = (foretold, now)
    }

    private mutating func update(_ surprise: Double) {
        var noise = Self.measurementDeviation * Self.measurementDeviation
        let expected = (covariance.delay + noise).squareRoot()
        if surprise.magnitude > max(Self.stepReach, 3 * expected) {
            // One is an outlier and counts little. More are a step: the delay is learned anew, the drift kept.
            stepCount += 1
            if stepCount < 2 {
                noise *= 400
            } else {
                covariance.delay += surprise * surprise
                covariance.both = 0
                stepCount = 0
            }
        } else {
            stepCount = 0
        }
        let gain = 1 / (covariance.delay + noise)
        let (byDelay, bySlope) = (covariance.delay * gain, covariance.both * gain)
        delay = (delay ?? 0) + byDelay * surprise
        slope += bySlope * surprise
        covariance.slope -= bySlope * covariance.both
        covariance.both -= byDelay * covariance.both
        covariance.delay -= byDelay * covariance.delay
    }
}
