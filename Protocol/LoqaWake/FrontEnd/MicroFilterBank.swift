/// Forty triangular bands, even on the mel scale from 125 Hz to 7500 Hz, over the bins of a 512-point spectrum at 16 kHz.
///
/// Weights have 12 bits and are computed in single precision as TensorFlow's microfrontend does, since its models hear the rounding.
struct MicroFilterBank {
    /// Bands handed out.
    static let channelCount = 40
    private static let lowest: Float = 125
    private static let highest: Float = 7_500
    /// Hz between two bins.
    private static let binWidth: Float = 31.25

    /// First bin that counts.
    let firstBin: Int
    /// For each bin from ``firstBin``: the band in which it rises (0...40), and its weight there and in the band after.
    let band: [Int]
    let weight: [Int64]
    let unweight: [Int64]

    init() {
        func mel(_ hertz: Float) -> Float { 1_127 * Elementary.singleLog1p(hertz / 700) }
        let (low, high) = (mel(Self.lowest), mel(Self.highest))
        let spacing = (high - low) / Float(Self.channelCount + 1)
        let edges = (0...Self.channelCount).map { low + spacing * Float($0 + 1) }
        firstBin = Int(1.5 + Self.lowest / Self.binWidth)
        var (bands, weights, unweights): ([Int], [Int64], [Int64]) = ([], [], [])
        var bin = firstBin
        for (index, edge) in edges.enumerated() {
            let start = index == 0 ? low : edges[index - 1]
            while mel(Float(bin) * Self.binWidth) <= edge {
                let share = (edge - mel(Float(bin) * Self.binWidth)) / (edge - start)
                bands.append(index)
                weights.append(Int64((share * 4_096 + 0.5).rounded(.down)))
                unweights.append(Int64(((1 - share) * 4_096 + 0.5).rounded(.down)))
                bin += 1
            }
        }
        (band, weight, unweight) = (bands, weights, unweights)
    }

    /// Adds up the energy of each band; `sums` has 42 places: band `j` of the forty stands at `j + 1`.
    func sum(
        real: UnsafeMutablePointer<Int32>, imaginary: UnsafeMutablePointer<Int32>, into sums: inout [Int64]
    ) {
        for index in sums.indices { sums[index] = 0 }
        for index in band.indices {
            let (re, im) = (real[firstBin &+ index], imaginary[firstBin &+ index])
            // The origin keeps the energy in 32 bits with a sign; the one value that does not fit wraps there too.
            let energy = Int64(re &* re &+ im &* im)
            sums[band[index]] &+= weight[index] &* energy
            sums[band[index] + 1] &+= unweight[index] &* energy
        }
    }
}
