/// Values of expressions.
extension Renderer {
    mutating func evaluate(_ expression: Expression, _ scope: Scope) throws(AnswerError) -> Value {
        let place = expression.place
        try charge(1, place)
        switch expression.kind {
        case .literal(let literal): return Self.value(of: literal)
        case .name(let name): return scope.value(of: name) ?? .undefined("\"\(name)\"")
        case .list(let items): return try sized(try evaluate(items, scope), place)
        case .tuple(let items): return .tuple(try evaluate(items, scope))
        case .map(let pairs): return try map(pairs, scope)
        case .attribute(let base, let name):
            return try attribute(name, of: try evaluate(base, scope), place)
        case .item(let base, let index):
            return try item(try defined(index, scope), of: try evaluate(base, scope), place)
        case .slice(let base, let from, let to, let by):
            return try slice(try defined(base, scope), from, to, by, scope, place)
        case .call(let callee, let arguments): return try call(callee, arguments, scope, place)
        case .filter(let base, let filter, let arguments):
            return try apply(
                filter, to: try evaluate(base, scope), try Passed(evaluate(arguments, scope), place))
        case .test(let base, let test, let arguments):
            return .flag(
                try check(test, try evaluate(base, scope), try Passed(evaluate(arguments, scope), place)))
        case .not(let value): return .flag(!(try isTrue(value, scope)))
        case .negative(let value): return try negative(try defined(value, scope), place)
        case .positive(let value): return try defined(value, scope)
        case .and(let left, let right):
            let first = try defined(left, scope)
            return first.isTrue ? try evaluate(right, scope) : first
        case .or(let left, let right):
            let first = try defined(left, scope)
            return first.isTrue ? first : try evaluate(right, scope)
        case .arithmetic(let operation, let left, let right):
            return try compute(operation, try defined(left, scope), try defined(right, scope), place)
        case .joined(let parts):
            var text = ""
            for part in parts {
                text += try defined(part, scope).shown(limit: limits.outputLengthMax)
                _ = try sized(text, place)
            }
            return .text(text)
        case .comparison(let first, let others): return .flag(try compare(first, others, scope, place))
        case .choice(let value, let condition, let otherwise):
            if try isTrue(condition, scope) { return try evaluate(value, scope) }
            guard let otherwise else { return .blank }
            return try evaluate(otherwise, scope)
        }
    }

    private static func value(of literal: Expression.Literal) -> Value {
        switch literal {
        case .none: .nothing
        case .flag(let flag): .flag(flag)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .text(let text): .text(text)
        }
    }

    /// The value of an expression that must be defined.
    mutating func defined(_ expression: Expression, _ scope: Scope) throws(AnswerError) -> Value {
        let value = try evaluate(expression, scope)
        if case .undefined(let name) = value { throw AnswerError(.undefined(name), at: expression.place) }
        return value
    }

    mutating func isTrue(_ expression: Expression, _ scope: Scope) throws(AnswerError) -> Bool {
        try defined(expression, scope).isTrue
    }

    private mutating func evaluate(_ expressions: [Expression], _ scope: Scope) throws(AnswerError) -> [Value]
    {
        var values: [Value] = []
        for expression in expressions { values.append(try evaluate(expression, scope)) }
        return values
    }

    mutating func evaluate(_ arguments: Expression.Arguments, _ scope: Scope) throws(AnswerError)
        -> (positional: [Value], named: [(name: String, value: Value)])
    {
        var named: [(name: String, value: Value)] = []
        for argument in arguments.named { named.append((argument.name, try evaluate(argument.value, scope))) }
        return (try evaluate(arguments.positional, scope), named)
    }

    private mutating func map(_ pairs: [(key: Expression, value: Expression)], _ scope: Scope)
        throws(AnswerError) -> Value
    {
        let map = ValueMap()
        for pair in pairs {
            let key = try defined(pair.key, scope)
            guard let key = ValueMap.Key(key) else {
                throw AnswerError(.type("\(key.kindName) cannot be a key"), at: pair.key.place)
            }
            map[key] = try evaluate(pair.value, scope)
        }
        return .map(map)
    }

