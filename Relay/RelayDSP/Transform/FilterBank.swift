/// Which blocks the spatial stage cuts sound into. Both shift by 256 samples and delay by 256 beyond the hop itself,
/// 32 ms from a sample in to the same sample out.
package enum FilterBankFrame: Sendable, Hashable, CaseIterable {
    /// 512 samples, root of Hann on both sides.
    case even
    /// 1024 samples in, of which the output uses the last 512: twice the resolution in frequency at the same delay.
    ///
    /// D. Mauler and R. Martin, "A low delay, variable resolution, perfect reconstruction spectral analysis-synthesis
    /// system for speech enhancement", EUSIPCO 2007.
    case long

    /// Samples in one block.
    package var length: Int { self == .even ? 512 : 1024 }
}

/// Cuts microphones into overlapping windowed blocks and their spectra, and one spectrum back into sound.
///
/// The bins at 0 Hz and at half the sampling rate are dropped: microphones have an offset but nothing to say there.
/// Takes its memory when made.
final class FilterBank {
    /// Samples of each channel in one call.
    static let hop = 256
    /// Samples that ``synthesise(_:_:into:)`` lags behind ``analyse(_:)``.
    static let delay = 256

    /// Lanes of one spectrum: length / 16.
    let laneCount: Int
    /// Real and imaginary lanes of all channels: channel c's real part at c * 2 * laneCount, then its imaginary one.
    let spectra: Lanes
    private let channelCount: Int
    private let length: Int
    private let fourier: RealFourier
    private let history: Lanes
    private let windowed: Lanes
    private let analysisWindow: Lanes
    private let synthesisWindow: Lanes
    private let overlap: Lanes

    /// - Parameter channelCount: 1...8.
    init(channelCount: Int, frame: FilterBankFrame) {
        self.channelCount = channelCount
        length = frame.length
        laneCount = length / 16
        spectra = Lanes(count: channelCount * 2 * laneCount)
        fourier = RealFourier(length: length)
        history = Lanes(count: channelCount * length / 8)
        windowed = Lanes(count: length / 8)
        analysisWindow = Lanes(count: length / 8)
        synthesisWindow = Lanes(count: length / 8)
        overlap = Lanes(count: Self.hop / 8)
        fillWindows()
    }

    /// The last 512 of the two windows multiply to a Hann window, which overlaps to one.
    private func fillWindows() {
        let (analysis, synthesis) = (analysisWindow.floats, synthesisWindow.floats)
        let rise = length - Self.hop
        for index in 0..<length {
            let angle =
                index < rise
                ? Double.pi / 2 * (Double(index) + 0.5) / Double(rise)
                : Double.pi / 2 * (Double(length - index) - 0.5) / Double(Self.hop)
            analysis[index] = Float(Elementary.sineAndCosine(angle).sine)
        }
        for index in 0..<2 * Self.hop {
            let at = length - 2 * Self.hop + index
            let root = Elementary.sineAndCosine(.pi / 2 * (Double(index) + 0.5) / Double(Self.hop)).sine
            synthesis[at] = Float(root * root) / analysis[at]
        }
    }

    /// Takes one hop of every channel in and leaves the spectra in ``spectra``. What is no number counts as silence,
    /// and samples beyond -4...4 as these.
    func analyse(_ microphones: Span<Float>) {
        precondition(microphones.count == channelCount * Self.hop, "a hop of every channel")
        let window = analysisWindow.base
        for channel in 0..<channelCount {
            let past = history.floats + channel * length
            past.update(from: past + Self.hop, count: length - Self.hop)
            for index in 0..<Self.hop {
                let sample = microphones[channel * Self.hop + index]
                past[length - Self.hop + index] = sample.isFinite ? min(max(sample, -4), 4) : 0
            }
            let block = history.base + channel * length / 8
            for index in 0..<length / 8 { windowed.base[index] = block[index] * window[index] }
            let real = spectra.floats + channel * length
            fourier.forward(windowed.floats, real: real, imaginary: real + length / 2)
            (real[0], real[length / 2]) = (0, 0)
        }
    }

    /// Adds one spectrum of `laneCount` lanes to what overlaps it and gives the hop that is complete.
    func synthesise(
        _ real: UnsafePointer<Lane>, _ imaginary: UnsafePointer<Lane>, into output: inout MutableSpan<Float>
    ) {
        let bins = length / 2
        UnsafeRawPointer(real).withMemoryRebound(to: Float.self, capacity: bins) { real in
            UnsafeRawPointer(imaginary).withMemoryRebound(to: Float.self, capacity: bins) { imaginary in
                fourier.inverse(real: real, imaginary: imaginary, windowed.floats)
            }
        }
        let (block, window) = (windowed.floats, synthesisWindow.floats)
        let (first, second) = (length - 2 * Self.hop, length - Self.hop)
        let kept = overlap.floats
        for index in 0..<Self.hop {
            output[index] = kept[index] + block[first + index] * window[first + index]
            kept[index] = block[second + index] * window[second + index]
        }
    }
}
