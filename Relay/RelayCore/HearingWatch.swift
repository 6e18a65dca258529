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
    }

    /// What the caller starts again.
    package enum Action: Sendable, Equatable { case none, restartCapture, restartEngine }

    /// Sound arrives and the engine keeps up.
    package private(set) var canHear = false
    private var isPaused = false
    private var lastBlock: RelayInstant
    private var lastEngineSign: RelayInstant
    private var captureRuns = false
    private var engineRuns = false

    package init(at now: RelayInstant) { (lastBlock, lastEngineSign) = (now, now) }

    /// The instant at which ``tick(at:)`` must be called.
    package var deadline: RelayInstant {
        min(lastBlock + Tuning.captureSilence, lastEngineSign + Tuning.engineSilence)
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

    /// The wake engine took sound, or said something.
    package mutating func engineAlive(at now: RelayInstant) {
        lastEngineSign = now
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
        (lastBlock, lastEngineSign) = (now, now)
    }

    /// Time has passed. Early and late calls are fine.
    package mutating func tick(at now: RelayInstant) -> Action {
        if isPaused {
            (lastBlock, lastEngineSign) = (now, now)
            return .none
        }
        if now - lastBlock >= Tuning.captureSilence {
            captureRuns = false
            (lastBlock, lastEngineSign) = (now, now)
            update()
            return .restartCapture
        }
        if now - lastEngineSign >= Tuning.engineSilence {
            engineRuns = false
            lastEngineSign = now
            update()
            return .restartEngine
        }
        return .none
    }

    private mutating func update() { canHear = captureRuns && engineRuns }
}
