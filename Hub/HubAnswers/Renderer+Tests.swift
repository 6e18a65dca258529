/// The tests of Jinja that ``Test`` names.
extension Renderer {
    mutating func check(_ test: Test, _ value: Value, _ passed: Passed) throws(AnswerError) -> Bool {
        switch test {
        case .defined, .undefined:
            return Self.isMissing(value) == (test == .undefined)
        case .boolean, .false, .float, .integer, .mapping, .none, .number, .sequence, .string, .true:
            return Self.isKind(test, value)
        default: break
        }
        if case .undefined(let name) = value { throw AnswerError(.undefined(name), at: passed.place) }
        switch test {
        case .eq, .equalto, .equalSign: return try compared(.equal, value, passed)
        case .ne, .unequalSign: return try compared(.unequal, value, passed)
        case .lt, .lessthan, .lessSign: return try compared(.less, value, passed)
        case .le, .lessOrEqualSign: return try compared(.lessOrEqual, value, passed)
        case .gt, .greaterthan, .greaterSign: return try compared(.greater, value, passed)
        case .ge, .greaterOrEqualSign: return try compared(.greaterOrEqual, value, passed)
        case .in: return try compared(.isIn, value, passed)
        case .divisibleby:
            let rest = try compute(.remainder, value, try passed.required(0, "num"), passed.place)
            return !rest.isTrue
        case .even, .odd:
            let rest = try compute(.remainder, value, .integer(2), passed.place)
            return try areEqual(rest, .integer(test == .even ? 0 : 1), passed.place)
        case .lower, .upper:
            let text = value.shown(limit: limits.outputLengthMax)
            let same = test == .lower ? PythonText.lower(text) : text.uppercased()
            return text == same && text.unicodeScalars.contains { $0.properties.isCased }
        case .boolean, .defined, .false, .float, .integer, .iterable, .mapping, .none, .number, .sequence,
            .string,
            .true, .undefined:
            return Self.isKind(test, value)
        }
    }

    private static func isMissing(_ value: Value) -> Bool {
        switch value {
        case .undefined, .blank: true
        case .nothing, .flag, .integer, .number, .text, .list, .tuple, .map, .namespace, .date, .time, .macro,
            .function:
            false
        }
    }

    private mutating func compared(_ comparison: Expression.Comparison, _ value: Value, _ passed: Passed)
        throws(AnswerError) -> Bool
    {
        try holds(comparison, value, try passed.required(0, "other"), passed.place)
    }

    private static func isKind(_ test: Test, _ value: Value) -> Bool {
        switch value {
        case .nothing: test == .none
        case .flag(let flag): test == .boolean || test == .number || test == (flag ? .true : .false)
        case .integer: test == .integer || test == .number
        case .number: test == .float || test == .number
        case .text: test == .string || test == .sequence || test == .iterable
        case .list, .tuple: test == .sequence || test == .iterable
        case .map: test == .mapping || test == .sequence || test == .iterable
        case .undefined, .blank, .namespace, .date, .time, .macro, .function: false
        }
    }
}
