import Foundation
import Glibc

/// Writes for people and for programs. Control characters that came over the network never reach a terminal.
enum Output {
    /// A line of the answer, on standard output.
    static func text(_ text: String) { print(clean(text)) }

    /// A line beside the answer, on standard error.
    static func note(_ text: String) { FileHandle.standardError.write(Data((clean(text) + "\n").utf8)) }

    /// Readable JSON with its keys in order.
    static func json(_ value: some Encodable, isPretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The text with a question mark for every control character but the end of a line.
    static func clean(_ text: String) -> String {
        var cleaned = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isPlain = scalar == "\n" || scalar.properties.generalCategory != .control
            cleaned.append(isPlain && !scalar.properties.isBidiControl ? scalar : "?")
        }
        return String(cleaned)
    }

    /// Columns and rows of the terminal at standard output; nil if that is none.
    static func terminalSize() -> (columns: Int, rows: Int)? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// The columns that a table may fill: those of the terminal, and any number into a file or a pipe.
    static var tableWidth: Int { terminalSize()?.columns ?? .max }

    /// Asks a question that only a plain yes answers.
    ///
    /// - Returns: whether to go on; false where nobody can be asked.
    static func confirms(_ question: String, isAssured: Bool) -> Bool {
        if isAssured { return true }
        guard isatty(STDIN_FILENO) == 1 else {
            note("\(question)\nloqa: nobody can be asked here: say --yes to go on")
            return false
        }
        FileHandle.standardError.write(Data(clean("\(question) [y/N] ").utf8))
        let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased()
        guard answer == "y" || answer == "yes" else {
            note("loqa: nothing was changed")
            return false
        }
        return true
    }
}
