extension EchoStage {
    /// Sends another signal of the same microphones, in which the loudspeaker is not heard, through the stage as it
    /// stood in the last ``process(_:reference:)``: with it a measurement sees what became of the speech alone.
    ///
    /// Given its weights the stage is y = H x - F r. In a signal without far end the reference that belongs to it is
    /// silence, so what is left is y = H x: the shadow passes the same filter against direct current and nothing
    /// else. Whatever the cancellers wrongly learn from the talker stands in F r, and so in the difference between
    /// the output and the shadow: it counts as noise, not as speech. To see it as loss of the talker, project the
    /// output on the shadow.
    ///
    /// - Parameter microphones: planar, as for ``process(_:reference:)``, in place.
    package func processShadow(_ microphones: inout MutableSpan<Float>) {
        precondition(microphones.count == channelCount * Self.hop, "wrong count of microphone samples")
        microphones.withUnsafeMutableBufferPointer { samples in
            guard let base = samples.baseAddress else { return }
            Self.sanitise(base, count: samples.count)
            guard hasReference else { return }
            for channel in 0..<channelCount {
                let hop = base + channel * Self.hop
                shadowFilters[channel].run(hop, count: Self.hop, into: hop)
                shadowRestorers[channel].run(hop, count: Self.hop)
            }
        }
    }
}
