/// Where something stands in a template; both count from 1, columns in Unicode scalars.
package struct TemplatePlace: Sendable, Hashable {
    /// From 1.
    package var line: Int
    /// From 1, in Unicode scalars.
    package var column: Int
    package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
}

/// Why a response template could not be read or rendered, and where.
package struct AnswerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Problem: Sendable, Equatable {
        /// The template does not follow the grammar; the text says what stands there and what could.
        case syntax(String)
        /// A name, attribute or item that does not exist was used.
        case undefined(String)
        /// Values that do not go together: text minus number, a filter on the wrong kind of value.
        case type(String)
        /// A named bound of ``AnswerLimits`` was reached.
        case limit(String)
    }

    package var problem: Problem
    /// Where the template goes wrong.
    package var place: TemplatePlace
    /// What the template is called: "en/HassTurnOn default"; empty if it was given no name.
    package var template: String

    init(_ problem: Problem, at place: TemplatePlace, in template: String = "") {
        (self.problem, self.place, self.template) = (problem, place, template)
    }

    package var description: String {
        let text =
            switch problem {
            case .syntax(let text), .type(let text): text
            case .undefined(let name): "\(name) is not defined"
            case .limit(let text): "\(text): make the template smaller"
            }
        let opening = template.isEmpty ? "" : "\(template), "
        return "\(opening)line \(place.line), column \(place.column): \(text)"
    }
}

/// What one template may cost. Reaching a bound is an error, never a shortened answer.
package struct AnswerLimits: Sendable {
    /// Unicode scalars in a template.
    package static let sourceLengthMax = 65_536
    /// Brackets, operators and blocks within each other.
    package static let depthMax = 64
    /// Operators, filters, attributes and calls in one tag.
    package static let operatorCountMax = 512
    /// Macros and loops within each other while rendering.
    package static let callDepthMax = 16
    /// Expressions evaluated plus 16th parts of the characters and items moved.
    package var stepCountMax: Int
    /// UTF-8 bytes of an answer, and of any text on the way to it.
    package var outputLengthMax: Int
    /// Items in any list.
    package var itemCountMax: Int

    /// More than any answer needs; a render that exhausts it takes some milliseconds.
    package static let usual = AnswerLimits(
        stepCountMax: 100_000, outputLengthMax: 16_384, itemCountMax: 8_192)

    package init(stepCountMax: Int, outputLengthMax: Int, itemCountMax: Int) {
        (self.stepCountMax, self.outputLengthMax) = (stepCountMax, outputLengthMax)
        self.itemCountMax = itemCountMax
    }
}
