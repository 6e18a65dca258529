import Foundation
import HubSkills
import LoqaSystem

/// Reads the clocks of the house: monotonic for deadlines, wall for what must survive a restart, civil for answers.
enum HouseClock {
    /// This moment, in the time zone of the machine. Any thread.
    static func now() -> Moment {
        let date = Date()
        let parts = Calendar(identifier: .gregorian).dateComponents(
            [.year, .month, .day, .weekday, .hour, .minute, .second], from: date)
        // Foundation counts weekdays from Sunday.
        let weekday = ((parts.weekday ?? 1) + 5) % 7 + 1
        return Moment(
            instant: MonotonicClock.now(), wallMilliseconds: Int64(date.timeIntervalSince1970 * 1_000),
            civil: CivilTime(
                year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1, weekday: weekday,
                hour: parts.hour ?? 0, minute: parts.minute ?? 0, second: parts.second ?? 0))
    }
}
