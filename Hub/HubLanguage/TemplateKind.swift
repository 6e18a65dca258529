/// How a template deals with wildcards: it decides which form of a sentence the template gets to see, so that skip
/// words inside what a wildcard takes stay there.
package enum TemplateKind: UInt32, CaseIterable, Sendable, BitwiseCopyable {
    /// No wildcard at either end: the sentence with and without its skip words.
    case plain = 0
    /// A wildcard and nothing else: the whole sentence.
    case anything = 1
    /// A wildcard first: skip words go at the end only.
    case opensWithWildcard = 2
    /// A wildcard last: skip words go at the start only.
    case endsWithWildcard = 3

    init(_ tree: TemplateTree, isWildcard: (String) -> Bool) {
        func isOne(_ part: TemplateTree?) -> Bool {
            if case .list(let use)? = part { isWildcard(use.list) } else { false }
        }
        let parts = if case .sequence(let parts) = tree { parts } else { [tree] }
        if parts.count == 1 {
            self = isOne(parts.first) ? .anything : .plain
        } else if isOne(parts.first) {
            self = .opensWithWildcard
        } else if isOne(parts.last) {
            self = .endsWithWildcard
        } else {
            self = .plain
        }
    }

    /// The bit in a set of kinds.
    var bit: UInt32 { 1 << rawValue }
}
