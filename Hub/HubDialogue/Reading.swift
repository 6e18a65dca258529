package import HubAnswers

/// One way to understand a sentence: what is wanted, and with what.
package struct Reading: Sendable, Equatable {
    /// A named part of a reading.
    package struct Slot: Sendable, Equatable {
        /// Where its value comes from.
        package enum Source: Sendable, Equatable {
            /// Said: a name, a number, a word of a list.
            case said
            /// Said in free words that no list knows.
            case free
            /// Implied by the sentence: "lights" means the domain `light`.
            case implied
            /// Known beforehand: the room of the relay.
            case context
        }

        package var name: String
        package var value: AnswerValue
        /// The words as they were heard; empty for what was not said.
        package var text: String
        package var source: Source

        package init(_ name: String, _ value: AnswerValue, text: String = "", source: Source = .said) {
            (self.name, self.value, self.text, self.source) = (name, value, text, source)
        }

        /// The value if it is text, else the words heard.
        package var words: String { if case .text(let words) = value { words } else { text } }
    }

    /// "HassTurnOn".
    package var intent: String
    /// Which of the intent's slots come together: "area_domain", "domain_all".
    package var combination: String
    /// Key of the response among the intent's responses.
    package var response: String
    package var slots: [Slot]

    package init(_ intent: String, combination: String = "", response: String = "default", slots: [Slot] = [])
    {
        (self.intent, self.combination, self.response, self.slots) = (intent, combination, response, slots)
    }

    /// The slot called `name`.
    package func slot(_ name: String) -> Slot? { slots.first { $0.name == name } }

    /// Letters that free words took.
    var freeLength: Int {
        slots.reduce(0) { $0 + ($1.source == .free ? $1.text.unicodeScalars.count : 0) }
    }

    /// The same with one slot replaced, or added at the end.
    func setting(_ slot: Slot) -> Reading {
        var changed = self
        if let index = slots.firstIndex(where: { $0.name == slot.name }) {
            changed.slots[index] = slot
        } else {
            changed.slots.append(slot)
        }
        return changed
    }

    /// The same without the slots called `names`.
    func removing(_ names: Set<String>) -> Reading {
        var changed = self
        changed.slots.removeAll { names.contains($0.name) }
        return changed
    }
}

/// Understands single sentences: text in, readings out. The sentence templates of a language fulfil it.
package protocol SentenceReader {
    /// At most `count` readings of `text`, best first; none if no template reads like it.
    ///
    /// - Parameters:
    ///   - area: the name of the room of the relay, which sentences without a room are about; nil if unknown.
    ///   - awaiting: what an open question asks for; templates of answers require it.
    mutating func readings(of text: String, area: String?, awaiting: Awaited?, count: Int) -> [Reading]
}

/// What an open question asks for.
package enum Awaited: String, Sendable, CaseIterable {
    /// Yes or no.
    case confirmation
    /// One of several names.
    case choice
    /// The missing part of a command.
    case slot
}
