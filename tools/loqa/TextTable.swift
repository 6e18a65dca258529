/// A table of text in columns, two spaces apart, cut to a width where it must be.
struct TextTable {
    /// One column.
    struct Column {
        var title: String
        /// The least width it may be cut to; nil never cuts it.
        var widthMin: Int?
        /// Numbers stand at the right.
        var isNumber = false
    }

    private static let gap = 2
    var columns: [Column]
    /// As many cells in each as there are columns.
    private(set) var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func append(_ row: [String]) {
        precondition(row.count == columns.count)
        rows.append(row)
    }

    /// The table with its titles, no wider than `width` unless the least widths are.
    func text(width: Int) -> String {
        let widths = fittedWidths(width)
        return ([columns.map(\.title)] + rows).map { row in line(row, widths) }.joined(separator: "\n")
    }

    private func fittedWidths(_ width: Int) -> [Int] {
        var widths = columns.indices.map { index in
            (rows.map { $0[index].count } + [columns[index].title.count]).max() ?? 0
        }
        while widths.reduce(Self.gap * (columns.count - 1), +) > width {
            // The widest gives first, so that short columns stay whole.
            let cuttable = widths.indices.filter { index in
                columns[index].widthMin.map { widths[index] > $0 } ?? false
            }
            guard let widest = cuttable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func line(_ row: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in row.enumerated() {
            let cell = cell.count > widths[index] ? cell.prefix(widths[index] - 1) + "…" : cell
            let padding = String(repeating: " ", count: widths[index] - cell.count)
            if index > 0 { line += String(repeating: " ", count: Self.gap) }
            line += columns[index].isNumber ? padding + cell : cell + padding
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}

/// Lines of "Label   value", the values below each other.
func labelled(_ lines: [(label: String, value: String)]) -> String {
    let width = lines.map(\.label.count).max() ?? 0
    return lines.map { line in
        line.label + String(repeating: " ", count: width - line.label.count + 2) + line.value
    }.joined(separator: "\n")
}
