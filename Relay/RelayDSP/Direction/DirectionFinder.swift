/// Finds the azimuth that a relative transfer function points to: steered response power with phase transform.
///
/// Pairs of microphones vote on a delay by the phase of the transfer function between them, every frequency with a
/// weight of its own; the azimuth whose delays collect most votes wins (J. H. DiBiase, "A high-accuracy, low-latency
/// technique for talker localization in reverberant environments", Brown University 2000). Using the whitened transfer
/// function in place of the cross spectrum removes what the noise votes for. A plane wave in the plane of the board and
/// 343 m/s are assumed. Takes its memory when made.
final class DirectionFinder {
    /// Frequencies that vote, Hz.
    static let range: ClosedRange<Float> = 300...7500
    /// Degrees between two azimuths that are tried.
    static let step: Float = 2
    /// Votes are collected in bands of this width, Hz: wide for speed, narrow against the array's longest delay.
    private static let bandwidth: Float = 62.5
    private static let bandCount = 120
    /// Delays of the table, in samples apart.
    private static let lagStep: Float = 0.1
    private static let metresPerSample: Float = 343.0 / 16_000

    /// Azimuths tried: all around, or half around for a line.
    let azimuthCount: Int
    private let firstAzimuth: Float
    private let isLine: Bool
    private let pairCount: Int
    private let pairs: [(first: Int, second: Int)]
    private let lagCount: Int
    private let cosines: Lanes
    private let sines: Lanes
    private let bands: Lanes
    private let votes: Lanes
    private let scores: Lanes
    /// For each azimuth and pair: the delay in steps of the table.
    private let delays: Lanes
    private var weightSum: Float = 0

    /// - Parameter positions: of the microphones that take part, 2...8.
    init(positions: [Position]) {
        let geometry = positions
        isLine = DirectionFinder.isLine(positions)
        var made: [(first: Int, second: Int)] = []
        for first in geometry.indices { for second in 0..<first { made.append((first, second)) } }
        pairs = made
        pairCount = made.count
        var longest: Float = 0
        for pair in made { longest = max(longest, geometry[pair.first].distance(to: geometry[pair.second])) }
        lagCount = Int((longest / Self.metresPerSample / Self.lagStep).rounded(.up)) + 2
        azimuthCount = isLine ? Int(180 / Self.step) + 1 : Int(360 / Self.step)
        let last = positions[positions.count - 1]
        firstAzimuth =
            isLine ? Self.azimuth(x: last.x - positions[0].x, y: last.y - positions[0].y) : 0
        let laneCount = Self.bandCount / 8
        cosines = Lanes(count: lagCount * laneCount)
        sines = Lanes(count: lagCount * laneCount)
        bands = Lanes(count: pairCount * 2 * laneCount)
        votes = Lanes(count: (pairCount * 2 * lagCount + 7) / 8)
        scores = Lanes(count: (azimuthCount + 7) / 8)
        delays = Lanes(count: (azimuthCount * pairCount + 7) / 8)
        fillTables(positions)
    }

    private func fillTables(_ positions: [Position]) {
        for lag in 0..<lagCount {
            for band in 0..<Self.bandCount {
                let hertz = (Float(band) + 0.5) * Self.bandwidth
                let angle = 2 * Double.pi * Double(hertz) * Double(Float(lag) * Self.lagStep) / 16_000
                let turn = Elementary.sineAndCosine(angle)
                cosines.floats[lag * Self.bandCount + band] = Float(turn.cosine)
                sines.floats[lag * Self.bandCount + band] = Float(turn.sine)
            }
        }
        for index in 0..<azimuthCount {
            let angle = Double(firstAzimuth + Float(index) * Self.step) * Double.pi / 180
            let turn = Elementary.sineAndCosine(angle)
            for (pair, each) in pairs.enumerated() {
                let (a, b) = (positions[each.first], positions[each.second])
                let path = (a.x - b.x) * Float(turn.cosine) + (a.y - b.y) * Float(turn.sine)
                // The nearer microphone hears first.
                delays.floats[index * pairCount + pair] = path / Self.metresPerSample / Self.lagStep
            }
        }
    }

    /// Forgets all votes.
    func clear() {
        bands.fill(.zero)
        weightSum = 0
    }

