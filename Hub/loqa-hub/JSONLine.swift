import HubLanguage

/// Writes one line of JSON.
struct JSONLine {
    private(set) var text = "{"
    private var isFirst = true

    /// The finished line, without a line end.
    var finished: String { text + "}" }

    mutating func add(_ name: String, _ raw: String) {
        if !isFirst { text += ", " }
        isFirst = false
        text += "\(Self.quoted(name)): \(raw)"
    }

    mutating func add(_ name: String, string: String?) { add(name, string.map(Self.quoted) ?? "null") }

    mutating func add(_ name: String, _ value: SlotValue) { add(name, Self.raw(value)) }

    mutating func add(_ name: String, _ values: [(name: String, value: SlotValue)]) {
        var inner = JSONLine()
        for (name, value) in values { inner.add(name, value) }
        add(name, inner.finished)
    }

    static func raw(_ value: SlotValue) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .integer(let number): String(number)
        case .number(let number): number.isFinite ? "\(number)" : "null"
        case .truth(let truth): truth ? "true" : "false"
        case .list(let values): "[" + values.map(raw).joined(separator: ", ") + "]"
        }
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.value < 0x20 {
                    let hex = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
