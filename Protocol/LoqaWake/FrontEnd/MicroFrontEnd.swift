/// Turns sound into the features that microWakeWord models hear: 40 numbers every 10 ms.
///
/// 16 kHz mono, 16 bit. A window of 30 ms; mel bands; noise subtraction and per-channel gain control (PCAN); logarithm. All in
/// integers, equal in every value to TensorFlow Lite's microfrontend (credited in NOTICE). The first features come with the third
/// block. No allocation after `init`; one thread.
package struct MicroFrontEnd: ~Copyable {
    /// Samples of a block: 10 ms.
    package static let blockSampleCount = 160
    /// Numbers of one feature vector.
    package static let channelCount = MicroFilterBank.channelCount

    private static let windowSampleCount = 480
    /// Shares of 2^14 by which the noise estimate follows even and odd bands, and the share of a band that always stays.
    private static let smoothing: (even: UInt64, odd: UInt64) = (409, 983)
    private static let remainder: UInt64 = 819
    private static let smoothingBits: UInt64 = 14
    /// 64 ln 2, in 1/256: what one bit of scaling is in a logarithm.
    private static let doubling = 11_357

    /// The newest features, each 0...665 in practice; valid after ``push(_:)`` said `true`.
    package private(set) var features = [UInt16](repeating: 0, count: channelCount)

    /// The newest log-mel features, each 0...740: the same bands without noise subtraction and gain control, 32 for each
    /// factor of e in magnitude. A second network that hears these errs elsewhere than one that hears ``features``.
    /// Zero unless asked for in `init`.
    package private(set) var melFeatures = [UInt16](repeating: 0, count: channelCount)

    private let hasMelFeatures: Bool
    private let window: [Int32]
    private let bank = MicroFilterBank()
    private let tables = MicroTables()
    private let fourier = FixedPointFourier()
    private var history = [Int32](repeating: 0, count: windowSampleCount)
    private var historyCount = 0
    private var windowed = [Int32](repeating: 0, count: FixedPointFourier.size)
    private var sums = [Int64](repeating: 0, count: channelCount + 2)
    private var noise = [UInt32](repeating: 0, count: channelCount)

    /// - Parameter hasMelFeatures: whether ``melFeatures`` are made too.
    package init(hasMelFeatures: Bool = false) {
        self.hasMelFeatures = hasMelFeatures
        window = (0..<Self.windowSampleCount).map { index in
            let angle = Float(Double.pi) * 2 / Float(Self.windowSampleCount) * (Float(index) + 0.5)
            let value = 0.5 - 0.5 * Float(Elementary.cosine(Double(angle)))
            return Int32((value * 4_096 + 0.5).rounded(.down))
        }
    }

    /// Forgets sound and noise estimate, as if new.
    package mutating func reset() {
        historyCount = 0
        for channel in noise.indices { noise[channel] = 0 }
    }

    /// Takes the next 10 ms and says whether ``features`` are new; they are from the third block on.
    ///
    /// - Precondition: `samples` holds ``blockSampleCount`` samples.
    package mutating func push(_ samples: Span<Int16>) -> Bool {
        precondition(samples.count == Self.blockSampleCount, "a block has 160 samples")
        if historyCount == Self.windowSampleCount {
            for index in 0..<Self.windowSampleCount - Self.blockSampleCount {
                history[index] = history[index + Self.blockSampleCount]
            }
            historyCount -= Self.blockSampleCount
        }
        for index in 0..<Self.blockSampleCount { history[historyCount + index] = Int32(samples[index]) }
        historyCount += Self.blockSampleCount
        guard historyCount == Self.windowSampleCount else { return false }
        let shift = applyWindow()
        fourier.transform(windowed.span)
        bank.sum(real: fourier.real, imaginary: fourier.imaginary, into: &sums)
        for channel in 0..<Self.channelCount {
            let root = Self.root(UInt64(bitPattern: sums[channel + 1]))
            features[channel] = shape(root >> UInt64(shift), channel: channel)
            if hasMelFeatures {
                let level = Int(tables.logarithm(UInt32(truncatingIfNeeded: root)))
                melFeatures[channel] = UInt16(
                    root == 0 ? 0 : (level + Self.doubling * (15 - shift) / 256) / 2)
            }
        }
        return true
    }

    /// Windows the history and scales it to 15 bits; how far it was shifted up.
    private mutating func applyWindow() -> Int {
        var peak: Int32 = 0
        for index in 0..<Self.windowSampleCount {
            let value = (history[index] &* window[index]) >> 12
            windowed[index] = value
            // The origin negates in 16 bits, where -32768 stays negative and counts for nothing.
            if value != -32_768 { peak = max(peak, abs(value)) }
        }
        let shift = peak.leadingZeroBitCount - 17
        for index in 0..<Self.windowSampleCount {
            windowed[index] = Int32(Int16(truncatingIfNeeded: windowed[index] << Int32(shift)))
        }
        return shift
    }

    /// Square root, rounded to the nearest, of an energy below 2^63.
    private static func root(_ energy: UInt64) -> UInt64 {
        var root = UInt64(Double(energy).squareRoot())
        while root &* root > energy { root -= 1 }
        while (root + 1) &* (root + 1) <= energy { root += 1 }
        let most: UInt64 = energy >> 32 == 0 ? 0xFFFF : 0xFFFF_FFFF
        return energy - root * root > root && root != most ? root + 1 : root
    }

    /// Noise subtraction, gain control and logarithm of one band.
    private mutating func shape(_ signal: UInt64, channel: Int) -> UInt16 {
        let share = channel.isMultiple(of: 2) ? Self.smoothing.even : Self.smoothing.odd
        let whole = UInt64(1) << Self.smoothingBits
        let scaled = UInt64(UInt32(truncatingIfNeeded: signal << 10))
        let estimate = (scaled * share + UInt64(noise[channel]) * (whole - share)) >> Self.smoothingBits
        noise[channel] = UInt32(truncatingIfNeeded: estimate)
        let cleaned = max(
            (scaled - min(estimate, scaled)) >> 10, (signal * Self.remainder) >> Self.smoothingBits)
        let gained = (Int64(cleaned) &* tables.gain(noise: noise[channel])) >> 6
        let ratio = UInt64(UInt32(truncatingIfNeeded: gained))
        let compressed = ratio < 8_192 ? (ratio * ratio) >> 20 : (ratio >> 6) - 64
        return tables.logarithm(UInt32(truncatingIfNeeded: compressed << 3))
    }
}
