/// How the echo stage works. The defaults are for a loudspeaker in the microphones' own case.
package struct EchoSettings: Sendable, Hashable {
    /// Length of echo that each canceller models after the reference is aligned, 32...256 ms. Longer tails adapt
    /// more slowly and cost more.
    package var tailMilliseconds = 64
    /// Look for the delay between reference and microphones and for the drift between their clocks, and take both
    /// out of the reference. Without, the reference is used as it comes.
    package var hasAlignment = true

    package init() {}
}
