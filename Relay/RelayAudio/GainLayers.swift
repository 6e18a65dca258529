/// The loudness of what is played, as independent layers that multiply.
///
/// Each layer is set by its own owner (volume by the person, duck by the session, mute by the button) and none
/// ever saves and restores another, so no order of events leaves the speaker too loud or silent. Changes ramp over
/// 20 ms, linear in amplitude, so they do not click. A value; ``apply(to:)`` is real-time safe.
package struct GainLayers: Sendable {
    /// Samples in which the gain moves from 0 to 1.
    package static var rampSampleCount: Int { 320 }
    /// Gain while ducked: -15 dB leaves a ring audible under speech.
    package static var duckGain: Float { 0.178 }

    /// 0...100; the gain is its cube, so equal steps sound about equal: 50 is -18 dB.
    package var volumePercent: Int {
        didSet { precondition((0...100).contains(volumePercent), "volume outside 0...100") }
    }
    /// Something else is to be heard above this; set by the session.
    package var isDucked = false
    /// Nothing is to be heard; set by the button.
    package var isMuted = false
    private var current: Float

    /// - Precondition: `volumePercent` is in 0...100.
    package init(volumePercent: Int = 100) {
        precondition((0...100).contains(volumePercent), "volume outside 0...100")
        self.volumePercent = volumePercent
        current = 0
        current = target()
    }

    /// The gain that the layers ask for, 0...1.
    @_noAllocation @_noLocks
    package func target() -> Float {
        if isMuted { return 0 }
        let share = Float(volumePercent) / 100
        return share * share * share * (isDucked ? Self.duckGain : 1)
    }

    /// Scales a block in place, moving towards ``target()`` from where the last block ended.
    @_noAllocation @_noLocks
    package mutating func apply(to block: inout MutableSpan<Int16>) {
        let target = target()
        let step = 1 / Float(Self.rampSampleCount)
        for index in 0..<block.count {
            if current < target {
                current = min(current + step, target)
            } else if current > target {
                current = max(current - step, target)
            }
            // The gain is at most 1, so the product fits; rounds half away from zero.
            let scaled = Float(block[index]) * current
            block[index] = Int16(scaled < 0 ? max(scaled - 0.5, -32_768) : min(scaled + 0.5, 32_767))
        }
    }
}
