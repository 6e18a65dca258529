package import LoqaBase

/// Decides when the wake engine is tested with a known clip, and what a result means (W5).
///
/// A person who speaks to a deaf relay learns of it too late; so the relay finds out by itself. It tests while nothing is
/// said, never during a turn. One failure starts the engine anew, a second one in a row makes the relay say that it cannot
/// hear, until a test or a talker shows that it can. A pure value.
///
///     resting --due and quiet--> testing --heard--> resting
///                                   '--not heard in time--> resting, engine restarted, due again soon
package struct WakeSelfTest: Sendable {
    /// What may be changed freely.
    package enum Tuning {
        /// Time from the start to the first test, and between tests that go well.
        package static let first: Duration = .seconds(60)
        package static let interval: Duration = .seconds(3_600)
        /// Time from a test that failed to the next: the engine has started meanwhile.
        package static let retry: Duration = .seconds(30)
        /// Longest time from the clip's start to the word: the clip, a busy processor, and a margin.
        package static let answerMax: Duration = .seconds(6)
        /// A test that was due and found no quiet moment is tried again so often.
        package static let patience: Duration = .seconds(1)
    }

    /// What the caller does.
    package enum Action: Sendable, Equatable {
        case none
        /// Give the engine the clip; report with ``heard(at:)``.
        case begin
        case restartEngine
    }

    /// Tests so far, and those in which the word was not heard.
    package private(set) var testCount = 0
    package private(set) var failureCount = 0
    /// Two tests in a row have failed.
    package private(set) var isDeaf = false
    private var failuresInARow = 0
    private var isTesting = false
    private var due: RelayInstant

    package init(at now: RelayInstant) { due = now + Tuning.first }

    /// The instant at which ``tick(isQuiet:at:)`` must be called.
    package var deadline: RelayInstant { due }

    /// A clip runs.
    package var isRunning: Bool { isTesting }

    /// Time has passed. `isQuiet`: there is a clip, nobody is served, nothing sounds and nothing is said.
    package mutating func tick(isQuiet: Bool, at now: RelayInstant) -> Action {
        guard now >= due else { return .none }
        if isTesting {
            isTesting = false
            failureCount += 1
            failuresInARow += 1
            isDeaf = failuresInARow >= 2
            due = now + Tuning.retry
            return .restartEngine
        }
        guard isQuiet else {
            due = now + Tuning.patience
            return .none
        }
        isTesting = true
        testCount += 1
        due = now + Tuning.answerMax
        return .begin
    }

    /// The word was heard: in the clip, or from a talker, who proves as much.
    package mutating func heard(at now: RelayInstant) {
        (isTesting, failuresInARow, isDeaf) = (false, 0, false)
        due = now + Tuning.interval
    }

    /// The engine was started for another reason, or hears other words now: a running test says nothing.
    package mutating func engineStarted(at now: RelayInstant) {
        guard isTesting else { return }
        isTesting = false
        due = now + Tuning.retry
    }
}
