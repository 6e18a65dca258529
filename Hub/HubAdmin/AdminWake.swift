/// A wake word on the hub's shelf.
package struct AdminWakeWord: Sendable, Equatable, Codable {
    /// Unique: letters, digits, "-" and "_".
    package var name: String
    /// As it is written for people.
    package var phrase: String
    package var isStopWord: Bool
    /// SHA-256 of what relays are handed: 64 hexadecimal digits.
    package var model: String
    package var byteCount: Int
    /// The hub judges once more what relays hear.
    package var isJudged: Bool
    /// Where and when it is listened for.
    package var rules: [Rule]

    /// A rule of the plan.
    package struct Rule: Sendable, Equatable, Codable {
        /// Nil is every room.
        package var room: String?
        /// Minutes since midnight; nil is always.
        package var from: Int?
        package var to: Int?
        /// "low", "normal" or "high".
        package var sensitivity: String

        package init(room: String?, from: Int?, to: Int?, sensitivity: String) {
            (self.room, self.from, self.to, self.sensitivity) = (room, from, to, sensitivity)
        }
    }

    package init(
        name: String, phrase: String, isStopWord: Bool, model: String, byteCount: Int, isJudged: Bool,
        rules: [Rule]
    ) {
        (self.name, self.phrase, self.isStopWord) = (name, phrase, isStopWord)
        (self.model, self.byteCount, self.isJudged, self.rules) = (model, byteCount, isJudged, rules)
    }
}

/// How the wake words of a relay fare.
package struct AdminWakeRelay: Sendable, Equatable, Codable {
    /// Its name.
    package var relay: String
    /// As the registry has it.
    package var room: String
    /// It is here at the moment.
    package var isConnected: Bool
    /// Names of the words that the hub has given it; empty while it listens for its own.
    package var words: [String]
    /// It has taken them up.
    package var isUpToDate: Bool
    /// Together, over the last 24 hours, since the hub's start at the longest.
    package var day: Counts
    /// Hour by hour, the oldest first.
    package var hours: [Hour]

    /// What was counted.
    package struct Counts: Sendable, Equatable, Codable {
        /// Wake words that the relay heard.
        package var wakes: Int
        /// Of these, found to be none by the hub.
        package var rejected: Int
        /// Of these, said to be none by a person.
        package var marked: Int
        package var nearMisses: Int
        package var stops: Int
        package var selfTests: Int
        package var failedSelfTests: Int
        package var restarts: Int

        package init(
            wakes: Int, rejected: Int, marked: Int, nearMisses: Int, stops: Int, selfTests: Int,
            failedSelfTests: Int, restarts: Int
        ) {
            (self.wakes, self.rejected, self.marked) = (wakes, rejected, marked)
            (self.nearMisses, self.stops, self.selfTests) = (nearMisses, stops, selfTests)
            (self.failedSelfTests, self.restarts) = (failedSelfTests, restarts)
        }
    }

    /// The counts of an hour.
    package struct Hour: Sendable, Equatable, Codable {
        /// Its beginning, in seconds since 1970.
        package var start: Int64
        package var counts: Counts

        package init(start: Int64, counts: Counts) { (self.start, self.counts) = (start, counts) }
    }

    package init(
        relay: String, room: String, isConnected: Bool, words: [String], isUpToDate: Bool, day: Counts,
        hours: [Hour]
    ) {
        (self.relay, self.room, self.isConnected) = (relay, room, isConnected)
        (self.words, self.isUpToDate, self.day, self.hours) = (words, isUpToDate, day, hours)
    }
}

/// A wake that came to the hub.
package struct AdminWakeEvent: Sendable, Equatable, Codable {
    /// Counts up from 1.
    package var number: Int
    /// Seconds since 1970.
    package var at: Int64
    package var relay: String
    package var verdict: Verdict
    /// How far the second stage's score lay above its threshold; nil if it has judged nothing.
    package var margin: Double?
    /// Level over the word and the noise before it, in dBFS.
    package var level: Double
    package var noiseFloor: Double
    /// A person said that it was none.
    package var isMarked: Bool

    /// What came of it.
    package enum Verdict: String, Sendable, Codable, CaseIterable {
        /// Nobody judged it once more.
        case taken
        case confirmed
        case rejected
    }

    package init(
        number: Int, at: Int64, relay: String, verdict: Verdict, margin: Double?, level: Double,
        noiseFloor: Double, isMarked: Bool
    ) {
        (self.number, self.at, self.relay, self.verdict) = (number, at, relay, verdict)
        (self.margin, self.level, self.noiseFloor, self.isMarked) = (margin, level, noiseFloor, isMarked)
    }
}
