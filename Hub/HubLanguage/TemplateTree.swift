/// A sentence template as a tree.
///
/// Text is prepared (``Spelling/prepared(_:)``) and folded; every whitespace in it is one U+0020, and what a space
/// means in matching is ``SpaceMode``'s business.
package indirect enum TemplateTree: Equatable, Sendable {
    case text([UInt32])
    case sequence([TemplateTree])
    /// `(a|b)`, and `[a]` as `(a|)`.
    case choice([TemplateTree])
    /// `(a;b)`: all parts in any order.
    case anyOrder([TemplateTree])
    case list(ListUse)
    case rule(name: String, column: Int)

    /// One use of a list: `{name}`, `{name:slot}`, `{name:@capture}` or `{1..9,2:slot}`.
    package struct ListUse: Hashable, Sendable {
        package let list: String
        package let slot: String
        /// The value goes to the response only.
        package let isCapture: Bool
        /// A range written in place.
        package let range: InlineRange?
        /// Offset of `{` in the template, in characters.
        package let column: Int

        package init(
            list: String, slot: String, isCapture: Bool = false, range: InlineRange? = nil, column: Int = 0
        ) {
            (self.list, self.slot, self.isCapture) = (list, slot, isCapture)
            (self.range, self.column) = (range, column)
        }
    }

    /// `first..last,step`
    package struct InlineRange: Hashable, Sendable {
        package let first: Int
        package let last: Int
        package let step: Int

        package init(first: Int, last: Int, step: Int) {
            (self.first, self.last, self.step) = (first, last, step)
        }
    }

    /// Words of text in the template itself, rules left out: the order of templates with wildcards rests on it.
    package var textCount: Int {
        switch self {
        case .text(let scalars): Self.chunkCount(scalars)
        case .sequence(let parts), .choice(let parts), .anyOrder(let parts):
            parts.reduce(0) { $0 + $1.textCount }
        case .list, .rule: 0
        }
    }

    /// A chunk is a word with the spaces after it; only a chunk that begins with spaces has them before it.
    private static func chunkCount(_ scalars: [UInt32]) -> Int {
        var count = 0
        var isInWord = false
        for scalar in scalars {
            if scalar != 0x20, !isInWord { count += 1 }
            isInWord = scalar != 0x20
        }
        return max(count, scalars.isEmpty ? 0 : 1)
    }

    /// Lists that the template itself names, rules left out.
    package var listNames: [String] {
        switch self {
        case .text, .rule: []
        case .sequence(let parts), .choice(let parts), .anyOrder(let parts): parts.flatMap(\.listNames)
        case .list(let use): [use.list]
        }
    }
}
