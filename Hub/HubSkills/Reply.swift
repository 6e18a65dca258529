package import HubUnderstanding
package import LoqaBase

/// What came of one sentence.
package struct Reply: Sendable, Equatable {
    /// How well it was understood.
    package enum Understood: Sendable, Equatable {
        /// It was carried out, or answered.
        case yes
        /// Something in it is not known or not clear; nothing was changed and the talker was asked or told.
        case asked
        /// No sentence reads like this.
        case no
    }

    package var understood: Understood
    /// The intent, for the timeline; nil if nothing was understood.
    package var intent: Intent?
    /// Slots in the order spoken, as text for the timeline.
    package var slots: [(name: String, value: String)]
    /// Devices changed.
    package var changes: [HouseChange]
    /// To be spoken; empty if there is nothing to say.
    package var answer: String
    /// A question was asked: listen again, and hand it to the next call of `hear`.
    package var question: PendingQuestion?
    /// Rings to start and stop, in order.
    package var effects: [Effect]
    /// Whether devices or timers changed, so that the state is to be saved.
    package var changedState: Bool

    /// Whether the relay listens again after the answer.
    package var expectsReply: Bool { question != nil }

    package init(
        _ understood: Understood, answer: String, question: PendingQuestion? = nil,
        changes: [HouseChange] = [],
        effects: [Effect] = [], changedState: Bool = false
    ) {
        (self.understood, self.answer, self.question) = (understood, answer, question)
        (self.changes, self.effects) = (changes, effects)
        self.changedState = changedState || !changes.isEmpty
        (intent, slots) = (nil, [])
    }

    package static func == (left: Reply, right: Reply) -> Bool {
        left.understood == right.understood && left.intent == right.intent && left.changes == right.changes
            && left.answer == right.answer && left.question == right.question && left.effects == right.effects
            && left.slots.elementsEqual(right.slots) { $0 == $1 }
    }
}

/// One device that changed.
package struct HouseChange: Sendable, Equatable {
    package var device: DeviceID
    package var room: RoomID
    /// "kitchen ceiling lights".
    package var name: String
    package var from: DeviceState
    package var to: DeviceState
}

/// Something the hub does besides speaking the answer.
package enum Effect: Sendable, Equatable {
    /// Ring at `relay`; if that is nil or gone, at a relay of `room`. `announcement` may be spoken with it.
    case startRing(RingID, relay: RelayID?, room: RoomID, announcement: String)
    case stopRing(RingID)
    /// Speak a text in these rooms at the same moment; in all if there are none.
    case announce(String, rooms: [RoomID])
    /// The talker says that the relay was woken by mistake before.
    case markFalseWake(RelayID)
}

/// A question the hub asked and what its answers would do. A value: the caller keeps it until the talker
/// answers, asks for something else, or the time is up.
package struct PendingQuestion: Sendable, Equatable {
    /// One possible answer.
    package struct Option: Sendable, Equatable {
        /// Names it is chosen by, as spoken: rooms, devices, timers.
        package var names: [String]
        /// How the hub says it: "the one in the bedroom".
        package var label: String
        /// The sentence it completes.
        package var match: Match
    }
    /// What was asked.
    package enum Topic: Sendable, Equatable {
        /// One of these; "yes" is enough if there is only one.
        case oneOf([Option])
        /// The length of a timer to set.
        case timerLength(name: String?)
        /// The dialogue knows what it asked.
        case dialogue
    }

    package var topic: Topic
    /// How often it was asked again. After ``repeatCountMax`` the hub gives up.
    package var repeatCount = 0
    package static let repeatCountMax = 1
    /// Options of one question.
    package static let optionCountMax = 8

    package init(_ topic: Topic) { self.topic = topic }
}
