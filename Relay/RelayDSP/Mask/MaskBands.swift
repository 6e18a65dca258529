/// The bands in which a mask network hears and decides, evenly spaced on the mel scale from 80 to 7500 Hz, and the way from
/// frequencies to bands and back.
///
/// Neighbouring bands overlap as triangles that sum to one at every frequency; the outermost reach to the ends.
struct MaskBands {
    /// Bands.
    static let count = 40
    private static let lowest = 80.0
    private static let highest = 7_500.0
    /// For every frequency: the band at or below it, and how far it stands towards the next, 0...1.
    private let lower: [Int]
    private let share: [Float]

    /// - Parameter groups: lanes of a spectrum that reaches to 8 kHz.
    init(groups: Int) {
        let spacing = 8_000 / Double(groups * 8)
        let (low, high) = (Self.mel(Self.lowest), Self.mel(Self.highest))
        let step = (high - low) / Double(Self.count - 1)
        var (lower, share) = ([Int](), [Float]())
        for bin in 0..<groups * 8 {
            let place = min(max((Self.mel(Double(bin) * spacing) - low) / step, 0), Double(Self.count - 1))
            let band = min(Int(place), Self.count - 2)
            lower.append(band)
            share.append(Float(place - Double(band)))
        }
        (self.lower, self.share) = (lower, share)
    }

    /// 2595 log10 (1 + f / 700).
    private static func mel(_ hertz: Double) -> Double {
        Double(Elementary.log(Float(1 + hertz / 700))) * 2_595 / 2.302_585
    }

    /// Sums numbers of all frequencies, `groups` lanes, into ``count`` bands.
    func sum(_ values: UnsafePointer<Lane>, into bands: UnsafeMutablePointer<Float>) {
        for band in 0..<Self.count { bands[band] = 0 }
        for group in 0..<lower.count / 8 {
            let lane = values[group]
            for index in 0..<8 {
                let (bin, value) = (group * 8 + index, lane[index])
                let upper = value * share[bin]
                bands[lower[bin]] += value - upper
                bands[lower[bin] + 1] += upper
            }
        }
    }

    /// Draws straight lines between the bands' numbers, for all frequencies.
    func spread(_ bands: UnsafePointer<Float>, into values: UnsafeMutablePointer<Lane>) {
        for group in 0..<lower.count / 8 {
            var lane = Lane.zero
            for index in 0..<8 {
                let bin = group * 8 + index
                let from = bands[lower[bin]]
                lane[index] = from + (bands[lower[bin] + 1] - from) * share[bin]
            }
            values[group] = lane
        }
    }
}
