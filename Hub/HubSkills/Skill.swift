import HubUnderstanding
import LoqaBase

/// One sentence to carry out.
struct Request {
    var match: Match
    /// The room of the relay the talker spoke to.
    var room: Room
    var relay: RelayID
    var now: Moment
}

/// What skills work on.
struct House: Sendable {
    let home: Home
    var state: HouseState
    /// Timers are numbered from 1; a number is not used again while the hub runs.
    var nextTimerID: UInt32 = 1
}

/// A group of intents: the sentences that ask for them, and what they do. Holds nothing itself.
protocol Skill {
    associatedtype Want: RawRepresentable<String>, CaseIterable
    /// English templates (``SentenceBook``).
    static var sentences: SentenceBook.Source { get }
    /// Carries out a request, or asks back without changing anything.
    static func answer(_ intent: Want, _ request: Request, in house: inout House) -> Reply
}
