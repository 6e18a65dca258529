/// The values a `{list}` of a template can take.
package struct SlotList: Sendable, Equatable {
    /// One spoken text and what it means.
    package struct Value: Sendable, Equatable {
        /// Words as ``SpokenWords`` writes them; never empty.
        package var words: [String]
        package var meaning: SlotValue

        /// A value that means its own words if `meaning` is not given.
        package init(_ spoken: String, meaning: SlotValue? = nil) {
            words = SpokenWords.words(of: spoken)
            self.meaning = meaning ?? .text(words.joined(separator: " "))
        }
    }

    /// What can be said for it, each with what it stands for.
    package var values: [Value]
    /// If true, up to ``wildcardWordCountMax`` words of any kind match too, as ``SlotValue/unknown(_:)``.
    /// The values are then only the examples that a speech recogniser listens for.
    package var isWildcard: Bool

    /// Words one unknown name may have.
    package static let wildcardWordCountMax = 4

    /// Values without any word are dropped; of two with the same words the first counts.
    package init(_ values: [Value], isWildcard: Bool = false) {
        var seen: Set<[String]> = []
        self.values = values.filter { !$0.words.isEmpty && seen.insert($0.words).inserted }
        self.isWildcard = isWildcard
    }
}

/// What a slot holds.
package enum SlotValue: Sendable, Equatable {
    /// The meaning of a list's value.
    case text(String)
    /// A number.
    case number(Int)
    /// Words where a name was expected, that no list holds.
    case unknown(String)
}

/// A slot filled by a sentence.
package struct Slot: Sendable, Equatable {
    /// Name of the slot.
    package var name: String
    package var value: SlotValue
    /// The words as spoken.
    package var spoken: String

    package init(name: String, value: SlotValue, spoken: String) {
        (self.name, self.value, self.spoken) = (name, value, spoken)
    }
}

/// A sentence that was understood.
package struct Match: Sendable, Equatable {
    /// What the sentence means.
    package var intent: String
    /// In the order spoken; a name appears once, the last one said counts.
    package var slots: [Slot]

    package init(intent: String, slots: [Slot]) { (self.intent, self.slots) = (intent, slots) }

    /// The slot called `name`, if it was filled.
    package subscript(name: String) -> Slot? { slots.first { $0.name == name } }

    /// The text a list gave the slot `name`; nil for numbers and unknown names.
    package func text(_ name: String) -> String? {
        if case .text(let text) = self[name]?.value { text } else { nil }
    }

    /// The number in the slot `name`.
    package func number(_ name: String) -> Int? {
        if case .number(let number) = self[name]?.value { number } else { nil }
    }

    /// The words in the slot `name` that no list holds.
    package func unknown(_ name: String) -> String? {
        if case .unknown(let words) = self[name]?.value { words } else { nil }
    }

    /// The same sentence with `name` set to `value`.
    package func setting(_ name: String, to value: SlotValue, spoken: String = "") -> Match {
        var copy = removing(name)
        copy.slots.append(Slot(name: name, value: value, spoken: spoken))
        return copy
    }

    /// The same sentence without the slot `name`.
    package func removing(_ name: String) -> Match {
        Match(intent: intent, slots: slots.filter { $0.name != name })
    }
}

/// How far a text is a sentence. What decides when a talker has finished.
package enum Completeness: Sendable, Equatable {
    /// No sentence of the speech grammar begins like this.
    case unknown
    /// The beginning of a sentence, not yet one.
    case partial
    /// A sentence; `canContinue` if a longer sentence begins with it ("turn on the lights" in the kitchen).
    case complete(canContinue: Bool)
}
