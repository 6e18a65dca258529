/// Where a template stands: what an error names.
package struct SourcePlace: Equatable, Sendable {
    /// The file as errors call it, or what stands for one ("typed").
    package let file: String
    /// Counted from 1; 0 where the source has no lines.
    package let line: Int
    /// Column of the first character, counted from 1.
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        (self.file, self.line, self.column) = (file, line, column)
    }

    /// The same place, some characters further in the line.
    package func moved(by count: Int) -> SourcePlace {
        SourcePlace(file: file, line: line, column: column + count)
    }
}

/// What is wrong with a template, a list, a rule or a pack, and where.
package struct LanguageError: Error, Equatable, CustomStringConvertible {
    package let place: SourcePlace
    /// What is wrong and what to write instead, one line.
    package let message: String

    package init(_ place: SourcePlace, _ message: String) { (self.place, self.message) = (place, message) }

    /// `FILE:LINE:COLUMN: MESSAGE`
    package var description: String { "\(place.file):\(place.line):\(place.column): \(message)" }
}
