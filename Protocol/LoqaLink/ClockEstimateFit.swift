/// A weighted straight line through the middles of the intervals (feasible generalized least squares).
///
/// An exchange is off by at most half of its excess, the part of its round trip beyond the shortest one. Its variance is
/// taken as `floor + slope * excess²`: 1/12 of the squared excess under queueing, constant under symmetric noise. Both
/// numbers are learnt by comparing the quarter with the shortest round trips with all.
struct ClockFit: Sendable {
    /// The offset at time zero, in seconds.
    private(set) var offset = 0.0
    /// Change of the offset per second.
    private(set) var drift = 0.0
    /// Half the shortest round trip.
    let halfTripMin: Double
    /// Standard deviation of an exchange with the shortest round trip.
    var noise: Double { floor.squareRoot() }

    /// Points from which the variance can be learnt; with fewer it is what queueing gives.
    private static let learningCountMin = 16
    /// The least standard deviation: reading two clocks takes this long.
    private static let deviationMin = 20e-6

    private let points: [ClockPoint]
    private let driftPrior: Double
    private let excesses: [Double]
    private var floor = deviationMin * deviationMin
    private var slope = 1.0 / 12

    /// - Precondition: there is a point.
    init(_ points: [ClockPoint], driftPrior: Double) {
        let trips = points.map { $0.high - $0.low }
        let shortest = trips.reduce(.infinity, min)
        (self.points, self.driftPrior, halfTripMin) = (points, driftPrior, shortest / 2)
        excesses = trips.map { $0 - shortest }
        let sorted = excesses.sorted()
        // The shortest trip has an excess too, about as large as the steps between the next ones.
        let unseen = sorted[points.count / 16] + 1e-6
        floor += unseen * unseen * slope
        solve()
        guard points.count >= Self.learningCountMin else { return }
        for _ in 0..<2 {
            learn(quarter: sorted[points.count / 4], unseen: unseen)
            solve()
        }
    }

    private mutating func solve() {
        // The drift known beforehand counts as one more observation.
        let spread = ClockEstimate.Tuning.driftSpread
        let (priorWeight, priorDrift) = (1 / (spread * spread), driftPrior)
        var (sum, sumT, sumTT, sumY, sumTY) = (0.0, 0.0, priorWeight, 0.0, priorWeight * priorDrift)
        for (point, excess) in zip(points, excesses) {
            let weight = 1 / (floor + slope * excess * excess)
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
    }

    private mutating func learn(quarter: Double, unseen: Double) {
        var (nearCount, nearError, nearExcess) = (0.0, 0.0, 0.0)
        var (error, excess) = (0.0, 0.0)
        for (point, trip) in zip(points, excesses) {
            let residual = point.offset - offset - drift * point.time
            error += residual * residual
            excess += trip * trip
            guard trip <= quarter else { continue }
            nearCount += 1
            nearError += residual * residual
            nearExcess += trip * trip
        }
        let count = Double(points.count)
        let spread = excess / count - nearExcess / nearCount
        let minimum = Self.deviationMin * Self.deviationMin
        slope = spread > 1e-12 ? min(max(0, (error / count - nearError / nearCount) / spread), 0.25) : 0
        floor = max(minimum + unseen * unseen * slope, nearError / nearCount - slope * nearExcess / nearCount)
    }
}
