import HubUnderstanding

/// Time, date and day of the week.
enum ClockSkill: Skill {
    static let sentences = SentenceBook.Source(
        name: "ClockSkill",
        text: """
            GetTime:
                (what is|what's|tell me|whats) the time [right now]
                what time is it [right now]
                what time do we have
                do you know what time it is
            GetDate:
                (what is|what's|whats) (the date|today's date) [today]
                what date is it [today]
                (what is|what's) the date of today
                tell me the date
                what day of the month is it
            GetDay:
                what day is it [today]
                what day [of the week] is [it] today
                what day of the week is it
                what weekday is it
                which day is it [today]
            """)

    static func answer(_ intent: ClockIntent, _ request: Request, in house: inout House) -> Reply {
        let now = request.now.civil
        switch intent {
        case .getTime: return Reply(.yes, answer: "It is \(spoken(now)).")
        case .getDate:
            return Reply(.yes, answer: "It is \(weekday(now)), \(month(now)) \(Wording.ordinal(now.day)).")
        case .getDay: return Reply(.yes, answer: "Today is \(weekday(now)).")
        }
    }

    /// "7 20 PM", "7 oh 5 AM", "noon", "midnight".
    static func spoken(_ time: CivilTime) -> String {
        if time.minute == 0, time.hour % 12 == 0 { return time.hour == 0 ? "midnight" : "noon" }
        let hour = time.hour % 12 == 0 ? 12 : time.hour % 12
        let half = time.hour < 12 ? "AM" : "PM"
        let minute = time.minute < 10 ? "oh \(time.minute)" : "\(time.minute)"
        return time.minute == 0 ? "\(hour) \(half)" : "\(hour) \(minute) \(half)"
    }

    private static func weekday(_ time: CivilTime) -> String {
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][time.weekday - 1]
    }

    private static func month(_ time: CivilTime) -> String {
        [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ][time.month - 1]
    }
}
