package import LoqaBase

/// A date and a time of day where the home stands. The shell reads the clock and the time zone.
package struct CivilTime: Sendable, Equatable {
    /// In the Gregorian calendar.
    package var year: Int
    /// 1...12.
    package var month: Int
    /// 1...31.
    package var day: Int
    /// 1 is Monday, 7 is Sunday.
    package var weekday: Int
    /// 0...23.
    package var hour: Int
    package var minute: Int
    package var second: Int

    /// - Precondition: month, day, weekday, hour, minute and second are in their ranges.
    package init(year: Int, month: Int, day: Int, weekday: Int, hour: Int, minute: Int, second: Int = 0) {
        precondition((1...12).contains(month) && (1...31).contains(day), "no date")
        precondition((1...7).contains(weekday) && (0...23).contains(hour), "no weekday or hour")
        precondition((0...59).contains(minute) && (0...60).contains(second), "no minute or second")
        (self.year, self.month, self.day, self.weekday) = (year, month, day, weekday)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }
}

/// One moment on all three clocks a command needs.
package struct Moment: Sendable, Equatable {
    /// For deadlines.
    package var instant: HubInstant
    /// Milliseconds since 1970, for what must survive a restart.
    package var wallMilliseconds: Int64
    /// For answers.
    package var civil: CivilTime

    package init(instant: HubInstant, wallMilliseconds: Int64, civil: CivilTime) {
        (self.instant, self.wallMilliseconds, self.civil) = (instant, wallMilliseconds, civil)
    }
}
