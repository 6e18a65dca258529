/// What the ring of lights shows: one scene at a time.
package enum RingScene: String, Sendable, Hashable, CaseIterable {
    case idle
    /// The wake word was heard; the light points to the talker.
    case wake
    case listening
    case thinking
    case speaking
    /// A timer runs; the light is what is left of it.
    case timer
    case ringing
    case volume
    /// The digits by which a person knows this relay.
    case pairing
    case updating
    case muted
    case offline
    case error
    /// The microphone or the wake engine does not run.
    case cannotHear = "cannot-hear"

    /// Somebody's privacy or trust rests on seeing it: never dark, and never like ``idle``.
    package var mustBeSeen: Bool {
        switch self {
        case .wake, .listening, .muted, .offline, .error, .cannotHear: true
        case .idle, .thinking, .speaking, .timer, .ringing, .volume, .pairing, .updating: false
        }
    }
}

/// A scene and the numbers it shows.
package struct RingMoment: Sendable, Hashable {
    /// What is shown.
    package var scene: RingScene
    /// Direction of arrival in degrees as the board counts them; nil if it is not known.
    package var talker: Float?
    /// Of the voice or of what is played, 0...1.
    package var level: Float
    /// What is left of the timer, how loud, how far the update is: 0...1.
    package var share: Float
    /// Of the pairing code, 0...9 each, at most eight.
    package var digits: [UInt8]

    package init(
        _ scene: RingScene, talker: Float? = nil, level: Float = 0, share: Float = 0,
        digits: [UInt8] = []
    ) {
        (self.scene, self.talker) = (scene, talker.flatMap { $0.isFinite ? $0 : nil })
        (self.level, self.share) = (Self.unit(level), Self.unit(share))
        self.digits = digits.prefix(8).map { min($0, 9) }
    }

    private static func unit(_ value: Float) -> Float { value.isFinite ? min(max(value, 0), 1) : 0 }
}
