import RelayDSP

/// One second of every channel in numbers, for ``ChannelHealth``.
///
/// The correlation is taken between 80 and 400 Hz, where microphones of one board hear the same, on every eighth sample of
/// the band-passed channels.
struct ChannelStatistics {
    private static let stride = 8
    private static let keptCount = SpatialFilter.hop / stride

    private let count: Int
    private var sampleCount = 0
    private var sums: [Float]
    private var squares: [Float]
    private var clipped: [Int]
    /// Samples of each channel that were no numbers.
    private(set) var badCount: [Int]
    private var bands: [BandPass]
    /// Planar: what is kept of the band of each channel in this hop.
    private var kept: [Float]
    /// Of all pairs, row by row.
    private var products: [Float]

    init(channelCount: Int) {
        count = channelCount
        sums = Array(repeating: 0, count: channelCount)
        squares = sums
        clipped = Array(repeating: 0, count: channelCount)
        badCount = clipped
        bands = Array(repeating: BandPass(), count: channelCount)
        kept = Array(repeating: 0, count: channelCount * Self.keptCount)
        products = Array(repeating: 0, count: channelCount * channelCount)
    }

    /// Counts one hop of one channel in; `microphones` is planar.
    mutating func note(_ microphones: Span<Float>, channel: Int, badCount: Int) {
        var (sum, square): (Float, Float) = (0, 0)
        var atLimit = 0
        var band = bands[channel]
        let start = channel * SpatialFilter.hop
        for index in 0..<SpatialFilter.hop {
            let sample = microphones[start + index]
            sum += sample
            square += sample * sample
            if sample.magnitude >= ChannelHealth.Tuning.fullScale { atLimit += 1 }
            let low = band.next(sample)
            if index % Self.stride == 0 { kept[channel * Self.keptCount + index / Self.stride] = low }
        }
        bands[channel] = band
        sums[channel] += sum
        squares[channel] += square
        clipped[channel] += atLimit
        self.badCount[channel] += badCount
        if channel == 0 { sampleCount += SpatialFilter.hop }
    }

    /// Counts the products of the hop that was noted last in.
    mutating func correlate() {
        for first in 0..<count {
            for second in first..<count {
                products[first * count + second] += product(first, second)
            }
        }
    }

    private func product(_ first: Int, _ second: Int) -> Float {
        kept.withUnsafeBufferPointer { samples in
            guard let base = samples.baseAddress else { return 0 }
            var sum: Float = 0
            for index in 0..<Self.keptCount {
                sum += base[first * Self.keptCount + index] * base[second * Self.keptCount + index]
            }
            return sum
        }
    }

    mutating func clear() {
        sampleCount = 0
        for channel in 0..<count {
            (sums[channel], squares[channel], clipped[channel], badCount[channel]) = (0, 0, 0, 0)
        }
        for index in products.indices { products[index] = 0 }
    }

    /// Mean square of a channel without its direct current.
    func power(_ channel: Int) -> Float {
        guard sampleCount > 0 else { return 0 }
        let mean = sums[channel] / Float(sampleCount)
        return max(0, squares[channel] / Float(sampleCount) - mean * mean)
    }

    /// The power of the others, the lower middle of them.
    func middlePower(without channel: Int) -> Float {
        // A selection among seven: for each, how many of the others are smaller.
        let wanted = (count - 2) / 2
        for candidate in 0..<count where candidate != channel {
            let power = power(candidate)
            var (below, equal) = (0, 0)
            for other in 0..<count where other != channel && other != candidate {
                let value = self.power(other)
                if value < power { below += 1 }
                if value == power { equal += 1 }
            }
            if below <= wanted, wanted <= below + equal { return power }
        }
        return 0
    }

    /// Share of samples at full scale, 0...1.
    func clippedShare(_ channel: Int) -> Float {
        sampleCount > 0 ? Float(clipped[channel]) / Float(sampleCount) : 0
    }

    /// Whether a channel hears something else than the others, or the same upside down.
    ///
    /// The others must agree among themselves; with two channels only an inversion can be told, and the second is it.
    func correlationFault(of channel: Int) -> ChannelFault? {
        var best: Float = -1
        var worst: Float = 1
        for other in 0..<count where other != channel {
            let value = correlation(channel, other)
            best = max(best, value)
            worst = min(worst, value)
        }
        if count == 2 {
            return channel == 1 && best < -ChannelHealth.Tuning.neighbourCorrelation ? .inverted : nil
        }
        var agreement: Float = -1
        for first in 0..<count where first != channel {
            for second in first + 1..<max(count, first + 1) where second != channel {
                agreement = max(agreement, correlation(first, second))
            }
        }
        guard agreement > ChannelHealth.Tuning.neighbourCorrelation else { return nil }
        if worst < -ChannelHealth.Tuning.neighbourCorrelation, best < 0 { return .inverted }
        let isForeign = max(best, -worst) < ChannelHealth.Tuning.foreignCorrelation
        return isForeign && power(channel) > ChannelHealth.Tuning.audiblePower ? .foreign : nil
    }

    /// -1...1; 0 for silence.
    private func correlation(_ first: Int, _ second: Int) -> Float {
        let (low, high) = (min(first, second), max(first, second))
        let power = products[low * count + low] * products[high * count + high]
        return power > 1e-24 ? products[low * count + high] / power.squareRoot() : 0
    }
}

/// Passes 80 to 400 Hz with two poles on the high side: coarse, and cheap.
private struct BandPass {
    private var (high, first, second): (Float, Float, Float) = (0, 0, 0)

    mutating func next(_ sample: Float) -> Float {
        high += 0.031 * (sample - high)
        first += 0.145 * (sample - high - first)
        second += 0.145 * (first - second)
        return second
    }
}
