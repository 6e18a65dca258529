/// Arithmetic and comparison.
extension Renderer {
    func negative(_ value: Value, _ place: TemplatePlace) throws(AnswerError) -> Value {
        if let whole = value.asInteger {
            let (negated, overflows) = Int(0).subtractingReportingOverflow(whole)
            if !overflows { return .integer(negated) }
        }
        guard let number = value.asDouble else {
            throw AnswerError(.type("\(value.kindName) has no negative"), at: place)
        }
        return .number(-number)
    }

    mutating func compute(
        _ operation: Expression.Arithmetic, _ left: Value, _ right: Value, _ place: TemplatePlace
    ) throws(AnswerError) -> Value {
        if operation != .divide, let one = left.asInteger, let two = right.asInteger {
            if let value = try Self.whole(operation, one, two, place) { return value }
        } else if let one = left.asDouble, let two = right.asDouble {
            return .number(try Self.real(operation, one, two, place))
        }
        switch (operation, left, right) {
        case (.add, .text(let one), .text(let two)): return .text(try sized(one + two, place))
        case (.add, .list(let one), .list(let two)): return try sized(one.items + two.items, place)
        case (.add, .tuple(let one), .tuple(let two)):
            _ = try sized(one + two, place)
            return .tuple(one + two)
        case (.multiply, .integer, .text), (.multiply, .integer, .list), (.multiply, .flag, .text),
            (.multiply, .flag, .list):
            return try compute(.multiply, right, left, place)
        case (.multiply, .text(let text), _):
            guard let count = right.asInteger else { break }
            try checkSize(count, times: text.utf8.count, limits.outputLengthMax, place)
            return .text(try sized(String(repeating: text, count: max(0, count)), place))
        case (.multiply, .list(let list), _):
            guard let count = right.asInteger else { break }
            try checkSize(count, times: list.items.count, limits.itemCountMax, place)
            return try sized(Array(repeatElement(list.items, count: max(0, count)).joined()), place)
        case (_, _, _): break
        }
        throw AnswerError(
            .type("\(left.kindName) \(operation.rawValue) \(right.kindName) has no meaning"), at: place)
    }

    private func checkSize(_ count: Int, times length: Int, _ limit: Int, _ place: TemplatePlace)
        throws(AnswerError)
    {
        let (product, overflows) = max(0, count).multipliedReportingOverflow(by: max(1, length))
        guard !overflows, product <= limit else {
            throw AnswerError(.limit("a value of more than \(limit) parts"), at: place)
        }
    }

    /// Nil if the result is no whole number.
    private static func whole(
        _ operation: Expression.Arithmetic, _ left: Int, _ right: Int, _ place: TemplatePlace
    ) throws(AnswerError) -> Value? {
        let (value, overflows): (Int, Bool)
        switch operation {
        case .add: (value, overflows) = left.addingReportingOverflow(right)
        case .subtract: (value, overflows) = left.subtractingReportingOverflow(right)
        case .multiply: (value, overflows) = left.multipliedReportingOverflow(by: right)
        case .divideWhole, .remainder:
            guard right != 0 else { throw AnswerError(.type("division by zero"), at: place) }
            let (quotient, isTooLarge) = left.dividedReportingOverflow(by: right)
            let rest = isTooLarge ? 0 : left % right
            let isBelow = rest != 0 && (rest < 0) != (right < 0)
            overflows = isTooLarge
            value = operation == .remainder ? (isBelow ? rest + right : rest) : quotient - (isBelow ? 1 : 0)
        case .power:
            guard right >= 0 else { return .number(try real(.power, Double(left), Double(right), place)) }
            (value, overflows) = power(left, right)
        case .divide: return nil
        }
        guard !overflows else { throw AnswerError(.type("the number is too large"), at: place) }
        return .integer(value)
    }

    private static func power(_ base: Int, _ exponent: Int) -> (Int, Bool) {
        if base == 0 || base == 1 { return (exponent == 0 ? 1 : base, false) }
        if base == -1 { return (exponent % 2 == 0 ? 1 : -1, false) }
        var value = 1
        for _ in 0..<min(exponent, 64) {
            let (product, overflows) = value.multipliedReportingOverflow(by: base)
            if overflows { return (0, true) }
            value = product
        }
        return (value, exponent > 64)
    }

