/// What bounds timers.
package enum TimerLimits {
    /// Timers in one home.
    package static let countMax = 32
    /// The longest timer.
    package static let lengthMax = Duration.seconds(24 * 3_600)
    /// How long a timer rings if nobody answers.
    package static let ringLengthMax = Duration.seconds(120)
    /// A timer that ended while the hub was down rings at the next start, unless it is later than this.
    package static let latenessMax = Duration.seconds(3_600)
}
