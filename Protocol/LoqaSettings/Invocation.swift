/// What a program was started for.
package enum ProgramCommand: Sendable, Equatable {
    case run
    /// `--help`: print ``SettingsProgram/help`` and exit with 0.
    case help
    /// `--version`: print the program's name and version and exit with 0.
    case version
    /// `--print-config`: print ``Settings/listing`` and exit with 0.
    case printConfiguration
}

/// A command line, taken apart but not yet checked against the settings' ranges.
package struct Invocation: Sendable {
    /// `--help` wins over `--version`, which wins over `--print-config`.
    package internal(set) var command = ProgramCommand.run
    /// The file of `--config`; nil if the program has to look at its own place.
    package internal(set) var configurationPath: String?
    var assignments: [Assignment] = []
    var problems: [SettingsProblem] = []
}

extension SettingsProgram {
    /// Takes the arguments apart, without the program's own name: `--key value`, `--key=value` and the four
    /// switches. `--key` alone means yes for a yes-or-no setting. Problems wait for ``settings(file:invocation:)``.
    package func invocation(_ arguments: [String]) -> Invocation {
        var result = Invocation()
        var wants: (help: Bool, version: Bool, print: Bool) = (false, false, false)
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument != "--" else {
                result.complain(argument, "is not expected here; settings begin with --")
                continue
            }
            let scalars = Substring(argument).unicodeScalars.dropFirst(2)
            let parts = scalars.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = String(parts[0])
            let attached = parts.count == 2 ? String(parts[1]) : nil
            switch key {
            case "help", "version", "print-config":
                if attached != nil { result.complain(argument, "takes no value") }
                wants.help = wants.help || key == "help"
                wants.version = wants.version || key == "version"
                wants.print = wants.print || key == "print-config"
            case "config":
                guard let path = attached ?? rest.popValue(), !path.isEmpty else {
                    result.complain(argument, "needs a file")
                    continue
                }
                if result.configurationPath != nil { result.complain(argument, "is given twice") }
                result.configurationPath = path
            default:
                let isFlag = declaration(key)?.form == .flag
                guard let text = attached ?? (isFlag ? rest.popFlagValue() : rest.popValue()), !text.isEmpty
                else {
                    let known = declaration(key) != nil
                    result.complain("--\(key)", known ? "needs a value" : unknownText(key, prefix: "--"))
                    continue
                }
                result.assignments.append(Assignment(key: key, text: text, origin: .commandLine))
            }
        }
        result.command =
            wants.help ? .help : wants.version ? .version : wants.print ? .printConfiguration : .run
        return result
    }
}

extension Invocation {
    fileprivate mutating func complain(_ argument: String, _ text: String) {
        problems.append(SettingsProblem(origin: .commandLine, quoting: argument, text))
    }
}

extension ArraySlice<String> {
    /// The next argument, unless it is a flag of its own.
    fileprivate mutating func popValue() -> String? {
        guard let next = first, !next.hasPrefix("--") else { return nil }
        return popFirst()
    }

    /// The next argument if it says yes or no, else "yes".
    fileprivate mutating func popFlagValue() -> String {
        guard let next = first, case .success = SettingForm.flag.value(of: next) else { return "yes" }
        removeFirst()
        return next
    }
}
