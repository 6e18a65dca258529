/// The filters of Jinja that ``Filter`` names.
extension Renderer {
    mutating func apply(_ filter: Filter, to value: Value, _ passed: Passed) throws(AnswerError) -> Value {
        if filter == .default || filter == .d { return try usual(value, passed) }
        if case .undefined(let name) = value { throw AnswerError(.undefined(name), at: passed.place) }
        switch filter {
        case .capitalize, .lower, .replace, .string, .title, .trim, .upper:
            return .text(try text(filter, value.shown(limit: limits.outputLengthMax), passed))
        case .abs, .float, .int, .round: return try number(filter, value, passed)
        case .count, .first, .join, .last, .length: return try single(filter, value, passed)
        case .items, .list, .map, .reject, .rejectattr, .reverse, .select, .selectattr, .sort, .unique:
            return try sized(try list(filter, value, passed), passed.place)
        case .max, .min, .sum: return try total(filter, value, passed)
        case .d, .default: return value
        }
    }

    private func usual(_ value: Value, _ passed: Passed) throws(AnswerError) -> Value {
        let otherwise = passed.value(0, "default_value") ?? .text("")
        let alsoForFalse = passed.value(1, "boolean")?.isTrue ?? false
        switch value {
        case .undefined, .blank: return otherwise
        default: break
        }
        return alsoForFalse && !value.isTrue ? otherwise : value
    }

    private mutating func text(_ filter: Filter, _ text: String, _ passed: Passed) throws(AnswerError)
        -> String
    {
        let text = try sized(text, passed.place)
        switch filter {
        case .capitalize: return PythonText.capitalize(text)
        case .lower: return PythonText.lower(text)
        case .upper: return text.uppercased()
        case .title: return PythonText.titleFilter(text)
        case .trim:
            guard let characters = passed.value(0, "chars") else { return PythonText.strip(text) }
            return PythonText.strip(text, characters.shown(limit: limits.outputLengthMax))
        case .replace: return try replaced(text, passed)
        case .abs, .count, .d, .default, .first, .float, .int, .items, .join, .last, .length, .list, .map,
            .max,
            .min, .reject, .rejectattr, .reverse, .round, .select, .selectattr, .sort, .string, .sum, .unique:
            return text
        }
    }

    /// `replace(old, new, count)` as filter and as method.
    mutating func replaced(_ text: String, _ passed: Passed) throws(AnswerError) -> String {
        let old = try passed.required(0, "old").shown(limit: limits.outputLengthMax)
        let new = try passed.required(1, "new").shown(limit: limits.outputLengthMax)
        let count = try passed.integer(2, "count", usual: .max)
        try chargeSearch(for: old, in: text, passed.place)
        // Growth is known before it happens.
        let hits = min(text.unicodeScalars.count / max(1, old.unicodeScalars.count) + 1, max(0, count))
        try charge(hits * new.utf8.count / 16, passed.place)
        return try sized(
            PythonText.replace(text, old, with: new, atMost: count < 0 ? .max : count), passed.place)
    }

    private func number(_ filter: Filter, _ value: Value, _ passed: Passed) throws(AnswerError) -> Value {
        switch (filter, value) {
        case (.int, _): return integer(value) ?? passed.value(0, "default") ?? .integer(0)
        case (.float, .text(let text)):
            return PythonNumber.number(text).map(Value.number) ?? passed.value(0, "default") ?? .number(0)
        case (.float, _):
            return value.asDouble.map(Value.number) ?? passed.value(0, "default") ?? .number(0)
        case (.abs, .integer(let whole)) where whole != .min: return .integer(abs(whole))
        case (.abs, .flag(let flag)): return .integer(flag ? 1 : 0)
        case (.abs, .number(let real)): return .number(abs(real))
        case (.round, .integer), (.round, .flag): return value.asInteger.map(Value.integer) ?? value
        case (.round, .number(let real)):
            let places = try passed.integer(0, "precision", usual: 0)
            switch try passed.text(1, "method", usual: "common") {
            case "common": return .number(PythonNumber.round(real, places: places))
            case "ceil", "floor":
                let scale = (0..<max(0, min(places, 15))).reduce(1.0) { scale, _ in scale * 10 }
                let isUp = try passed.text(1, "method", usual: "") == "ceil"
                return .number((real * scale).rounded(isUp ? .up : .down) / scale)
            case let method:
                throw AnswerError(.type("\"\(method)\" is none of common, ceil, floor"), at: passed.place)
            }
        case (_, _):
            throw AnswerError(
                .type("\(filter.rawValue) needs a number, not \(value.kindName)"), at: passed.place)
        }
    }

    /// `int()`: a text may hold a whole number or one with a point, which is cut off.
    private func integer(_ value: Value) -> Value? {
        var real = value.asDouble
        if case .text(let text) = value {
            if let whole = PythonNumber.integer(text) { return .integer(whole) }
            real = PythonNumber.number(text)
        } else if let whole = value.asInteger {
            return .integer(whole)
        }
        return real.flatMap { Int(exactly: $0.rounded(.towardZero)) }.map(Value.integer)
    }

    private mutating func single(_ filter: Filter, _ value: Value, _ passed: Passed) throws(AnswerError)
        -> Value
    {
        if filter == .length || filter == .count {
            if case .text(let text) = value { return .integer(text.unicodeScalars.count) }
            return .integer(try iterated(value, passed.place).count)
        }
        let items = try iterated(value, passed.place)
        switch filter {
        case .first: return items.first ?? .undefined("the first of no items")
        case .last: return items.last ?? .undefined("the last of no items")
        default: return .text(try joined(items, passed))
        }
    }

    /// `join(separator, attribute)`.
    private mutating func joined(_ items: [Value], _ passed: Passed) throws(AnswerError) -> String {
        let separator = passed.value(0, "d")?.shown(limit: limits.outputLengthMax) ?? ""
        var text = ""
        for (index, item) in items.enumerated() {
            let part = try keyed(item, passed.value(1, "attribute"), passed.place)
            if case .undefined(let name) = part { throw AnswerError(.undefined(name), at: passed.place) }
            if index > 0 { text += separator }
            text += part.shown(limit: limits.outputLengthMax)
            try charge(1, passed.place)
            guard text.utf8.count <= limits.outputLengthMax else { break }
        }
        return try sized(text, passed.place)
    }

    /// The attribute `path` ("a.b") of an item; the item itself without a path.
    func keyed(_ item: Value, _ path: Value?, _ place: TemplatePlace) throws(AnswerError) -> Value {
        guard case .text(let path)? = path else { return item }
        var value = item
        for name in path.split(separator: ".", maxSplits: 8) {
            value = try attribute(String(name), of: value, place)
        }
        return value
    }

    private mutating func total(_ filter: Filter, _ value: Value, _ passed: Passed) throws(AnswerError)
        -> Value
    {
        var items: [Value] = []
        for item in try iterated(value, passed.place) {
            items.append(try keyed(item, passed.value(filter == .sum ? 0 : 1, "attribute"), passed.place))
        }
        if filter == .sum {
            var sum: Value = passed.value(1, "start") ?? .integer(0)
            for item in items { sum = try compute(.add, sum, item, passed.place) }
            return sum
        }
        guard var best = items.first else { return .undefined("the \(filter.rawValue) of no items") }
        for item in items.dropFirst() {
            let (one, two) = (Self.folded(item), Self.folded(best))
            if try holds(filter == .min ? .less : .greater, one, two, passed.place) { best = item }
        }
        return best
    }
}
