import LoqaBase

extension ClockEstimate {
    /// Offset and drift at one instant of the relay's clock, as all samples together give them.
    ///
    /// Times are in seconds relative to `reference` and offsets relative to `base`, so that a `Double` is exact to far
    /// below a microsecond whatever the clocks show.
    struct Solution: Sendable {
        /// The relay's clock at the last arrival, in nanoseconds.
        let reference: Int64
        /// A whole number of nanoseconds near the offset.
        let base: Int64
        /// The estimated offset at `reference`.
        let offset: Double
        /// Change of the offset per second.
        let drift: Double
        /// Where the offset at `reference` and the drift must lie.
        let band: ClockBand
        /// Half the shortest round trip among the samples.
        let halfTripMin: Double
        /// What an exchange with the shortest round trip may be off by: four standard deviations. Infinite while too few
        /// were seen to know which round trip is short.
        let noise: Double
        /// Standard deviation of `offset` at `reference`, if the two directions are alike on average.
        let deviation: Double

        /// - Returns: nil if no straight line passes through the intervals of all samples.
        init?(_ samples: [Sample], at now: Int64, driftPrior: Double) {
            guard let last = samples.last else { return nil }
            let (reference, base) = (now, last.offset)
            let points = samples.map { ClockPoint($0, reference: reference, base: base) }
            guard let band = ClockBand(points.suffix(Tuning.bandSampleCountMax)) else { return nil }
            let fit = ClockFit(points, driftPrior: driftPrior)
            (self.reference, self.base, self.band) = (reference, base, band)
            drift = min(max(fit.drift, band.drift.lowerBound), band.drift.upperBound)
            offset = min(max(fit.offset, band.offset.lowerBound), band.offset.upperBound)
            halfTripMin = fit.halfTripMin
            noise = points.count < Tuning.experiencedSampleCountMin ? .infinity : 4 * fit.noise
            deviation = fit.deviation
        }

        /// How far off the estimate can be this many seconds after `reference`, or before it.
        func bound(after distance: Double) -> Duration {
            let here = max(band.offset.upperBound - offset, offset - band.offset.lowerBound)
            let turning = max(band.drift.upperBound - drift, drift - band.drift.lowerBound)
            let apart = abs(distance)
            return .seconds(here + turning * apart + Tuning.wanderMax * apart * apart / 2)
        }

        /// Whether the offset of this sample is outside the bound, or further from the estimate than its round trip can
        /// explain.
        func contradicts(_ sample: Sample) -> Bool {
            let point = ClockPoint(sample, reference: reference, base: base)
            let expected = offset + drift * point.time
            let bound = bound(after: point.time).seconds
            if point.high < expected - bound || point.low > expected + bound { return true }
            let excess = max(0, (point.high - point.low) / 2 - halfTripMin)
            let turning = max(band.drift.upperBound - drift, drift - band.drift.lowerBound)
            return abs(point.offset - expected) > excess + noise + turning * abs(point.time)
        }
    }
}

/// One sample in seconds, relative to a reference instant and a base offset.
struct ClockPoint: Sendable {
    /// When, on the relay's clock.
    let time: Double
    /// The offset then is at least this.
    let low: Double
    /// The offset then is at most this.
    let high: Double
    /// The offset if both directions took the same time.
    var offset: Double { (low + high) / 2 }

    init(_ sample: ClockEstimate.Sample, reference: Int64, base: Int64) {
        time = Double(sample.middle - reference) * 1e-9
        low = Double(sample.low - base) * 1e-9 - sample.slack
        high = Double(sample.high - base) * 1e-9 + sample.slack
    }
}
