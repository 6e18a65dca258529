/// The filters that make lists.
extension Renderer {
    mutating func list(_ filter: Filter, _ value: Value, _ passed: Passed) throws(AnswerError) -> [Value] {
        let place = passed.place
        if filter == .items {
            guard case .map(let map) = value else {
                throw AnswerError(.type("items needs a map, not \(value.kindName)"), at: place)
            }
            return map.items.map { .tuple([$0.key, $0.value]) }
        }
        // What is not true has nothing to choose from, as Jinja sees it.
        let isChoice = [.map, .select, .reject, .selectattr, .rejectattr].contains(filter)
        if isChoice, !value.isTrue { return [] }
        let items = try iterated(value, place)
        switch filter {
        case .map: return try mapped(items, passed)
        case .select: return try kept(items, where: true, by: nil, passed)
        case .reject: return try kept(items, where: false, by: nil, passed)
        case .selectattr, .rejectattr:
            let attribute = try passed.required(0, "attribute")
            return try kept(items, where: filter == .selectattr, by: attribute, passed.dropping(1))
        case .sort: return try sorted(items, passed)
        case .unique:
            var seen: [Value] = []
            for item in items {
                let folded = Self.folded(item)
                var isNew = true
                for other in seen where isNew { isNew = try !areEqual(Self.folded(other), folded, place) }
                if isNew { seen.append(item) }
            }
            return seen
        case .reverse: return items.reversed()
        default: return items
        }
    }

    static func folded(_ value: Value) -> Value {
        if case .text(let text) = value { .text(PythonText.lower(text)) } else { value }
    }

    /// `map(attribute=...)` or `map("filter", arguments)`.
    private mutating func mapped(_ items: [Value], _ passed: Passed) throws(AnswerError) -> [Value] {
        var mapped: [Value] = []
        if let attribute = passed.named.first(where: { $0.name == "attribute" })?.value {
            for item in items {
                let value = try keyed(item, attribute, passed.place)
                if case .undefined = value, let usual = passed.named.first(where: { $0.name == "default" }) {
                    mapped.append(usual.value)
                } else {
                    mapped.append(value)
                }
            }
            return mapped
        }
        let name = try passed.text(0, "filter", usual: "")
        guard let filter = Filter(rawValue: name) else {
            throw AnswerError(.type("there is no filter \"\(name)\""), at: passed.place)
        }
        return try nested(passed.place) { renderer throws(AnswerError) in
            for item in items { mapped.append(try renderer.apply(filter, to: item, passed.dropping(1))) }
            return mapped
        }
    }

    /// Items whose test (the first argument; truth if there is none) comes out as `wanted`.
    private mutating func kept(_ items: [Value], where wanted: Bool, by attribute: Value?, _ passed: Passed)
        throws(AnswerError) -> [Value]
    {
        var test: Test?
        if let name = passed.value(0, "test") {
            test = Test(rawValue: name.shown(limit: 64))
            guard test != nil else {
                throw AnswerError(.type("there is no test \"\(name.shown(limit: 64))\""), at: passed.place)
            }
        }
        var kept: [Value] = []
        for item in items {
            try charge(1, passed.place)
            let value = try keyed(item, attribute, passed.place)
            let holds = try test.map { test throws(AnswerError) in
                try check(test, value, passed.dropping(1))
            }
            if (holds ?? value.isTrue) == wanted { kept.append(item) }
        }
        return kept
    }

    /// `sort(reverse, case_sensitive, attribute)`: stable; large and small letters are the same unless told.
    private mutating func sorted(_ items: [Value], _ passed: Passed) throws(AnswerError) -> [Value] {
        let isReversed = passed.value(0, "reverse")?.isTrue ?? false
        let keepsCase = passed.value(1, "case_sensitive")?.isTrue ?? false
        let attribute = passed.value(2, "attribute")
        var keyed: [(key: Value, index: Int)] = []
        for (index, item) in items.enumerated() {
            let key = try self.keyed(item, attribute, passed.place)
            keyed.append((keepsCase ? key : Self.folded(key), index))
        }
        let first = keyed.first?.key
        for (key, _) in keyed {
            if case .undefined(let name) = key { throw AnswerError(.undefined(name), at: passed.place) }
            guard let first, first.precedes(key) != nil else {
                throw AnswerError(.type("\(key.kindName) has no order among the others"), at: passed.place)
            }
        }
        try charge(keyed.count * 4, passed.place)
        keyed.sort { left, right in
            let (one, two) = isReversed ? (right.key, left.key) : (left.key, right.key)
            if one.precedes(two) ?? false { return true }
            if two.precedes(one) ?? false { return false }
            return left.index < right.index
        }
        return keyed.map { items[$0.index] }
    }
}
