import RelayDSP

/// Tells from a talker's sound whether channels of an array are exchanged.
///
/// The delays between the channels of a plane wave are the positions' differences times one slowness. If they fit that
/// badly for the board's geometry, and well once two microphones change places, the order is wrong. Which two it were
/// stays open: on a circle several exchanges leave mirrored arrays, and one that mirrors the array as it is cannot be
/// told from none, nor can those of a line. Delays are peaks of the cross-correlation of the channels, slightly
/// emphasised, with a parabola through the peak.
struct ChannelOrder {
    /// One hop in so many is looked at.
    static let hopStride = 8
    /// Windows in a row with the same verdict.
    private static let votesNeeded = 4
    /// Residuals in samples: that of the geometry as it is, at least, and that of the exchange, at most.
    private static let badResidual: Float = 0.35
    private static let goodResidual: Float = 0.2
    /// The exchange must leave this share of what the geometry as it is leaves, at most.
    private static let betterShare: Float = 0.5
    /// A peak must reach this share of the channels' power.
    private static let peakShare: Float = 0.5

    private let count: Int
    private let lagMax: Int
    /// In samples at the speed of sound.
    private let x: [Float]
    private let y: [Float]
    private let pairs: [(first: Int, second: Int)]
    private var correlations: [Float]
    private var delays: [Float]
    private var weights: [Float]
    private var powers: [Float]
    private var edged: [Float]
    private var votes = 0

    /// Nil for arrays whose order cannot be told.
    init?(_ geometry: ArrayGeometry) {
        guard geometry.count >= 3, !geometry.isLine else { return nil }
        count = geometry.count
        let samplesPerMetre: Float = 16_000 / 343
        x = geometry.positions.map { $0.x * samplesPerMetre }
        y = geometry.positions.map { $0.y * samplesPerMetre }
        var furthest: Float = 0
        var pairs: [(Int, Int)] = []
        for first in 0..<count {
            for second in first + 1..<max(count, first + 1) {
                pairs.append((first, second))
                let distance = geometry.positions[first].distance(to: geometry.positions[second])
                furthest = max(furthest, distance)
            }
        }
        // Longer delays are not looked for.
        guard furthest * samplesPerMetre < 6 else { return nil }
        self.pairs = pairs.map { (first: $0.0, second: $0.1) }
        lagMax = Int(furthest * samplesPerMetre) + 2
        correlations = Array(repeating: 0, count: pairs.count * (2 * lagMax + 1))
        delays = Array(repeating: 0, count: pairs.count)
        weights = delays
        powers = Array(repeating: 0, count: count)
        edged = Array(repeating: 0, count: count * SpatialFilter.hop)
    }

    /// Counts one hop in; planar.
    mutating func note(_ microphones: Span<Float>) {
        for channel in 0..<count {
            let start = channel * SpatialFilter.hop
            edged[start] = 0
            var power: Float = 0
            for index in start + 1..<start + SpatialFilter.hop {
                let difference = microphones[index] - 0.6 * microphones[index - 1]
                edged[index] = difference
                power += difference * difference
            }
            powers[channel] += power
        }
        for index in pairs.indices {
            for lag in -lagMax...lagMax {
                let place = index * (2 * lagMax + 1) + lag + lagMax
                correlations[place] += product(pairs[index].first, pairs[index].second, lag: lag)
            }
        }
    }

    private func product(_ first: Int, _ second: Int, lag: Int) -> Float {
        edged.withUnsafeBufferPointer { samples in
            guard let base = samples.baseAddress else { return 0 }
            let (one, other) = (base + first * SpatialFilter.hop + lag, base + second * SpatialFilter.hop)
            var sum = SIMD8<Float>.zero
            var index = 8
            // Whole vectors that stay within the hop for every lag.
            while index + 16 <= SpatialFilter.hop {
                let left = UnsafeRawPointer(one + index).loadUnaligned(as: SIMD8<Float>.self)
                let right = UnsafeRawPointer(other + index).loadUnaligned(as: SIMD8<Float>.self)
                sum += left * right
                index += 8
            }
            return sum.sum()
        }
    }

    /// Judges what was noted since the last call and forgets it: whether the order is wrong, nil while that is open.
    mutating func judge() -> Bool? {
        defer { clear() }
        guard findDelays() else { return nil }
        let asItIs = residual(exchanging: -1, -1)
        var best = Float.infinity
        for pair in pairs { best = min(best, residual(exchanging: pair.first, pair.second)) }
        if asItIs > Self.badResidual, best < min(Self.goodResidual, Self.betterShare * asItIs) {
            votes += 1
            return votes >= Self.votesNeeded ? true : nil
        }
        votes = 0
        // Exchanges that mirror the array fit as well.
        return asItIs < Self.badResidual && asItIs > 0 && asItIs <= 1.05 * best ? false : nil
    }

    private mutating func clear() {
        for index in correlations.indices { correlations[index] = 0 }
        for index in powers.indices { powers[index] = 0 }
    }

    /// The delays of all pairs; false if most are not clear.
    private mutating func findDelays() -> Bool {
        var clear = 0
        for (index, pair) in pairs.enumerated() {
            let start = index * (2 * lagMax + 1)
            var peak = 1
            for place in 1..<2 * lagMax where correlations[start + place] > correlations[start + peak] {
                peak = place
            }
            let height = correlations[start + peak]
            let (before, after) = (correlations[start + peak - 1], correlations[start + peak + 1])
            let power = (powers[pair.first] * powers[pair.second]).squareRoot()
            let isClear =
                height > Self.peakShare * power && power > 1e-6 && height >= before && height >= after
            let curve = before - 2 * height + after
            delays[index] = Float(peak - lagMax) + (curve < 0 ? (before - after) / (2 * curve) : 0)
            weights[index] = isClear ? 1 : 0
            if isClear { clear += 1 }
        }
        return clear * 4 >= pairs.count * 3
    }

    /// Root mean square of what the best plane wave leaves, in samples; infinite for one that no talker makes.
    private func residual(exchanging first: Int, _ second: Int) -> Float {
        var (xx, xy, yy, xd, yd): (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
        for (index, pair) in pairs.enumerated() {
            let (dx, dy) = difference(pair, first, second)
            let weight = weights[index]
            xx += weight * dx * dx
            xy += weight * dx * dy
            yy += weight * dy * dy
            xd += weight * dx * delays[index]
            yd += weight * dy * delays[index]
        }
        let determinant = xx * yy - xy * xy
        guard determinant > 1e-6 else { return .infinity }
        let u = (yy * xd - xy * yd) / determinant
        let v = (xx * yd - xy * xd) / determinant
        // A diffuse field has no delays and fits everything; a wave is not slower than sound.
        let slowness = u * u + v * v
        guard slowness > 0.1, slowness < 1.6 else { return first < 0 && slowness <= 0.1 ? 0 : .infinity }
        var (sum, total): (Float, Float) = (0, 0)
        for (index, pair) in pairs.enumerated() {
            let (dx, dy) = difference(pair, first, second)
            let error = delays[index] - dx * u - dy * v
            sum += weights[index] * error * error
            total += weights[index]
        }
        return (sum / max(total, 1)).squareRoot()
    }

    private func difference(_ pair: (first: Int, second: Int), _ a: Int, _ b: Int) -> (Float, Float) {
        let first = pair.first == a ? b : pair.first == b ? a : pair.first
        let second = pair.second == a ? b : pair.second == b ? a : pair.second
        return (x[first] - x[second], y[first] - y[second])
    }
}
