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
    package var name: String
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

/// Key and value of a line, or nil for an empty one. A fault never quotes the line: it may hold a secret.
private func parsedLine(_ line: String) -> Result<(String, String)?, SettingFault> {
    let content = trimmed(line)
    if content.isEmpty || content.hasPrefix("#") { return .success(nil) }
    guard let sign = content.firstIndex(of: "=") else { return .fault("a line must be `key = value`") }
    let key = trimmed(content[..<sign])
    guard !key.isEmpty else { return .fault("a key must stand before the `=`") }
    let rest = trimmed(content[content.index(after: sign)...])
    if rest.hasPrefix("\"") { return unquoted(rest).map { (key, $0) } }
    let value = trimmed(uncommented(rest))
    return value.isEmpty ? .fault("`\(printable(key))` has no value") : .success((key, value))
}

/// The part before a `#` that begins the text or follows a blank.
private func uncommented(_ text: String) -> Substring {
    var previous: Character = " "
    for index in text.indices {
        if text[index] == "#" && (previous == " " || previous == "\t") { return text[..<index] }
        previous = text[index]
    }
    return text[...]
}

/// The text within the double quotes at the start of `text`; after them only a comment may follow.
private func unquoted(_ text: String) -> Result<String, SettingFault> {
    var value = ""
    var index = text.index(after: text.startIndex)
    while index < text.endIndex {
        switch text[index] {
        case "\"":
            let rest = trimmed(text[text.index(after: index)...])
            guard rest.isEmpty || rest.hasPrefix("#") else {
                return .fault("only a comment may follow the closing quote")
            }
            return .success(value)
        case "\\":
            index = text.index(after: index)
            guard index < text.endIndex, text[index] == "\"" || text[index] == "\\" else {
                return .fault("in quotes, a backslash must stand before a quote or a backslash")
            }
            value.append(text[index])
        default: value.append(text[index])
        }
        index = text.index(after: index)
    }
    return .fault("the closing quote is missing")
}

/// The value as a file has to hold it: in quotes if it would be read differently without.
func quotedIfNeeded(_ text: String) -> String {
    let isEqual = trimmed(uncommented(trimmed(text))) == text
    if isEqual && !text.isEmpty && !text.hasPrefix("\"") { return text }
    let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
    return "\"\(escaped)\""
}
