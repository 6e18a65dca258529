/// A token inside `{{ }}` or `{% %}`.
struct TemplateToken: Sendable {
    enum Kind: Sendable, Equatable {
        case name(String)
        case text(String)
        case integer(Int)
        case number(Double)
        /// An operator or bracket, as written.
        case symbol(String)
        case end
    }

    var kind: Kind
    var place: TemplatePlace

    /// How errors call it.
    var spelling: String {
        switch kind {
        case .name(let name): "\"\(name)\""
        case .text: "a text"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .symbol(let symbol): "\"\(symbol)\""
        case .end: "the end of the tag"
        }
    }
}

/// A stretch of a template.
enum TemplateSegment: Sendable {
    case text(String)
    /// `{{ ... }}`.
    case output([TemplateToken])
    /// `{% ... %}`.
    case tag([TemplateToken])
}
