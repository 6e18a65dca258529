/// `str.format` with `{}`, `{0}`, `{name}` and whole or real numbers: `{0:02d}`, `{:.1f}`.
extension Renderer {
    mutating func formatted(_ pattern: String, _ passed: Passed) throws(AnswerError) -> String {
        var text = ""
        var field: String?
        var nextIndex = 0
        var scalars = pattern.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch (scalar, field) {
            case ("{", nil) where scalars.first == "{", ("}", nil) where scalars.first == "}":
                scalars.removeFirst()
                text.unicodeScalars.append(scalar)
            case ("{", nil): field = ""
            case ("}", let inside?):
                text += try replacement(inside, &nextIndex, passed)
                field = nil
            case ("{", _), ("}", nil):
                throw AnswerError(.type("\"\(scalar)\" stands alone in the format"), at: passed.place)
            case (_, _?): field?.unicodeScalars.append(scalar)
            case (_, nil): text.unicodeScalars.append(scalar)
            }
            guard text.utf8.count <= limits.outputLengthMax else { break }
        }
        guard field == nil else {
            throw AnswerError(.type("a field of the format is not closed"), at: passed.place)
        }
        return text
    }

    private mutating func replacement(_ field: String, _ nextIndex: inout Int, _ passed: Passed)
        throws(AnswerError) -> String
    {
        try charge(1, passed.place)
        let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let value: Value
        if name.isEmpty {
            value = try passed.required(nextIndex, "{\(nextIndex)}")
            nextIndex += 1
        } else {
            value = try passed.required(Int(name) ?? -1, name)
        }
        return try format(value, by: parts.count > 1 ? String(parts[1]) : "", passed.place)
    }

    /// `[0][width][.precision][d|f|s]`.
    private func format(_ value: Value, by specification: String, _ place: TemplatePlace) throws(AnswerError)
        -> String
    {
        var rest = specification[...]
        let isZeroed = rest.hasPrefix("0")
        let width = Int(rest.prefix { $0.isASCII && $0.isNumber }) ?? 0
        rest = rest.drop { $0.isASCII && $0.isNumber }
        var places: Int?
        if rest.hasPrefix(".") {
            rest = rest.dropFirst()
            places = Int(rest.prefix { $0.isASCII && $0.isNumber })
            rest = rest.drop { $0.isASCII && $0.isNumber }
        }
        var text: String
        switch (rest, value, value.asInteger, value.asDouble) {
        case ("d", _, let whole?, _): text = "\(whole)"
        case ("", .integer(let whole), _, _) where places == nil: text = "\(whole)"
        case ("f", _, _, let real?): text = Self.fixed(real, places: min(places ?? 6, 15))
        case ("", .text(let inner), _, _), ("s", .text(let inner), _, _):
            return inner
                + String(repeating: " ", count: max(0, min(width, 64) - inner.unicodeScalars.count))
        case ("", _, _, _) where places == nil: text = value.shown(limit: limits.outputLengthMax)
        case (_, _, _, _):
            throw AnswerError(.type("\"\(specification)\" does not format \(value.kindName)"), at: place)
        }
        let missing = max(0, min(width, 64) - text.unicodeScalars.count)
        if isZeroed {
            let sign = text.hasPrefix("-") ? "-" : ""
            text = sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
        } else {
            text = String(repeating: " ", count: missing) + text
        }
        return text
    }

    private static func fixed(_ value: Double, places: Int) -> String {
        let rounded = PythonNumber.round(value, places: places)
        guard rounded.isFinite, rounded.magnitude < 1e15 else { return rounded.description }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let whole = rounded.magnitude.rounded(.down)
        let rest = Int(((rounded.magnitude - whole) * scale).rounded())
        let sign = rounded.sign == .minus ? "-" : ""
        return sign + "\(Int(whole))" + (places > 0 ? "." + rest.digits(places) : "")
    }
}
