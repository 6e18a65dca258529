/// What a slot holds.
package enum SlotValue: Hashable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case truth(Bool)
    case list([SlotValue])
}

/// Which parts of a whole a range's numbers may have.
package enum RangeFraction: UInt32, Sendable, BitwiseCopyable {
    case none = 0
    case halves = 2
    case tenths = 10
}

/// A list of numbers: `from...to` in steps, said in digits or in words.
package struct RangeList: Equatable, Sendable, BitwiseCopyable {
    /// Numbers from the first to the last of a range, at most.
    package static let spanMax = 1_000_000

    package let first: Int
    package let last: Int
    package let step: Int
    package let fraction: RangeFraction
    /// What the number said is multiplied by: -1 for "volume down".
    package let multiplier: Double
    package let allowsDigits: Bool
    package let allowsWords: Bool

    package init(
        first: Int, last: Int, step: Int = 1, fraction: RangeFraction = .none, multiplier: Double = 1,
        allowsDigits: Bool = true, allowsWords: Bool = true
    ) {
        (self.first, self.last, self.step, self.fraction) = (first, last, max(1, step), fraction)
        (self.multiplier, self.allowsDigits, self.allowsWords) = (multiplier, allowsDigits, allowsWords)
    }

    /// Whether `tenths` / 10 is one of the numbers.
    package func contains(tenths: Int) -> Bool {
        let part = ((tenths % 10) + 10) % 10
        let whole = (tenths - part) / 10
        guard whole >= first, whole <= last, (whole - first) % step == 0 else { return false }
        // Each whole number brings its fractions, the last one too.
        switch fraction {
        case .none: return part == 0
        case .halves: return part % 5 == 0
        case .tenths: return true
        }
    }
}

/// What a list holds.
package enum ListContents: Sendable {
    case values([ListValue])
    case range(RangeList)
    /// At least one character of anything.
    case wildcard
    /// The home says it: names of devices, areas, floors.
    case home
}

/// One value of a text list.
package struct ListValue: Sendable {
    /// What is said: plain words or a template.
    package let said: String
    /// What the slot gets; nothing for the text as it was heard.
    package let value: SlotValue?
    /// What a result with this value knows besides: compared with a block's requirements.
    package let context: [String: SlotValue]
    package let place: SourcePlace

    package init(_ said: String, value: SlotValue?, context: [String: SlotValue] = [:], place: SourcePlace) {
        (self.said, self.value, self.context, self.place) = (said, value, context, place)
    }
}
