package import LoqaBase

/// Notices that sound no longer reaches the wake engine, whatever the reason, and says what to start again.
///
/// The cure for the field's worst complaint, the relay that is deaf until somebody pulls its plug: a device that
/// blocks without an error, an engine that hangs, a thread that died. A pure value.
package struct HearingWatch: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Longest time without a captured block: 50 periods. Also the time given to a restart.
        package static let captureSilence: Duration = .seconds(1)
        /// Longest time that the wake engine may lag behind the sound it was fed.
        package static let engineSilence: Duration = .seconds(2)
        /// Longest time that a wake engine may take to get ready: a slow card reads its model in a few seconds.
        package static let engineStart: Duration = .seconds(8)
    }

    /// What the caller starts again.
    package enum Action: Sendable, Equatable { case none, restartCapture, restartEngine }

    /// Sound arrives and the engine keeps up.
    package private(set) var canHear = false
    /// Tests of the wake engine fail, whatever it says of itself (W5).
    package var isDeaf = false { didSet { update() } }
    private var isPaused = false
    private var lastBlock: RelayInstant
    private var engineDeadline: RelayInstant
    private var captureRuns = false
    private var engineRuns = false

    /// Capture and engine are started at this moment.
    package init(at now: RelayInstant) { (lastBlock, engineDeadline) = (now, now + Tuning.engineStart) }

    /// The instant at which ``tick(at:)`` must be called.
    package var deadline: RelayInstant {
        min(lastBlock + Tuning.captureSilence, engineDeadline)
    }

    /// A block of sound arrived from the capture device.
    package mutating func blockArrived(at now: RelayInstant) {
        lastBlock = now
        captureRuns = true
        update()
    }

    /// The capture device reported a failure.
    package mutating func captureFailed() {
        captureRuns = false
        update()
    }

    /// The wake engine was started, for the first time or again.
    package mutating func engineStarted(at now: RelayInstant) {
        engineRuns = false
        engineDeadline = now + Tuning.engineStart
        update()
    }

    /// The wake engine took sound, or said something.
    package mutating func engineAlive(at now: RelayInstant) {
        engineDeadline = now + Tuning.engineSilence
        engineRuns = true
        update()
    }

    /// The wake engine ended or reported a failure.
    package mutating func engineFailed() {
        engineRuns = false
        update()
    }

    /// Capture is stopped on purpose (mute): silence is right, until it is resumed.
    package mutating func pause() { isPaused = true }

    /// Capture was started again.
    package mutating func resume(at now: RelayInstant) {
        isPaused = false
        hold(at: now)
    }

    /// Time has passed. Early and late calls are fine.
    package mutating func tick(at now: RelayInstant) -> Action {
        if isPaused {
            hold(at: now)
            return .none
        }
        if now - lastBlock >= Tuning.captureSilence {
            captureRuns = false
            hold(at: now)
            update()
            return .restartCapture
        }
        if now >= engineDeadline {
            engineStarted(at: now)
            return .restartEngine
        }
        return .none
    }

    /// Starts to wait anew; an engine without sound has nothing to say.
    private mutating func hold(at now: RelayInstant) {
        lastBlock = now
        engineDeadline = max(engineDeadline, now + Tuning.engineSilence)
    }

    private mutating func update() { canHear = captureRuns && engineRuns && !isDeaf }
}
