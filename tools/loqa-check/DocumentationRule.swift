/// Counts `package` declarations and those without a doc comment. The formatter's rule looks at `public` only.
enum DocumentationRule {
    /// What a file holds: all its package declarations, and findings for the undocumented.
    struct Count {
        var declarations = 0
        var findings: [Finding] = []
    }

    /// Declarations that say it all: initialisers that copy their arguments, operators, witnesses of the standard
    /// library's protocols, a wrapper's `value`, and properties named after their own type (`turn: TurnID`).
    private static func isSelfEvident(_ line: String) -> Bool {
        line.firstMatch(
            of:
                /\binit[?(<]|\bfunc\s+[^\w\s(]+\s*[(<]|\b(description|debugDescription|hashValue|rawValue|id|value)\b/
        ) != nil
            || line.firstMatch(of: /func (hash|encode|next|makeIterator)\(/) != nil
            || line.firstMatch(of: /\b(var|let) (?<name>\w+): (\w+\.)?(?<type>\w+)/).map {
                let (name, type) = ($0.output.name.lowercased(), $0.output.type.lowercased())
                return type == name || type == name + "id"
            } ?? false
    }

    static func check(_ file: SourceFile) -> Count {
        var count = Count()
        guard file.isSwift, !file.isTest else { return count }
        let declaration =
            /^\s*(@\w+(\([^)]*\))?\s+)*package\s+(private\(set\)\s+|internal\(set\)\s+)?((static|final|mutating|nonmutating|consuming|borrowing|nonisolated|indirect|lazy|override|weak|unowned|convenience|required)\s+)*(func|var|let|struct|class|enum|actor|protocol|typealias|init|subscript)\b/
        for (index, line) in file.codeLines.enumerated() where line.firstMatch(of: declaration) != nil {
            count.declarations += 1
            guard !isSelfEvident(line), !isDocumented(index, in: file) else { continue }
            let name = line.trimmed.prefix { $0 != "{" && $0 != "=" }
            count.findings.append(
                Finding(
                    path: file.path, line: index + 1, what: "no doc comment: \(name)",
                    instead:
                        "what it is in one line; units and range, thread, errors, bounds where they apply"))
        }
        return count
    }

    /// A doc comment stands above, perhaps with attributes or a compiler condition between; or at the end of the line. Of
    /// stored properties without a gap between them, one comment may speak for those that follow.
    private static func isDocumented(_ index: Int, in file: SourceFile) -> Bool {
        if file.lines[index].contains("///") { return true }
        let isField = isStoredProperty(file.codeLines[index])
        for above in file.lines.indices[..<index].reversed() {
            let line = file.lines[above].trimmed
            if line.hasPrefix("@") || line.hasPrefix("#if") || line.hasPrefix("//") && !line.hasPrefix("///")
            {
                continue
            }
            if isField, isStoredProperty(file.codeLines[above]) { continue }
            return line.hasPrefix("///") || line.hasSuffix("*/")
        }
        return false
    }

    private static func isStoredProperty(_ line: String) -> Bool {
        line.firstMatch(of: /^\s*package\s+(private\(set\)\s+)?(static\s+)?(var|let)\s/) != nil
            && !line.contains("{")
    }
}

extension StringProtocol {
    /// Without spaces at both ends.
    var trimmed: String {
        var text = self.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
