package import LoqaWire

/// Which wake words the relays of a house listen for: rules of the owner, by room and by time of day.
///
/// A pure value of bounded size: it reads no clock and no file.
package struct WakePlan: Sendable, Equatable {
    /// Rules of a plan.
    package static let ruleCountMax = 64

    /// A part of each day, in minutes since midnight; one that ends before it starts runs over midnight.
    package struct Hours: Sendable, Equatable {
        /// 0...1,439; the first minute in, and the first one out again.
        package var from: Int
        package var to: Int

        /// Nil unless both are minutes of a day and differ.
        package init?(from: Int, to: Int) {
            guard (0..<1_440).contains(from), (0..<1_440).contains(to), from != to else { return nil }
            (self.from, self.to) = (from, to)
        }

        /// Whether a minute of the day, 0...1,439, is one of them.
        package func contains(_ minute: Int) -> Bool {
            from < to ? (from..<to).contains(minute) : minute >= from || minute < to
        }
    }

    /// A word that is listened for.
    package struct Rule: Sendable, Equatable {
        /// Name of the word on the hub's shelf.
        package var word: String
        /// Nil is every room.
        package var room: String?
        /// Nil is always.
        package var hours: Hours?
        package var sensitivity: WakeWordChoice.Sensitivity

        package init(
            word: String, room: String? = nil, hours: Hours? = nil,
            sensitivity: WakeWordChoice.Sensitivity = .normal
        ) {
            (self.word, self.room, self.hours, self.sensitivity) = (word, room, hours, sensitivity)
        }
    }

    /// In the order in which they were made.
    package private(set) var rules: [Rule]

    /// - Precondition: at most ``ruleCountMax`` rules.
    package init(_ rules: [Rule] = []) {
        precondition(rules.count <= Self.ruleCountMax, "too many rules")
        self.rules = rules
    }

    /// Adds a rule, or puts it in the place of the one for the same word, room and hours. False if the plan is full.
    package mutating func use(_ rule: Rule) -> Bool {
        let isSame = { (other: Rule) in
            other.word == rule.word && other.room == rule.room && other.hours == rule.hours
        }
        if let place = rules.firstIndex(where: isSame) {
            rules[place] = rule
            return true
        }
        guard rules.count < Self.ruleCountMax else { return false }
        rules.append(rule)
        return true
    }

    /// Takes back the rules of a word, in one room or in all. - Returns: how many.
    package mutating func drop(_ word: String, room: String? = nil) -> Int {
        let before = rules.count
        rules.removeAll { $0.word == word && (room == nil || $0.room == room) }
        return before - rules.count
    }

    /// What a relay listens for in a room, at a minute of the day, most willing first of each word; at most as many words as
    /// a relay can. Empty leaves the choice to the relay.
    package func words(
        in room: String, at minute: Int
    ) -> [(word: String, sensitivity: WakeWordChoice.Sensitivity)] {
        var chosen: [(word: String, sensitivity: WakeWordChoice.Sensitivity)] = []
        for rule in rules where rule.room == nil || rule.room == room {
            guard rule.hours.map({ $0.contains(minute) }) ?? true else { continue }
            if let place = chosen.firstIndex(where: { $0.word == rule.word }) {
                if rule.sensitivity.rawValue > chosen[place].sensitivity.rawValue {
                    chosen[place].sensitivity = rule.sensitivity
                }
            } else if chosen.count < WireLimits.wakeWordCountMax {
                chosen.append((rule.word, rule.sensitivity))
            }
        }
        return chosen
    }
}
