/// One `key = value` that somebody wrote, not yet checked.
struct Assignment: Sendable, Equatable {
    var key: String
    var text: String
    var origin: SettingOrigin

    /// How the person wrote it, for a message; `***` for a secret's value.
    func quoted(hidingValue isSecret: Bool = false) -> String {
        let value = isSecret ? "***" : text
        return origin == .commandLine ? "--\(key)=\(value)" : "\(key) = \(value)"
    }
}

/// The bytes of a configuration file and its name for messages.
///
/// Lines are `key = value`, empty, or comments: `#` begins one, at the start of a line or after a blank. A value
/// with `#` or blanks at its ends stands in double quotes, where `\"` and `\\` mean themselves.
package struct SettingsFile: Sendable {
    /// How messages call the file.
    package var name: String
    /// Its content, unchecked. More than ``SettingsLimits/fileByteCountMax`` bytes are a problem of their own.
    package var bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }

    /// Every assignment in order, and what is wrong with the other lines. Takes any bytes.
    func parse() -> (assignments: [Assignment], problems: [SettingsProblem]) {
        var assignments: [Assignment] = []
        var problems: [SettingsProblem] = []
        guard bytes.count <= SettingsLimits.fileByteCountMax else {
            let origin = SettingOrigin.file(name: name, line: 1)
            return ([], [SettingsProblem(origin: origin, "the file is longer than 64 KiB")])
        }
        let content = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let origin = SettingOrigin.file(name: name, line: index + 1)
            let units = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard let text = String(validating: units, as: UTF8.self) else {
                problems.append(SettingsProblem(origin: origin, "the line is not UTF-8 text"))
                continue
            }
            switch parsedLine(text) {
            case .success(nil): break
            case .success((let key, let value)?):
                assignments.append(Assignment(key: key, text: value, origin: origin))
            case .failure(let fault):
                problems.append(SettingsProblem(origin: origin, fault.text))
            }
        }
        return (assignments, problems)
    }
}

private let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

// A line is read scalar by scalar: a combining mark behind a quote or a sign must not hide it.
private typealias Scalars = Substring.UnicodeScalarView

/// Key and value of a line, or nil for an empty one. A fault never quotes the line: it may hold a secret.
private func parsedLine(_ line: String) -> Result<(String, String)?, SettingFault> {
    let content = trimmed(Substring(line).unicodeScalars)
    if content.isEmpty || content.first == "#" { return .success(nil) }
    guard let sign = content.firstIndex(of: "=") else { return .fault("a line must be `key = value`") }
    let key = String(trimmed(content[..<sign]))
    guard !key.isEmpty else { return .fault("a key must stand before the `=`") }
    let rest = trimmed(content[content.index(after: sign)...])
    if rest.first == "\"" { return unquoted(rest.dropFirst()).map { (key, $0) } }
    let value = String(trimmed(uncommented(rest)))
    return value.isEmpty ? .fault("`\(printable(key))` has no value") : .success((key, value))
}

/// The part before a `#` that begins the text or follows a blank.
private func uncommented(_ text: Scalars) -> Scalars {
    var previous: Unicode.Scalar = " "
    for index in text.indices {
        if text[index] == "#" && isBlank(previous) { return text[..<index] }
        previous = text[index]
    }
    return text
}

/// The text up to the closing quote; after it only a comment may follow.
private func unquoted(_ text: Scalars) -> Result<String, SettingFault> {
    var value = String.UnicodeScalarView()
    var rest = text
    while let scalar = rest.popFirst() {
        switch scalar {
        case "\"":
            let end = trimmed(rest)
            guard end.isEmpty || end.first == "#" else {
                return .fault("only a comment may follow the closing quote")
            }
            return .success(String(value))
        case "\\":
            guard let escaped = rest.popFirst(), escaped == "\"" || escaped == "\\" else {
                return .fault("in quotes, a backslash must stand before a quote or a backslash")
            }
            value.append(escaped)
        default: value.append(scalar)
        }
    }
    return .fault("the closing quote is missing")
}

/// The value as a file has to hold it: in quotes if it would be read differently without.
func quotedIfNeeded(_ text: String) -> String {
    let scalars = Substring(text).unicodeScalars
    let isReadAsItIs = trimmed(uncommented(trimmed(scalars))).elementsEqual(scalars)
    if isReadAsItIs && !scalars.isEmpty && scalars.first != "\"" { return text }
    var quoted = String.UnicodeScalarView()
    quoted.append("\"")
    for scalar in scalars {
        if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
        quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
}
