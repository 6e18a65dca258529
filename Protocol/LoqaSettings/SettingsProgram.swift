/// A program as its configuration sees it: its name and every setting it has.
///
///     let program = SettingsProgram("loqa-relay", version: "0.1.0", "Hears and speaks in one room.", [room, hubPort])
///     let invocation = program.invocation(arguments)
///     let settings = try program.settings(file: file, invocation: invocation)
///     let port = settings[hubPort]
///
/// A value; safe to share between threads.
package struct SettingsProgram: Sendable {
    /// As the user types it.
    package let name: String
    /// For `--version` and `--help`.
    package let version: String
    /// What the program does, in one sentence.
    package let summary: String
    /// Every setting, in the order of the help text.
    package let declarations: [SettingDeclaration]

    /// - Precondition: no two settings have one name, and none is named like a switch.
    package init(_ name: String, version: String, _ summary: String, _ settings: [any AnySetting]) {
        let names = settings.map(\.declaration.name)
        precondition(Set(names).count == names.count, "two settings have the same name")
        precondition(Set(names).isDisjoint(with: switches.map(\.name)), "a setting is named like a switch")
        (self.name, self.version, self.summary) = (name, version, summary)
        declarations = settings.map(\.declaration)
    }

    /// Checks a file and a command line and puts them together: the command line wins over the file, the file
    /// over the defaults.
    ///
    /// - Parameter file: nil if there is none; then every setting has its default or stands in the command line.
    /// - Throws: every problem of both at once.
    package func settings(file: SettingsFile?, invocation: Invocation) throws(SettingsError) -> Settings {
        var (assignments, problems) = file?.parse() ?? ([], [])
        assignments += invocation.assignments
        problems += invocation.problems
        var entries: [Settings.Entry?] = declarations.map { declaration in
            declaration.defaultValue.map { Settings.Entry(value: $0, origin: .defaultValue) }
        }
        var attempted = Set<String>()
        for assignment in assignments {
            guard let index = declarations.firstIndex(where: { $0.name == assignment.key }) else {
                let prefix = assignment.origin == .commandLine ? "--" : ""
                let quoted = prefix + assignment.key  // The value may be a secret whose key was mistyped.
                problems.append(
                    SettingsProblem(
                        origin: assignment.origin, quoting: quoted,
                        unknownText(assignment.key, prefix: prefix)))
                continue
            }
            let declaration = declarations[index]
            let quoted = assignment.quoted(hidingValue: declaration.isSecret)
            if let text = repetition(assignment, entries[index]?.origin) {
                problems.append(SettingsProblem(origin: assignment.origin, quoting: quoted, text))
                continue
            }
            attempted.insert(assignment.key)
            switch declaration.form.value(of: assignment.text) {
            case .success(let value): entries[index] = Settings.Entry(value: value, origin: assignment.origin)
            case .failure(let fault):
                problems.append(SettingsProblem(origin: assignment.origin, quoting: quoted, fault.text))
            }
        }
        for (declaration, entry) in zip(declarations, entries)
        where declaration.isRequired && entry == nil && !attempted.contains(declaration.name) {
            let place = file.map { "in \($0.name) or " } ?? ""
            problems.append(
                SettingsProblem(
                    "`\(declaration.name)` is missing: set it \(place)with --\(declaration.name)."
                        + " \(declaration.meaning)"))
        }
        guard problems.isEmpty else { throw SettingsError(inOrder(problems)) }
        return Settings(declarations: declarations, entries: entries)
    }

    /// The declaration of a key, or nil if the program has no such setting.
    func declaration(_ key: String) -> SettingDeclaration? { declarations.first { $0.name == key } }

    /// What to say of a key that the program does not have.
    func unknownText(_ key: String, prefix: String) -> String {
        let switchNames = prefix.isEmpty ? [] : switches.map(\.name)
        let near = nearest(to: key, among: declarations.map(\.name) + switchNames)
        return "there is no such setting" + (near.map { "; did you mean `\(prefix)\($0)`?" } ?? "")
    }

    /// What to say if a setting is given twice in one place; the command line may override the file once.
    private func repetition(_ assignment: Assignment, _ earlier: SettingOrigin?) -> String? {
        switch (assignment.origin, earlier) {
        case (.file, .file(_, let line)): "is set already in line \(line)"
        case (.commandLine, .commandLine): "is given twice"
        case (_, _): nil
        }
    }

    /// Problems of the file by line, then of the command line, then what is missing.
    private func inOrder(_ problems: [SettingsProblem]) -> [SettingsProblem] {
        func rank(_ problem: SettingsProblem) -> Int {
            switch problem.origin {
            case .file(_, let line): line
            case .commandLine: .max - 1
            case .defaultValue, nil: .max
            }
        }
        let ranked = problems.enumerated().sorted {
            (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
        }
        return ranked.map(\.element)
    }
}

/// What every program answers to beside its settings.
let switches: [(name: String, argument: String, meaning: String)] = [
    ("help", "", "show this text"),
    ("version", "", "show the version"),
    ("config", " FILE", "read the settings from FILE"),
    ("print-config", "", "show the settings in force and where each comes from"),
]
