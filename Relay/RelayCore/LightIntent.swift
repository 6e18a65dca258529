/// What the ring of lights is to say. How a board says it (colour, motion, brightness) is the driver's matter.
package enum LightIntent: String, Sendable, CaseIterable {
    case idle
    case listening
    case thinking
    case speaking
    case ringing
    case muted
    case offline
    /// The microphone or the wake engine does not run: a person must be able to see it.
    case cannotHear = "cannot-hear"
}
