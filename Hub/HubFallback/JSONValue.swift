/// A JSON value (RFC 8259), as chat servers speak it.
package indirect enum JSONValue: Sendable, Equatable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([JSONValue])
    /// In the order written.
    case map([Member])

    /// One name and its value.
    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSONValue
        package init(_ name: String, _ value: JSONValue) { (self.name, self.value) = (name, value) }
    }

    /// The value called `name` of a map; nil if this is none or has none.
    package subscript(name: String) -> JSONValue? {
        guard case .map(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    /// The item at `index` of a list; nil if this is none or has none.
    package subscript(index: Int) -> JSONValue? {
        guard case .list(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var items: [JSONValue] { if case .list(let items) = self { items } else { [] } }

    /// The value as JSON, on one line.
    package var json: String {
        var json = ""
        write(to: &json)
        return json
    }

    private func write(to json: inout String) {
        switch self {
        case .null: json += "null"
        case .flag(let flag): json += flag ? "true" : "false"
        case .integer(let value): json += "\(value)"
        // JSON has no infinity.
        case .number(let value): json += value.isFinite ? "\(value)" : "null"
        case .text(let text): Self.quote(text, to: &json)
        case .list(let items):
            json += "["
            for (index, item) in items.enumerated() {
                if index > 0 { json += "," }
                item.write(to: &json)
            }
            json += "]"
        case .map(let members):
            json += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { json += "," }
                Self.quote(member.name, to: &json)
                json += ":"
                member.value.write(to: &json)
            }
            json += "}"
        }
    }

    private static func quote(_ text: String, to json: inout String) {
        json += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\r": json += "\\r"
            case "\t": json += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            case _: json.unicodeScalars.append(scalar)
            }
        }
        json += "\""
    }
}
