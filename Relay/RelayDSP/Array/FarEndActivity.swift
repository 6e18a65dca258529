/// What the echo stage knows about the loudspeaker during one hop; the spatial stage acts on it.
package struct FarEndActivity: Sendable, Hashable {
    /// The loudspeaker plays.
    package var isActive: Bool
    /// The loudspeaker plays and somebody in the room speaks.
    package var isDoubleTalk: Bool
    /// Estimated level of the echo that is left in the microphones, dBFS.
    package var echoLevel: Float

    package init(isActive: Bool, isDoubleTalk: Bool, echoLevel: Float) {
        (self.isActive, self.isDoubleTalk, self.echoLevel) = (isActive, isDoubleTalk, echoLevel)
    }

    /// The loudspeaker is silent.
    package static let silent = FarEndActivity(isActive: false, isDoubleTalk: false, echoLevel: -120)
}
