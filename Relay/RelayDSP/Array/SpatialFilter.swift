/// The spatial stage: microphones of one array in, one clean channel and what is known of the talker out.
///
/// Sound is 16 kHz in -1...1, in hops of 256 samples. Takes its memory when made; not for use by two threads.
package final class SpatialFilter {
    /// Samples of each channel in one call.
    package static let hop = 256

    private let geometry: ArrayGeometry
    private let settings: SpatialSettings
    private var excluded: UInt32 = 0

    /// - Precondition: `settings.targetLevel` is in -40...-10.
    package init(geometry: ArrayGeometry, settings: SpatialSettings = SpatialSettings()) {
        precondition((-40 ... -10).contains(settings.targetLevel), "target level out of range")
        (self.geometry, self.settings) = (geometry, settings)
    }

    /// Filters one hop.
    ///
    /// - Parameters:
    ///   - microphones: planar: channel c at c * 256 ..< (c + 1) * 256.
    ///   - farEnd: what the echo stage said of the same hop.
    ///   - output: 256 samples.
    package func process(
        _ microphones: Span<Float>, farEnd: FarEndActivity, into output: inout MutableSpan<Float>
    ) -> SpatialReport {
        precondition(microphones.count == geometry.count * Self.hop && output.count == Self.hop)
        for index in 0..<Self.hop { output[index] = microphones[index] }
        return SpatialReport()
    }

    /// Sends another signal of the same microphones through the very weights of the last ``process``: with it a
    /// measurement sees what became of the speech alone, or of the noise alone.
    package func processShadow(_ microphones: Span<Float>, into output: inout MutableSpan<Float>) {
        precondition(microphones.count == geometry.count * Self.hop && output.count == Self.hop)
        for index in 0..<Self.hop { output[index] = microphones[index] }
    }

    /// Leaves channels out from now on.
    ///
    /// - Parameter mask: bit c set leaves channel c out; if all are set, the first stays.
    package func excludeChannels(_ mask: UInt32) { excluded = mask }

    /// The wake word was heard: its span is speech for certain and teaches the beam.
    ///
    /// - Parameters:
    ///   - startedSamplesAgo: from its first sample to the end of the last hop; the last 2 s are remembered.
    ///   - endedSamplesAgo: from its last sample, less than `startedSamplesAgo`.
    package func noteWakeWord(startedSamplesAgo: Int, endedSamplesAgo: Int) {}
}
