/// What a sentence means.
package struct Understanding: Equatable, Sendable {
    /// One slot of the result.
    package struct Slot: Equatable, Sendable {
        /// Where a value comes from.
        package enum Source: Equatable, Sendable {
            /// A list's value or a number, said in the sentence.
            case said
            /// Free words of the sentence.
            case wildcard
            /// Implied by the template's block.
            case implied
            /// Taken from the context: "here".
            case context
        }

        package let name: String
        package let value: SlotValue
        /// The words as they were heard; empty for what was not said.
        package let text: String
        package let source: Source

        package init(name: String, value: SlotValue, text: String, source: Source) {
            (self.name, self.value, self.text, self.source) = (name, value, text, source)
        }
    }

    /// Why this result stands where it does: compared from the first to the last.
    package struct Score: Equatable, Sendable {
        package var isPreferred: Bool
        /// Characters of the device's name, -1 without one.
        package var nameCount: Int
        package var wildcardCount: Int
        /// Characters matched literally.
        package var literalCount: Int
        /// Characters that wildcards took.
        package var wildcardLength: Int
    }

    /// "HassTurnOn"
    package let intent: String
    /// Key of the response among the intent's responses.
    package let response: String
    /// Combination of slots; "" where the pack has none.
    package let combination: String
    /// In the order of the sentence, then what is implied.
    package let slots: [Slot]
    /// Captures for the response only.
    package let captures: [Slot]
    /// The context of the result: the caller's and what names brought.
    package let context: [String: SlotValue]
    /// The template's text and place; the column is that of the template.
    package let template: String
    package let place: SourcePlace
    package let score: Score

    /// The slot called `name`.
    package func slot(_ name: String) -> Slot? { slots.first { $0.name == name } }
}
