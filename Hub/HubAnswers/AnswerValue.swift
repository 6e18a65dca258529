/// What a response template can speak about: the values that the hub hands in.
package enum AnswerValue: Sendable, Equatable {
    /// Nothing: `none` in a template.
    case none
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([AnswerValue])
    /// Named values in their order, read as `map.name`, `map["name"]` or `map.get("name")`.
    case map([Entry])
    case date(AnswerDate)
    case time(AnswerTime)

    /// One named value of a map.
    package struct Entry: Sendable, Equatable {
        /// How a template calls it.
        package var name: String
        package var value: AnswerValue
        package init(_ name: String, _ value: AnswerValue) { (self.name, self.value) = (name, value) }
    }

    /// The value called `name` in a map; nil if this is no map or has none.
    package subscript(name: String) -> AnswerValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.name == name }?.value
    }
}

/// A day of the Gregorian calendar.
package struct AnswerDate: Sendable, Equatable {
    /// From 1 on.
    package var year: Int
    /// 1...12.
    package var month: Int
    /// 1...31.
    package var day: Int
    package init(year: Int, month: Int, day: Int) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// 0 for Monday to 6 for Sunday; by Sakamoto's method, for years from 1 on.
    var weekday: Int {
        guard (1...12).contains(month) else { return 0 }
        let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1]
        let year = month < 3 ? self.year - 1 : self.year
        let fromSunday = (year + year / 4 - year / 100 + year / 400 + shift + day) % 7
        return (fromSunday + 6) % 7
    }
}

/// A time of day.
package struct AnswerTime: Sendable, Equatable {
    /// 0...23.
    package var hour: Int
    /// 0...59.
    package var minute: Int
    /// 0...59.
    package var second: Int
    package init(hour: Int, minute: Int, second: Int = 0) {
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }
}