    func attribute(_ name: String, of value: Value, _ place: TemplatePlace) throws(AnswerError) -> Value {
        switch (value, name) {
        case (.map(let map), _), (.namespace(let map), _):
            return map[.text(name)] ?? .undefined("\"\(name)\"")
        case (.date(let date), "year"): return .integer(date.year)
        case (.date(let date), "month"): return .integer(date.month)
        case (.date(let date), "day"): return .integer(date.day)
        case (.time(let time), "hour"): return .integer(time.hour)
        case (.time(let time), "minute"): return .integer(time.minute)
        case (.time(let time), "second"): return .integer(time.second)
        case (.undefined(let name), _): throw AnswerError(.undefined(name), at: place)
        case (.blank, _): throw AnswerError(.undefined(value.kindName), at: place)
        case (_, _): return .undefined("\"\(name)\" of \(value.kindName)")
        }
    }

    private mutating func item(_ index: Value, of value: Value, _ place: TemplatePlace) throws(AnswerError)
        -> Value
    {
        if case .text(let text) = value { try charge(text.utf8.count / 16, place) }
        if let index = index.asInteger, let items = Self.sequence(value) {
            let position = index < 0 ? items.count + index : index
            return items.indices.contains(position) ? items[position] : .undefined("item \(index)")
        }
        if case .map(let map) = value, let key = ValueMap.Key(index), let found = map[key] { return found }
        if case .text(let name) = index { return try attribute(name, of: value, place) }
        if case .undefined(let name) = value { throw AnswerError(.undefined(name), at: place) }
        return .undefined("item \(index.shown(limit: 64)) of \(value.kindName)")
    }

    /// The items of what can be indexed by number.
    private static func sequence(_ value: Value) -> [Value]? {
        switch value {
        case .list(let list): list.items
        case .tuple(let items): items
        case .text(let text): text.unicodeScalars.map { .text(String($0)) }
        case .undefined, .blank, .nothing, .flag, .integer, .number, .map, .namespace, .date, .time, .macro,
            .function:
            nil
        }
    }

    private mutating func slice(
        _ value: Value, _ from: Expression?, _ to: Expression?, _ by: Expression?, _ scope: Scope,
        _ place: TemplatePlace
    ) throws(AnswerError) -> Value {
        guard let items = Self.sequence(value) else {
            throw AnswerError(.type("\(value.kindName) cannot be sliced"), at: place)
        }
        let step = try bound(by, scope) ?? 1
        guard step != 0 else { throw AnswerError(.type("a slice cannot go by 0"), at: place) }
        let count = items.count
        func clamped(_ index: Int?, _ usual: Int) -> Int {
            guard let index else { return usual }
            let position = index < 0 ? index + count : index
            return step > 0 ? min(max(position, 0), count) : min(max(position, -1), count - 1)
        }
        let start = clamped(try bound(from, scope), step > 0 ? 0 : count - 1)
        let end = clamped(try bound(to, scope), step > 0 ? count : -1)
        let picked = stride(from: start, to: end, by: step).map { items[$0] }
        switch value {
        case .text: return .text(try sized(picked.map { $0.shown(limit: 8) }.joined(), place))
        case .tuple: return .tuple(picked)
        case .undefined, .blank, .nothing, .flag, .integer, .number, .list, .map, .namespace, .date, .time,
            .macro,
            .function:
            return try sized(picked, place)
        }
    }

    private mutating func bound(_ expression: Expression?, _ scope: Scope) throws(AnswerError) -> Int? {
        guard let expression else { return nil }
        let value = try defined(expression, scope)
        if case .nothing = value { return nil }
        guard let index = value.asInteger, index.magnitude < 1 << 32 else {
            throw AnswerError(.type("\(value.kindName) cannot bound a slice"), at: expression.place)
        }
        return index
    }
}
