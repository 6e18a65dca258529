/// All straight lines that pass through the intervals of every point: the offsets at time zero and the drifts they have.
///
/// Exact for two unknowns (Fourier-Motzkin elimination): each pair of points confines the drift, and at the ends of
/// that range lie the extreme offsets, as no point is later than time zero.
struct ClockBand: Sendable {
    let offset: ClosedRange<Double>
    let drift: ClosedRange<Double>

    /// - Returns: nil if there is no such line.
    init?(_ points: ArraySlice<ClockPoint>) {
        var (slowest, fastest) = (-ClockEstimate.Tuning.driftMax, ClockEstimate.Tuning.driftMax)
        for (index, one) in zip(points.indices, points) {
            let oneWander = Self.wander(one)
            for other in points[(index + 1)...] {
                let wander = oneWander + Self.wander(other)
                let apart = other.time - one.time
                // Points at one time confine no drift; if they contradict each other the offsets below will show it.
                guard abs(apart) > 1e-6 else { continue }
                let (up, down) = (other.high - one.low + wander, other.low - one.high - wander)
                slowest = max(slowest, apart > 0 ? down / apart : up / apart)
                fastest = min(fastest, apart > 0 ? up / apart : down / apart)
            }
        }
        guard slowest <= fastest else { return nil }
        var (low, high) = (-Double.infinity, Double.infinity)
        for point in points {
            low = max(low, point.low - Self.wander(point) - slowest * point.time)
            high = min(high, point.high + Self.wander(point) - fastest * point.time)
        }
        guard low <= high else { return nil }
        (offset, drift) = (low...high, slowest...fastest)
    }

    /// How far the offset may have left a straight line since then, as the drift changes.
    private static func wander(_ point: ClockPoint) -> Double {
        ClockEstimate.Tuning.wanderMax * point.time * point.time / 2
    }
}
