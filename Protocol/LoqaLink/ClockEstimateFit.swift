/// A weighted straight line through the middles of the intervals.
///
/// Two pictures of the network are tried, and the one under which the exchanges are more likely is believed:
/// - *queueing*: an exchange is off by anything up to half its excess, the part of its round trip beyond the shortest
///   one, so its variance is 1/12 of the squared excess and the quickest exchanges decide;
/// - *symmetric noise*: what a round trip takes says nothing, and all exchanges count alike.
struct ClockFit: Sendable {
    /// The offset at time zero, in seconds.
    let offset: Double
    /// Change of the offset per second.
    let drift: Double
    /// Standard deviation of ``offset``.
    let deviation: Double
    /// Standard deviation of an exchange with the shortest round trip.
    let noise: Double
    /// Half the shortest round trip.
    let halfTripMin: Double

    /// The least standard deviation: reading two clocks takes this long.
    private static let deviationMin = 20e-6

    /// - Precondition: there is a point.
    init(_ points: [ClockPoint], driftPrior: Double) {
        let trips = points.map { $0.high - $0.low }
        let shortest = trips.reduce(.infinity, min)
        let excesses = trips.map { $0 - shortest }
        // The shortest trip has an excess too, about as large as the steps between the next ones.
        let unseen = excesses.sorted()[points.count / 16] + Self.deviationMin
        let queueing = WeightedLine(
            points, variances: excesses.map { ($0 + unseen) * ($0 + unseen) / 12 }, driftPrior: driftPrior)
        let alike = WeightedLine(
            points, variances: excesses.map { _ in unseen * unseen / 12 }, driftPrior: driftPrior)
        let likelier = queueing.surprise <= alike.surprise ? queueing : alike
        (offset, drift, deviation) = (likelier.offset, likelier.drift, likelier.deviation)
        noise = (unseen * unseen / 12 * likelier.scale).squareRoot()
        halfTripMin = shortest / 2
    }
}

/// The straight line of least weighted squares, and how well it explains the points.
private struct WeightedLine {
    private(set) var offset = 0.0
    private(set) var drift = 0.0
    /// Standard deviation of ``offset``.
    private(set) var deviation = 0.0
    /// By how much the variances were too small: they are known only relative to each other.
    private(set) var scale = 1.0
    /// How unlikely the points are under this line: less is better. Compares with another line through them.
    private(set) var surprise = 0.0

    init(_ points: [ClockPoint], variances: [Double], driftPrior: Double) {
        // The first round finds the scale, the second weighs the drift known beforehand rightly against the points.
        for _ in 0..<2 {
            solve(points, variances, driftPrior)
            measure(points, variances)
        }
    }

    private mutating func solve(_ points: [ClockPoint], _ variances: [Double], _ driftPrior: Double) {
        // The drift known beforehand counts as one more observation.
        let prior = 1 / (ClockEstimate.Tuning.driftSpread * ClockEstimate.Tuning.driftSpread)
        var (sum, sumT, sumTT, sumY, sumTY) = (0.0, 0.0, prior, 0.0, prior * driftPrior)
        for (point, variance) in zip(points, variances) {
            let weight = 1 / (variance * scale)
            sum += weight
            sumT += weight * point.time
            sumTT += weight * point.time * point.time
            sumY += weight * point.offset
            sumTY += weight * point.time * point.offset
        }
        // Positive: the prior sees to it.
        let determinant = sum * sumTT - sumT * sumT
        offset = (sumTT * sumY - sumT * sumTY) / determinant
        drift = (sum * sumTY - sumT * sumY) / determinant
        deviation = (sumTT / determinant).squareRoot()
    }

    private mutating func measure(_ points: [ClockPoint], _ variances: [Double]) {
        var errors = 0.0
        for (point, variance) in zip(points, variances) {
            let residual = point.offset - offset - drift * point.time
            errors += residual * residual / variance
        }
        // Two unknowns take two of the points; one error of the expected size keeps a few points from looking perfect.
        scale = (errors + 1) / (Double(max(points.count - 2, 0)) + 1)
        surprise = errors / scale
        for variance in variances { surprise += naturalLogarithm(variance * scale) }
    }
}

/// The natural logarithm of a positive number, to 1e-4: exponent and the first terms of a series.
private func naturalLogarithm(_ value: Double) -> Double {
    // The significand lies in 1..<2, so the ratio lies in 0..<1/3 and the series ends quickly.
    let ratio = (value.significand - 1) / (value.significand + 1)
    let square = ratio * ratio
    let series = 2 * ratio * (1 + square * (1 / 3 + square * (1 / 5 + square / 7)))
    return Double(value.exponent) * 0.693_147_180_559_945_3 + series
}