    private static func real(
        _ operation: Expression.Arithmetic, _ left: Double, _ right: Double, _ place: TemplatePlace
    ) throws(AnswerError) -> Double {
        switch operation {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .power:
            guard let value = PythonNumber.power(left, right), value.isFinite else {
                throw AnswerError(.type("\(left) ** \(right) is no number"), at: place)
            }
            return value
        case .divide, .divideWhole, .remainder:
            guard right != 0 else { throw AnswerError(.type("division by zero"), at: place) }
            if operation == .divide { return left / right }
            var rest = left.truncatingRemainder(dividingBy: right)
            if rest != 0, (rest < 0) != (right < 0) { rest += right }
            return operation == .remainder ? rest : ((left - rest) / right).rounded()
        }
    }

    mutating func compare(
        _ first: Expression, _ others: [(Expression.Comparison, Expression)], _ scope: Scope,
        _ place: TemplatePlace
    ) throws(AnswerError) -> Bool {
        var left = try defined(first, scope)
        for (comparison, expression) in others {
            let right = try defined(expression, scope)
            guard try holds(comparison, left, right, place) else { return false }
            left = right
        }
        return true
    }

    mutating func holds(
        _ comparison: Expression.Comparison, _ left: Value, _ right: Value, _ place: TemplatePlace
    ) throws(AnswerError) -> Bool {
        switch comparison {
        case .equal: return try areEqual(left, right, place)
        case .unequal: return try !areEqual(left, right, place)
        case .isIn: return try contains(right, left, place)
        case .isNotIn: return try !contains(right, left, place)
        case .less: return try precedes(left, right, place)
        case .greater: return try precedes(right, left, place)
        case .lessOrEqual:
            if isNotANumber(left) || isNotANumber(right) { return false }
            return try !precedes(right, left, place)
        case .greaterOrEqual:
            if isNotANumber(left) || isNotANumber(right) { return false }
            return try !precedes(left, right, place)
        }
    }

    private func isNotANumber(_ value: Value) -> Bool { value.asDouble?.isNaN ?? false }

    private func precedes(_ left: Value, _ right: Value, _ place: TemplatePlace) throws(AnswerError) -> Bool {
        guard let precedes = left.precedes(right) else {
            throw AnswerError(.type("\(left.kindName) and \(right.kindName) have no order"), at: place)
        }
        return precedes
    }

    mutating func areEqual(_ left: Value, _ right: Value, _ place: TemplatePlace) throws(AnswerError) -> Bool
    {
        var budget = limits.stepCountMax
        let areEqual = left.equals(right, budget: &budget)
        try charge(limits.stepCountMax - budget, place)
        return areEqual
    }

    /// Searching costs the product of both lengths at worst.
    mutating func chargeSearch(for part: String, in text: String, _ place: TemplatePlace) throws(AnswerError)
    {
        try charge(1 + text.utf8.count / 16 * (1 + part.utf8.count / 16), place)
    }

    mutating func contains(_ container: Value, _ value: Value, _ place: TemplatePlace) throws(AnswerError)
        -> Bool
    {
        switch container {
        case .text(let text):
            guard case .text(let part) = value else {
                throw AnswerError(.type("a text cannot contain \(value.kindName)"), at: place)
            }
            try chargeSearch(for: part, in: text, place)
            return PythonText.contains(text, part)
        case .map(let map):
            guard let key = ValueMap.Key(value) else {
                throw AnswerError(.type("\(value.kindName) cannot be a key"), at: place)
            }
            return map[key] != nil
        case .list, .tuple:
            for item in try iterated(container, place) where try areEqual(item, value, place) { return true }
            return false
        case .undefined, .blank, .nothing, .flag, .integer, .number, .namespace, .date, .time, .macro,
            .function:
            throw AnswerError(.type("\(container.kindName) contains nothing"), at: place)
        }
    }
}
