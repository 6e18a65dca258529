/// Changes of text as Python makes them, on Unicode scalars.
enum PythonText {
    /// `str.lower`: a capital sigma at the end of a word becomes a final one.
    static func lower(_ text: String) -> String {
        guard text.unicodeScalars.contains("Σ") else { return text.lowercased() }
        let scalars = Array(text.unicodeScalars)
        var lowered = ""
        for (index, scalar) in scalars.enumerated() {
            if scalar == "Σ", isFinal(index, in: scalars) {
                lowered += "ς"
            } else {
                lowered += scalar.properties.lowercaseMapping
            }
        }
        return lowered
    }

    private static func isFinal(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true
    }

    /// `str.capitalize`: the first letter large, all others small.
    static func capitalize(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return text }
        let lowered = lower(text).unicodeScalars
        // What one letter becomes may be several; the rest of the text follows it.
        let rest = lowered.dropFirst(first.properties.lowercaseMapping.unicodeScalars.count)
        return first.properties.titlecaseMapping + String(String.UnicodeScalarView(rest))
    }

    /// `str.title`: the first letter of each run of letters large.
    static func title(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var titled = ""
        var followsLetter = false
        for (index, scalar) in scalars.enumerated() {
            if !followsLetter {
                titled += scalar.properties.titlecaseMapping
            } else if scalar == "Σ", isFinal(index, in: scalars) {
                titled += "ς"
            } else {
                titled += scalar.properties.lowercaseMapping
            }
            followsLetter = scalar.properties.isCased
        }
        return titled
    }

    /// The filter `title` of Jinja: the first letter after white space, `-` or an opening bracket large.
    static func titleFilter(_ text: String) -> String {
        var titled = ""
        var word = String.UnicodeScalarView()
        func flushed() -> String {
            guard let first = word.first else { return "" }
            return String(first).uppercased() + lower(String(String.UnicodeScalarView(word.dropFirst())))
        }
        for scalar in text.unicodeScalars {
            if scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar) {
                titled += flushed() + String(scalar)
                word = String.UnicodeScalarView()
            } else {
                word.append(scalar)
            }
        }
        return titled + flushed()
    }

    /// `str.strip`, `lstrip`, `rstrip` of white space or of `characters`.
    static func strip(_ text: String, _ characters: String? = nil, left: Bool = true, right: Bool = true)
        -> String
    {
        var scalars = text.unicodeScalars[...]
        let isStripped = { (scalar: Unicode.Scalar) in
            characters.map { $0.unicodeScalars.contains(scalar) } ?? scalar.isPythonSpace
        }
        if left { scalars = scalars.drop(while: isStripped) }
        while right, let last = scalars.last, isStripped(last) { scalars.removeLast() }
        return String(scalars)
    }

    /// `str.split` at white space.
    static func words(_ text: String) -> [String] {
        text.unicodeScalars.split(whereSeparator: \.isPythonSpace).map { String($0) }
    }

    /// `str.split(separator)`; `separator` is not empty.
    static func split(_ text: String, at separator: String) -> [String] {
        let (scalars, separator) = (Array(text.unicodeScalars), Array(separator.unicodeScalars))
        var parts: [String] = []
        var part = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            if starts(scalars[index...], with: separator) {
                parts.append(String(part))
                part = String.UnicodeScalarView()
                index += separator.count
            } else {
                part.append(scalars[index])
                index += 1
            }
        }
        return parts + [String(part)]
    }

    /// `str.replace`; an empty `old` stands between all characters.
    static func replace(_ text: String, _ old: String, with new: String, atMost limit: Int = .max) -> String {
        let (scalars, old) = (Array(text.unicodeScalars), Array(old.unicodeScalars))
        var replaced = String.UnicodeScalarView()
        var (index, count) = (0, 0)
        while index < scalars.count {
            let isHit = count < limit && starts(scalars[index...], with: old)
            if isHit {
                count += 1
                replaced.append(contentsOf: new.unicodeScalars)
            }
            if !isHit || old.isEmpty {
                replaced.append(scalars[index])
                index += 1
            } else {
                index += old.count
            }
        }
        if old.isEmpty, count < limit { replaced.append(contentsOf: new.unicodeScalars) }
        return String(replaced)
    }

    /// Whether `part` stands anywhere in `text`.
    static func contains(_ text: String, _ part: String) -> Bool {
        let (scalars, part) = (Array(text.unicodeScalars), Array(part.unicodeScalars))
        return part.isEmpty || scalars.indices.contains { starts(scalars[$0...], with: part) }
    }

    private static func starts(_ scalars: ArraySlice<Unicode.Scalar>, with part: [Unicode.Scalar]) -> Bool {
        scalars.count >= part.count && scalars.starts(with: part)
    }

    /// `repr` of a text.
    static func quoted(_ text: String) -> String {
        let quote: Character = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var quoted = String(quote)
        for character in text.unicodeScalars {
            switch character {
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "'" where quote == "'": quoted += "\\'"
            default: quoted.unicodeScalars.append(character)
            }
        }
        return quoted + String(quote)
    }
}
