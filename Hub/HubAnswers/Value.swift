/// A value while a template is rendered. Lists, maps and namespaces are shared, as in Python: what a template
/// appends to a list is seen wherever that list is.
enum Value {
    /// What was asked for and is not there; using it is an error except to the tests and the filter that ask.
    case undefined(String)
    /// What an inline `if` without `else` leaves: shown as nothing, but not defined either.
    case blank
    case nothing
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list(ValueList)
    case tuple([Value])
    case map(ValueMap)
    case namespace(ValueMap)
    case date(AnswerDate)
    case time(AnswerTime)
    case macro(TemplateNode.Macro, Scope)
    case function(HostFunction)

    init(_ value: AnswerValue) {
        switch value {
        case .none: self = .nothing
        case .flag(let flag): self = .flag(flag)
        case .integer(let integer): self = .integer(integer)
        case .number(let number): self = .number(number)
        case .text(let text): self = .text(text)
        case .list(let items): self = .list(ValueList(items.map(Value.init)))
        case .map(let entries):
            let map = ValueMap()
            for entry in entries { map[.text(entry.name)] = Value(entry.value) }
            self = .map(map)
        case .date(let date): self = .date(date)
        case .time(let time): self = .time(time)
        }
    }

    /// What errors call a value of this kind.
    var kindName: String {
        switch self {
        case .undefined(let name): "the undefined \(name)"
        case .blank: "the missing \"else\""
        case .nothing: "none"
        case .flag: "a truth value"
        case .integer, .number: "a number"
        case .text: "a text"
        case .list, .tuple: "a list"
        case .map: "a map"
        case .namespace: "a namespace"
        case .date: "a date"
        case .time: "a time"
        case .macro: "a macro"
        case .function: "a function"
        }
    }

    /// A number as floating point; a truth value is 0 or 1, as in Python.
    var asDouble: Double? {
        switch self {
        case .flag(let flag): flag ? 1 : 0
        case .integer(let value): Double(value)
        case .number(let value): value
        case .undefined, .blank, .nothing, .text, .list, .tuple, .map, .namespace, .date, .time, .macro,
            .function:
            nil
        }
    }

    /// A whole number; a truth value is 0 or 1.
    var asInteger: Int? {
        switch self {
        case .flag(let flag): flag ? 1 : 0
        case .integer(let value): value
        case .undefined, .blank, .nothing, .number, .text, .list, .tuple, .map, .namespace, .date, .time,
            .macro,
            .function:
            nil
        }
    }
}

/// Functions that the hub offers to templates.
enum HostFunction {
    /// `state_attr(entity_id, name)`.
    case stateAttribute
    /// `namespace(name=value)`.
    case namespace
    /// `dict`, for `dict.fromkeys(keys)`.
    case dict
    /// `range(end)`, `range(start, end, step)`.
    case range
}

/// A list that templates can append to.
final class ValueList {
    var items: [Value]
    init(_ items: [Value]) { self.items = items }
}

/// A map in the order of its keys' first appearance.
final class ValueMap {
    /// What can be a key. Numbers that are equal are the same key, as in Python.
    enum Key: Hashable {
        case none
        case integer(Int)
        case number(Double)
        case text(String)

        /// Nil for lists, maps and what else cannot be a key.
        init?(_ value: Value) {
            switch value {
            case .nothing: self = .none
            case .flag(let flag): self = .integer(flag ? 1 : 0)
            case .integer(let value): self = .integer(value)
            case .number(let value): self = Int(exactly: value).map(Key.integer) ?? .number(value)
            case .text(let text): self = .text(text)
            case .undefined, .blank, .list, .tuple, .map, .namespace, .date, .time, .macro, .function:
                return nil
            }
        }

        var value: Value {
            switch self {
            case .none: .nothing
            case .integer(let value): .integer(value)
            case .number(let value): .number(value)
            case .text(let text): .text(text)
            }
        }
    }

    private(set) var keys: [Key] = []
    private var values: [Key: Value] = [:]
    var count: Int { keys.count }

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            guard let newValue else { return }
            if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
        }
    }

    func clear() { (keys, values) = ([], [:]) }

    var items: [(key: Value, value: Value)] { keys.compactMap { key in values[key].map { (key.value, $0) } } }
}

/// The names of one block; names that it does not have are looked up in the block around it.
final class Scope {
    private var names: [(name: String, value: Value)] = []
    private let parent: Scope?

    init(in parent: Scope? = nil) { self.parent = parent }

    func value(of name: String) -> Value? {
        var scope: Scope? = self
        while let here = scope {
            if let found = here.names.last(where: { $0.name == name }) { return found.value }
            scope = here.parent
        }
        return nil
    }

    func clear() { names = [] }

    func set(_ name: String, to value: Value) {
        if let index = names.firstIndex(where: { $0.name == name }) {
            names[index].value = value
        } else {
            names.append((name, value))
        }
    }
}
