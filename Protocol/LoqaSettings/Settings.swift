/// A program's settings in force, all checked. A value; safe to share between threads.
package struct Settings: Sendable {
    struct Entry: Sendable, Equatable {
        var value: SettingValue
        var origin: SettingOrigin
    }

    private let declarations: [SettingDeclaration]
    /// Parallel to the declarations; nil for an optional setting that was left out.
    private let entries: [Entry?]

    init(declarations: [SettingDeclaration], entries: [Entry?]) {
        (self.declarations, self.entries) = (declarations, entries)
    }

    /// The value of a setting. - Precondition: the program declared it.
    package subscript<Value>(_ setting: Setting<Value>) -> Value {
        guard let value = setting.read(entry(setting.declaration)?.value) else {
            preconditionFailure("the setting \(setting.declaration.name) has a value of another type")
        }
        return value
    }

    /// Where a setting's value comes from; the default for one that was left out.
    package func origin<Value>(of setting: Setting<Value>) -> SettingOrigin {
        entry(setting.declaration)?.origin ?? .defaultValue
    }

    /// A problem with a value that only the program can see, for instance with two settings together. Throw it,
    /// with all the others, in a ``SettingsError``.
    package func problem<Value>(with setting: Setting<Value>, _ text: String) -> SettingsProblem {
        let declaration = setting.declaration
        let entry = entry(declaration)
        let assignment = Assignment(
            key: declaration.name, text: entry.map { spelled($0.value) } ?? "",
            origin: entry?.origin ?? .defaultValue)
        return SettingsProblem(
            origin: assignment.origin, quoting: assignment.quoted(hidingValue: declaration.isSecret), text)
    }

    /// The answer to `--print-config`: a file that sets the same, and where each value comes from.
    package var listing: String {
        let lines = zip(declarations, entries).map { declaration, entry in
            guard let entry else { return ("# \(declaration.name) =", "not set") }
            if declaration.isSecret { return ("# \(declaration.name) = ***", "secret, \(entry.origin)") }
            return ("\(declaration.name) = \(quotedIfNeeded(spelled(entry.value)))", "\(entry.origin)")
        }
        let width = min(lines.map(\.0.count).max() ?? 0, 40)
        return lines.map { padded($0.0, to: width) + "  # \($0.1)" }.joined(separator: "\n")
    }

    private func entry(_ declaration: SettingDeclaration) -> Entry? {
        guard let index = declarations.firstIndex(where: { $0.name == declaration.name }) else {
            preconditionFailure("the program does not declare the setting \(declaration.name)")
        }
        return entries[index]
    }
}

/// The text with blanks behind it up to `width` characters.
func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
