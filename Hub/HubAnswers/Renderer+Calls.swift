/// Calls of macros, of the hub's functions and of methods.
extension Renderer {
    mutating func call(
        _ callee: Expression, _ arguments: Expression.Arguments, _ scope: Scope, _ place: TemplatePlace
    ) throws(AnswerError) -> Value {
        if case .attribute(let base, let name) = callee.kind {
            let value = try defined(base, scope)
            let passed = Passed(try evaluate(arguments, scope), place)
            if let result = try method(name, of: value, passed) { return result }
            return try call(try attribute(name, of: value, place), passed)
        }
        return try call(try defined(callee, scope), Passed(try evaluate(arguments, scope), place))
    }

    private mutating func call(_ callee: Value, _ passed: Passed) throws(AnswerError) -> Value {
        switch callee {
        case .macro(let macro, let scope): return try call(macro, in: scope, passed)
        case .function(.stateAttribute):
            let entity = try passed.required(0, "entity_id").shown(limit: 1_024)
            let name = try passed.required(1, "name").shown(limit: 1_024)
            return entities.first { $0.entityID == entity }?.attribute(name).map(Value.init) ?? .nothing
        case .function(.namespace):
            let namespace = makeNamespace()
            for argument in passed.named { namespace[.text(argument.name)] = argument.value }
            return .namespace(namespace)
        case .function(.dict):
            let map = ValueMap()
            for argument in passed.named { map[.text(argument.name)] = argument.value }
            return .map(map)
        case .function(.range): return try range(passed)
        case .undefined(let name): throw AnswerError(.undefined(name), at: passed.place)
        case .blank, .nothing, .flag, .integer, .number, .text, .list, .tuple, .map, .namespace, .date, .time:
            throw AnswerError(.type("\(callee.kindName) cannot be called"), at: passed.place)
        }
    }

    private mutating func call(_ macro: TemplateNode.Macro, in scope: Scope, _ passed: Passed)
        throws(AnswerError) -> Value
    {
        guard passed.positional.count <= macro.parameters.count else {
            throw AnswerError(
                .type(
                    "\(macro.name) takes \(macro.parameters.count) arguments, not \(passed.positional.count)"),
                at: passed.place)
        }
        return try nested(passed.place) { renderer throws(AnswerError) in
            let inner = Scope(in: scope)
            for (index, parameter) in macro.parameters.enumerated() {
                var value = passed.value(index, parameter.name)
                if value == nil, let usual = parameter.usual { value = try renderer.evaluate(usual, inner) }
                inner.set(parameter.name, to: value ?? .undefined("the argument \"\(parameter.name)\""))
            }
            return .text(try renderer.captured(macro.body, in: inner))
        }
    }

    private mutating func range(_ passed: Passed) throws(AnswerError) -> Value {
        let first = try passed.integer(0, "start", usual: 0)
        let (start, end) =
            passed.positional.count > 1 ? (first, try passed.integer(1, "stop", usual: 0)) : (0, first)
        let step = try passed.integer(2, "step", usual: 1)
        let distance = Double(end) - Double(start)
        guard step != 0, distance / Double(step) <= Double(limits.itemCountMax) else {
            throw AnswerError(.limit("a range of more than \(limits.itemCountMax) numbers"), at: passed.place)
        }
        return try sized(stride(from: start, to: end, by: step).map(Value.integer), passed.place)
    }

    /// Nil if values of this kind have no method `name`.
    private mutating func method(_ name: String, of value: Value, _ passed: Passed) throws(AnswerError)
        -> Value?
    {
        switch (value, name) {
        case (.text(let text), _): return try method(name, of: text, passed)
        case (.map(let map), "get"):
            let key = try passed.required(0, "key")
            return ValueMap.Key(key).flatMap { map[$0] } ?? passed.value(1, "default") ?? .nothing
        case (.map(let map), "items"):
            return try sized(map.items.map { .tuple([$0.key, $0.value]) }, passed.place)
        case (.map(let map), "keys"): return try sized(map.keys.map(\.value), passed.place)
        case (.map(let map), "values"): return try sized(map.items.map(\.value), passed.place)
        case (.list(let list), "append"):
            try append(try passed.required(0, "item"), to: list, passed.place)
            return Value.nothing
        case (.number(let number), "is_integer"): return .flag(number.isFinite && number == number.rounded())
        case (.integer, "is_integer"): return .flag(true)
        case (.date(let date), "weekday"): return .integer(date.weekday)
        case (.date(let date), "isoweekday"): return .integer(date.weekday + 1)
        case (.function(.dict), "fromkeys"):
            let map = ValueMap()
            let filling = passed.value(1, "value") ?? .nothing
            for key in try iterated(try passed.required(0, "keys"), passed.place) {
                guard let key = ValueMap.Key(key) else {
                    throw AnswerError(.type("\(key.kindName) cannot be a key"), at: passed.place)
                }
                map[key] = filling
            }
            return .map(map)
        case (_, _): return nil
        }
    }

    private mutating func method(_ name: String, of text: String, _ passed: Passed) throws(AnswerError)
        -> Value?
    {
        let text = try sized(text, passed.place)
        switch name {
        case "lower": return .text(PythonText.lower(text))
        case "upper": return .text(text.uppercased())
        case "title": return .text(PythonText.title(text))
        case "capitalize": return .text(PythonText.capitalize(text))
        case "strip", "lstrip", "rstrip":
            let characters = try passed.text(0, "chars", usual: "")
            return .text(
                PythonText.strip(
                    text, characters.isEmpty ? nil : characters, left: name != "rstrip",
                    right: name != "lstrip"))
        case "replace": return .text(try replaced(text, passed))
        case "split":
            let separator = try passed.text(0, "sep", usual: "")
            try chargeSearch(for: separator, in: text, passed.place)
            let parts = separator.isEmpty ? PythonText.words(text) : PythonText.split(text, at: separator)
            return try sized(parts.map(Value.text), passed.place)
        case "startswith":
            return .flag(
                text.unicodeScalars.starts(with: try passed.text(0, "prefix", usual: "").unicodeScalars))
        case "endswith":
            let ending = try passed.text(0, "suffix", usual: "")
            return .flag(text.unicodeScalars.reversed().starts(with: ending.unicodeScalars.reversed()))
        case "join":
            let items = try iterated(try passed.required(0, "items"), passed.place)
            let texts = items.map { $0.shown(limit: limits.outputLengthMax) }
            let length = texts.reduce(0) { $0 + $1.utf8.count + text.utf8.count }
            try charge(length / 16, passed.place)
            return .text(try sized(texts.joined(separator: text), passed.place))
        case "format": return .text(try sized(try formatted(text, passed), passed.place))
        case "isdigit":
            let scalars = text.unicodeScalars
            return .flag(!scalars.isEmpty && scalars.allSatisfy { $0.properties.numericType == .decimal })
        default: return nil
        }
    }
}