    /// Lets eight frequencies vote.
    ///
    /// - Parameters:
    ///   - transfer: relative transfer functions, 2 lanes for each microphone.
    ///   - weight: of each frequency, 0 or more.
    ///   - hertz: the lowest of the frequencies; the others follow at 8000 Hz / (8 * groups).
    func vote(_ transfer: UnsafePointer<Lane>, weight: Lane, hertz: Float, spacing: Float) {
        guard hertz + 7 * spacing >= Self.range.lowerBound, hertz <= Self.range.upperBound else { return }
        let (band, width) = (Int(hertz / Self.bandwidth), Int((Self.bandwidth / spacing).rounded()))
        weightSum += weight.sum()
        let bandFloats = bands.floats
        for (pair, each) in pairs.enumerated() {
            let (ar, ai) = (transfer[2 * each.first], transfer[2 * each.first + 1])
            let (br, bi) = (transfer[2 * each.second], transfer[2 * each.second + 1])
            let (re, im) = (ar * br + ai * bi, ai * br - ar * bi)
            let scale = weight / (re * re + im * im + 1e-30).squareRoot()
            let (votesRe, votesIm) = (re * scale, im * scale)
            let at = bandFloats + pair * 2 * Self.bandCount
            for lane in 0..<8 {
                let index = band + lane / width
                guard index < Self.bandCount else { break }
                at[index] += votesRe[lane]
                at[Self.bandCount + index] += votesIm[lane]
            }
        }
    }

    /// The azimuth with most votes and how far it stands out, 0...1; nil without votes.
    func find() -> (azimuth: Float, confidence: Float)? {
        guard weightSum > 0 else { return nil }
        collect()
        let score = scores.floats
        let (delay, vote) = (delays.floats, votes.floats)
        var (best, mean) = (0, Float(0))
        for index in 0..<azimuthCount {
            var sum: Float = 0
            for pair in 0..<pairCount {
                let lag = delay[index * pairCount + pair]
                let isNegative = lag < 0
                let whole = min(Int(lag.magnitude), lagCount - 2)
                let part = lag.magnitude - Float(whole)
                let table = vote + (pair * 2 + (isNegative ? 1 : 0)) * lagCount + whole
                sum += table[0] + part * (table[1] - table[0])
            }
            score[index] = sum
            mean += sum
            if sum > score[best] { best = index }
        }
        mean /= Float(azimuthCount)
        let most = weightSum * Float(pairCount)
        let confidence = min(max((score[best] - mean) / most, 0), 1)
        return (peak(best), confidence)
    }

    /// Sums the votes of all frequencies for each pair and delay, positive delays first.
    private func collect() {
        let laneCount = Self.bandCount / 8
        for pair in 0..<pairCount {
            let re = bands.base + pair * 2 * laneCount
            let im = re + laneCount
            for lag in 0..<lagCount {
                let (c, s) = (cosines.base + lag * laneCount, sines.base + lag * laneCount)
                var (even, odd) = (Lane.zero, Lane.zero)
                for lane in 0..<laneCount {
                    even += re[lane] * c[lane]
                    odd += im[lane] * s[lane]
                }
                let (evenSum, oddSum) = (even.sum(), odd.sum())
                votes.floats[pair * 2 * lagCount + lag] = evenSum + oddSum
                votes.floats[(pair * 2 + 1) * lagCount + lag] = evenSum - oddSum
            }
        }
    }

    /// The top of the parabola through the best azimuth and its neighbours, in degrees.
    private func peak(_ best: Int) -> Float {
        let score = scores.floats
        var offset: Float = 0
        if !isLine || (best > 0 && best < azimuthCount - 1) {
            let left = score[(best + azimuthCount - 1) % azimuthCount]
            let right = score[(best + 1) % azimuthCount]
            let bend = left - 2 * score[best] + right
            if bend < 0 { offset = min(max(0.5 * (left - right) / bend, -0.5), 0.5) }
        }
        var azimuth = firstAzimuth + (Float(best) + offset) * Self.step
        while azimuth >= 360 { azimuth -= 360 }
        while azimuth < 0 { azimuth += 360 }
        return azimuth
    }

    private static func isLine(_ positions: [Position]) -> Bool {
        let (first, last) = (positions[0], positions[positions.count - 1])
        let (dx, dy) = (last.x - first.x, last.y - first.y)
        let square = dx * dx + dy * dy
        return positions.allSatisfy { position in
            ((position.x - first.x) * dy - (position.y - first.y) * dx).magnitude <= 0.002
                * square.squareRoot()
        }
    }

    /// Degrees of a vector, 0..<360, found by halving: it is needed once.
    private static func azimuth(x: Float, y: Float) -> Float {
        var (low, high) = (0.0, 360.0)
        var best = (angle: 0.0, along: -Double.infinity)
        for _ in 0..<8 {
            let step = (high - low) / 36
            for index in 0...36 {
                let angle = low + Double(index) * step
                let turn = Elementary.sineAndCosine(angle * .pi / 180)
                let along = Double(x) * turn.cosine + Double(y) * turn.sine
                if along > best.along { best = (angle, along) }
            }
            (low, high) = (best.angle - step, best.angle + step)
        }
        let folded = best.angle < 0 ? best.angle + 360 : best.angle
        return Float(folded >= 359.9999 ? 0 : folded)
    }
}
