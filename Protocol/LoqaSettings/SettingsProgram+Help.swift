extension SettingsProgram {
    /// The answer to `--help`.
    package var help: String {
        var lines = [
            "\(name) \(version): \(summary)", "", "Usage: \(name) [--config FILE] [--KEY VALUE]...", "",
        ]
        lines += switches.map { padded("  --\($0.name)\($0.argument)", to: 18) + "  \($0.meaning)" }
        lines += ["", "Settings, each a line `key = value` of the file or a flag --key value:", ""]
        for declaration in declarations {
            lines.append("  \(declaration.name)  (\(declaration.valueText); \(declaration.defaultText))")
            lines.append("      \(declaration.meaning)")
        }
        return lines.joined(separator: "\n")
    }

    /// The answer to `--version`.
    package var nameAndVersion: String { "\(name) \(version)" }

    /// The settings as a table for the documentation.
    package var markdownTable: String {
        let rows = declarations.map { declaration in
            "| `\(declaration.name)` | \(declaration.valueText) | \(declaration.defaultText)"
                + " | \(declaration.meaning)\(declaration.isSecret ? " Secret." : "") |"
        }
        return (["| setting | value | default | meaning |", "|---|---|---|---|"] + rows).joined(
            separator: "\n")
    }
}

extension SettingDeclaration {
    /// Type, range and unit in a few words.
    fileprivate var valueText: String {
        let unit = unit.isEmpty ? "" : ", \(unit)"
        return switch form {
        case .flag: form.name
        case .text: "text" + (isSecret ? ", secret" : "")
        case .integer, .integers, .duration, .choice: "\(form.name), \(form.rangeText)\(unit)"
        }
    }

    fileprivate var defaultText: String {
        if isRequired { return "required" }
        guard let defaultValue else { return "may be left out" }
        return "default " + (isSecret ? "***" : spelled(defaultValue))
    }
}
