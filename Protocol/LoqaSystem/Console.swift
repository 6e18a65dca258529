import Glibc

/// Tells a person what a program does, on standard error: one line each, the same thing said in a row only once.
///
/// For one thread. Nothing that was spoken and no secret goes here.
package struct Console: Sendable {
    private let program: String
    private var last = ""

    /// - Parameter program: stands at the start of each line.
    package init(program: String) { self.program = program }

    /// Writes a line of at most 500 characters, unless it repeats the one before.
    package mutating func say(_ text: String) {
        guard text != last else { return }
        last = text
        var line = "\(program): \(text.prefix(500))\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
