/// Where a value came from.
package enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
    case defaultValue
    case file(name: String, line: Int)
    case commandLine

    package var description: String {
        switch self {
        case .defaultValue: "default"
        case .file(let name, let line): "\(name):\(line)"
        case .commandLine: "command line"
        }
    }
}

/// One thing that is wrong with a configuration, as a line for the person who wrote it:
///
///     relay.conf:7: `capture-channels = 99`: must be 1 to 8
package struct SettingsProblem: Sendable, Equatable, CustomStringConvertible {
    /// Nil if the problem has no place: something is missing.
    package var origin: SettingOrigin?
    /// What was written there, quoted; empty if there is nothing to quote.
    package var quoted: String
    /// What is wrong, or what it must be instead.
    package var text: String

    package init(origin: SettingOrigin? = nil, quoting quoted: String = "", _ text: String) {
        (self.origin, self.quoted, self.text) = (origin, printable(quoted), text)
    }

    package var description: String {
        let place = origin.map { "\($0): " } ?? ""
        return place + (quoted.isEmpty ? "" : "`\(quoted)`: ") + text
    }
}

/// All problems of a configuration at once. The program prints it and ends with ``exitCode``.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// At most ``SettingsLimits/problemCountMax``, in the order of file and command line; never empty.
    package private(set) var problems: [SettingsProblem]
    /// Problems that the list has no room for.
    package private(set) var unlistedCount: Int

    /// What a program with a bad configuration exits with: EX_CONFIG of sysexits.h.
    package static let exitCode: Int32 = 78

    /// - Precondition: there is at least one problem.
    package init(_ problems: [SettingsProblem]) {
        precondition(!problems.isEmpty)
        self.problems = Array(problems.prefix(SettingsLimits.problemCountMax))
        unlistedCount = problems.count - self.problems.count
    }

    /// One line for each problem.
    package var description: String {
        let lines = problems.map(\.description)
        return (unlistedCount == 0 ? lines : lines + ["and \(unlistedCount) more"]).joined(separator: "\n")
    }
}

/// The text cut to what a message quotes, with a stand-in for every character that could disturb a terminal.
func printable(_ text: String) -> String {
    let limit = SettingsLimits.quotedCharacterCountMax
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(limit) { scalars.append(isPlain(scalar) ? scalar : "\u{FFFD}") }
    return String(scalars) + (text.unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")
}

/// The candidate that `word` most likely meant, or nil if none is near: at most two edits away, or a third of
/// the word. Levenshtein's distance, in the memory of one row.
func nearest(to word: String, among candidates: [String]) -> String? {
    let typed = Array(word.utf8.prefix(SettingsLimits.keyByteCountMax))
    var best: (distance: Int, name: String)?
    for name in candidates {
        let distance = editDistance(typed, Array(name.utf8))
        if distance <= max(2, typed.count / 3), distance < best?.distance ?? .max { best = (distance, name) }
    }
    return best?.name
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let substituted = diagonal + (a == b ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
