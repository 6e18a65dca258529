/// What the echo stage found in one hop.
package struct EchoReport: Sendable, Hashable {
    /// For the stages behind.
    package var farEnd = FarEndActivity.silent
    /// From the reference to its echo in the microphones, in samples of 16 kHz; nil until it is known.
    package var delay: Float?
    /// 0...1: how far the delay stands out of the correlation it was last read from; 0 where ``delay`` is nil.
    package var delayConfidence: Float = 0
    /// By how many parts in a million the loudspeaker's clock is faster than the microphones'; 0 until known.
    package var drift: Float = 0
    /// Echo return loss enhancement over the last second or so of far end alone: power in over power out, dB.
    package var erle: Float = 0
    /// How often cancellers were started anew because of a changed delay or because they had diverged.
    package var resetCount = 0

    package init() {}
}

/// Why there is no echo stage.
package enum EchoError: Error, Sendable, Hashable {
    /// A count outside 1...16.
    case channelCount(Int)
    /// The echo canceller could not be made: memory is short.
    case memory
}
