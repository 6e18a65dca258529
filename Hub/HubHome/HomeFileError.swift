/// Everything that is wrong with a home file, so that its owner can mend it in one go.
package struct HomeFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One problem and what to write instead.
    package struct Problem: Sendable, Equatable {
        /// Counted from 1; 0 if it concerns the whole file.
        package var line: Int
        package var message: String

        package init(line: Int, message: String) { (self.line, self.message) = (line, message) }
    }

    /// The file as its owner calls it.
    package var file: String
    /// In the order of their lines; never empty.
    package var problems: [Problem]

    package init(file: String, problems: [Problem]) { (self.file, self.problems) = (file, problems) }

    /// One line for each problem, `home.yaml:12: ...`.
    package var description: String {
        problems.map { $0.line > 0 ? "\(file):\($0.line): \($0.message)" : "\(file): \($0.message)" }
            .joined(separator: "\n")
    }
}
