/// A sentence template as a tree. The syntax is a subset of the one Home Assistant's sentences use (hassil):
///
/// | written | means |
/// | --- | --- |
/// | `turn on` | these words |
/// | `(a\|b)` | one of them |
/// | `[a]`, `[a\|b]` | one of them or nothing |
/// | `light[s]` | "light" or "lights": a part may touch a word if both are plain text |
/// | `{room}`, `{room:slot}` | a value of the list `room`, kept in the slot `room` or `slot` |
/// | `{1..100:percent}` | a number in words or digits, kept in the slot `percent` |
/// | `<where>` | the rule `where` |
///
/// Permutations (`;`), captures (`@`) and escapes (`\`) are refused by name, not misread.
package indirect enum Template: Sendable, Equatable {
    /// One spoken word, as ``SpokenWords`` writes it.
    case word(String)
    /// All parts in order; none at all is the empty text.
    case sequence([Template])
    /// Any one part.
    case alternatives([Template])
    /// A value of a named list.
    case list(name: String, slot: String)
    /// A whole number in 0...999.
    case range(ClosedRange<Int>, slot: String)
    /// The template of a named rule.
    case rule(String)

    /// Matches the empty text only.
    package static let nothing = Template.sequence([])
}

/// What is wrong with a template, and where.
package struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Problem: Sendable, Equatable {
        /// A bracket that is never closed.
        case unclosed(Character)
        /// A closing bracket without its opening one.
        case unexpected(Character)
        /// `{}`, `<>`, or a name with other characters than letters, digits and `_`.
        case badName(String)
        /// A range that is not `low..high` with 0 <= low <= high <= 999, or that names no slot.
        case badRange(String)
        /// A part of the full language that is not understood yet.
        case unsupported(Character)
        /// A list, a rule or several words touch a word.
        case touching
        /// Longer than ``TemplateParser/lengthMax``.
        case tooLong
        /// Nested deeper than ``TemplateParser/depthMax``.
        case tooDeep
        /// Nothing is written.
        case empty
    }

    package var problem: Problem
    /// The character the problem was met at, counted from 1.
    package var column: Int

    package init(problem: Problem, column: Int) { (self.problem, self.column) = (problem, column) }

    package var description: String { "column \(column): \(advice)" }

    private var advice: String {
        switch problem {
        case .unclosed(let bracket): "'\(bracket)' is never closed; add its partner"
        case .unexpected(let bracket): "'\(bracket)' closes nothing; remove it or open it before"
        case .badName(let name): "'\(name)' is no name; use letters, digits and '_'"
        case .badRange(let text): "'\(text)' is no range; write {low..high:slot} with numbers in 0...999"
        case .unsupported(let sign): "'\(sign)' is not supported yet; write the sentences out"
        case .touching: "only plain words may touch; put a space here"
        case .tooLong: "longer than \(TemplateParser.lengthMax) characters; split it into rules"
        case .tooDeep: "nested deeper than \(TemplateParser.depthMax); split it into rules"
        case .empty: "nothing is written here"
        }
    }
}
