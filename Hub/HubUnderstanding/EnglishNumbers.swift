/// Whole numbers as English words, in both directions. Pure.
package enum EnglishNumbers {
    private static let small = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = [
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ]

    /// The highest number a sentence template may ask for.
    package static let rangeMax = 999

    /// The usual words for `value`: 105 is "one hundred five".
    ///
    /// - Precondition: `value` is in 0...999,999.
    package static func words(for value: Int) -> [String] {
        precondition((0...999_999).contains(value), "a number outside 0...999,999")
        switch value {
        case 0..<20: return [small[value]]
        case 20..<100: return [tens[value / 10]] + (value % 10 == 0 ? [] : [small[value % 10]])
        case 100..<1_000:
            return [small[value / 100], "hundred"] + (value % 100 == 0 ? [] : words(for: value % 100))
        default:
            return words(for: value / 1_000) + ["thousand"]
                + (value % 1_000 == 0 ? [] : words(for: value % 1_000))
        }
    }

    /// Every way a talker says `value`: "one hundred five", "a hundred and five" ...
    ///
    /// - Precondition: `value` is in 0...999.
    package static func spellings(of value: Int) -> [[String]] {
        precondition((0...rangeMax).contains(value), "a number outside 0...999")
        guard value >= 100 else { return [words(for: value)] }
        let hundreds = [small[value / 100]]
        let heads = (value / 100 == 1 ? [hundreds, ["a"]] : [hundreds]).map { $0 + ["hundred"] }
        if value % 100 == 0 { return heads }
        let rest = words(for: value % 100)
        return heads.flatMap { [$0 + rest, $0 + ["and"] + rest] }
    }

    /// The alternatives of a speech grammar that say exactly the numbers of `range`.
    ///
    /// Whole decades and hundreds share the rules that `subrange` returns the name of.
    package static func grammar(
        of range: ClosedRange<Int>, subrange: (ClosedRange<Int>) -> String
    ) -> [String] {
        var alternatives: [String] = []
        var fullDecades: [String] = []
        var value = range.lowerBound
        while value <= range.upperBound {
            if value >= 100, value % 100 == 0, value + 99 <= range.upperBound {
                let head = value / 100 == 1 ? "(one | a)" : small[value / 100]
                alternatives.append("\(head) hundred [[and] \(subrange(1...99))]")
                value += 100
            } else if (20..<100).contains(value), value % 10 == 0, value + 9 <= range.upperBound {
                fullDecades.append(tens[value / 10])
                value += 10
            } else {
                alternatives += spellings(of: value).map { $0.joined(separator: " ") }
                value += 1
            }
        }
        if !fullDecades.isEmpty {
            alternatives.append("(\(fullDecades.joined(separator: " | "))) [\(subrange(1...9))]")
        }
        return alternatives
    }
}
