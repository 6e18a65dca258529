/// Limits on the length of files and functions.
enum LengthRules {
    static let fileLineCountMax = 500
    static let functionLineCountMax = 60

    static func checkFile(_ file: SourceFile) -> [Finding] {
        let isCode = file.isSwift || file.path.hasSuffix(".c") || file.path.hasSuffix(".sh")
        let count = file.lines.count - (file.lines.last == "" ? 1 : 0)
        guard isCode, count > fileLineCountMax else { return [] }
        return [
            Finding(
                path: file.path, line: 0, what: "\(count) lines, more than \(fileLineCountMax)",
                instead: "one idea a file: split it as Type+Topic.swift")
        ]
    }

    static func checkFunctions(_ file: SourceFile) -> [Finding] {
        guard file.isSwift else { return [] }
        return functions(in: file.codeLines).compactMap { function in
            guard function.lineCount > functionLineCountMax else { return nil }
            return Finding(
                path: file.path, line: function.line,
                what: "a function of \(function.lineCount) lines, more than \(functionLineCountMax)",
                instead: "give its steps names of their own")
        }
    }

    /// Where each function, initialiser and subscript with a body starts, and how long it is.
    static func functions(in codeLines: [String]) -> [(line: Int, lineCount: Int)] {
        let keyword =
            /^\s*(@\w+(\([^)]*\))?\s+)*([a-z]+(\([a-z]+\))?\s+)*(func\s|init[?(<]|deinit\b|subscript[(<])/
        var found: [(line: Int, lineCount: Int)] = []
        for start in codeLines.indices where codeLines[start].firstMatch(of: keyword) != nil {
            if let end = lastLine(ofFunctionAt: start, in: codeLines) {
                found.append((start + 1, end - start + 1))
            }
        }
        return found
    }

    /// The index of the line with the closing brace; nil for a requirement without a body.
    private static func lastLine(ofFunctionAt start: Int, in codeLines: [String]) -> Int? {
        var (braces, parentheses) = (0, 0)
        for index in codeLines.indices[start...] {
            if index > start, braces == 0, parentheses == 0 {
                let line = codeLines[index].drop { $0 == " " }
                // Only these continue a head; anything else belongs to the next declaration.
                guard ["{", "where ", "throws", "async", "->", ")"].contains(where: line.hasPrefix) else {
                    return nil
                }
            }
            for character in codeLines[index] {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                // Braces inside parentheses belong to default arguments.
                case "{" where parentheses == 0: braces += 1
                case "}" where parentheses == 0:
                    braces -= 1
                    if braces == 0 { return index }
                    if braces < 0 { return nil }
                default: continue
                }
            }
        }
        return nil
    }
}
