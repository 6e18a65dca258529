/// Truth, equality, order and text of values, as Python has them: templates are written against it.
extension Value {
    var isTrue: Bool {
        switch self {
        case .undefined, .blank, .nothing: false
        case .flag(let flag): flag
        case .integer(let value): value != 0
        case .number(let value): value != 0
        case .text(let text): !text.isEmpty
        case .list(let list): !list.items.isEmpty
        case .tuple(let items): !items.isEmpty
        case .map(let map): map.count > 0
        case .namespace, .date, .time, .macro, .function: true
        }
    }

    /// Whether both are the same. Each look costs one of `budget`; when that is used up nothing is the same.
    func equals(_ other: Value, budget: inout Int) -> Bool {
        budget -= 1
        guard budget >= 0 else { return false }
        if let left = asInteger, let right = other.asInteger { return left == right }
        if let left = asDouble, let right = other.asDouble { return left == right }
        switch (self, other) {
        case (.nothing, .nothing), (.blank, .blank): return true
        case (.text(let left), .text(let right)): return left == right
        case (.date(let left), .date(let right)): return left == right
        case (.time(let left), .time(let right)): return left == right
        case (.list(let left), .list(let right)):
            return left === right || Self.equal(left.items, right.items, &budget)
        case (.tuple(let left), .tuple(let right)): return Self.equal(left, right, &budget)
        case (.map(let left), .map(let right)):
            guard left !== right, left.count == right.count else { return left === right }
            for key in left.keys {
                guard let one = left[key], let two = right[key], one.equals(two, budget: &budget) else {
                    return false
                }
            }
            return true
        case (.namespace(let left), .namespace(let right)): return left === right
        case (_, _): return false
        }
    }

    private static func equal(_ left: [Value], _ right: [Value], _ budget: inout Int) -> Bool {
        guard left.count == right.count else { return false }
        for (one, two) in zip(left, right) where !one.equals(two, budget: &budget) { return false }
        return true
    }

    /// Whether this comes before `other`; nil if the two have no order: only numbers and texts have.
    func precedes(_ other: Value) -> Bool? {
        if let left = asInteger, let right = other.asInteger { return left < right }
        if let left = asDouble, let right = other.asDouble { return left < right }
        guard case .text(let left) = self, case .text(let right) = other else { return nil }
        return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
    }

    /// The value as an answer shows it: `str()` of Python. Lists are cut off soon after `limit` bytes.
    func shown(limit: Int) -> String {
        switch self {
        case .undefined, .blank: return ""
        case .nothing: return "None"
        case .flag(let flag): return flag ? "True" : "False"
        case .integer(let value): return "\(value)"
        case .number(let value): return value.description
        case .text(let text): return text
        case .list, .tuple, .map:
            var text = ""
            quote(into: &text, limit: limit, depth: 16)
            return text
        case .namespace: return "<Namespace>"
        case .date(let date): return "\(date.year.digits(4))-\(date.month.digits(2))-\(date.day.digits(2))"
        case .time(let time):
            return "\(time.hour.digits(2)):\(time.minute.digits(2)):\(time.second.digits(2))"
        case .macro(let macro, _): return "<Macro '\(macro.name)'>"
        case .function: return "<function>"
        }
    }

    /// The value inside a shown list: `repr()` of Python.
    private func quote(into text: inout String, limit: Int, depth: Int) {
        guard depth > 0, text.utf8.count <= limit else {
            text += "..."
            return
        }
        switch self {
        case .text(let inner): text += PythonText.quoted(inner)
        case .list(let list): Self.quote(list.items, "[", "]", into: &text, limit, depth)
        case .tuple(let items):
            Self.quote(items, "(", items.count == 1 ? ",)" : ")", into: &text, limit, depth)
        case .map(let map):
            text += "{"
            for (index, item) in map.items.enumerated() where text.utf8.count <= limit {
                if index > 0 { text += ", " }
                item.key.quote(into: &text, limit: limit, depth: depth - 1)
                text += ": "
                item.value.quote(into: &text, limit: limit, depth: depth - 1)
            }
            text += "}"
        case .undefined, .blank, .nothing, .flag, .integer, .number, .namespace, .date, .time, .macro,
            .function:
            text += shown(limit: limit)
        }
    }

    private static func quote(
        _ items: [Value], _ open: String, _ close: String, into text: inout String, _ limit: Int, _ depth: Int
    ) {
        text += open
        for (index, item) in items.enumerated() where text.utf8.count <= limit {
            if index > 0 { text += ", " }
            item.quote(into: &text, limit: limit, depth: depth - 1)
        }
        text += close
    }
}

extension Int {
    /// Decimal digits, at least `count`.
    func digits(_ count: Int) -> String {
        let digits = "\(magnitude)"
        let sign = self < 0 ? "-" : ""
        return sign + String(repeating: "0", count: Swift.max(0, count - digits.count - sign.count)) + digits
    }
}
