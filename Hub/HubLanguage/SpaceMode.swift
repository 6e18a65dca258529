/// What a space means at a place in a template: worked out while the automaton is made, so that matching only ever
/// compares characters.
///
/// A space in a template is demanded between two literals, collapses with its neighbours, and is free at the edges
/// of the sentence and after a list that began at the edge of a word.
enum SpaceMode: UInt32, CaseIterable {
    /// At the edge of a word: spaces of the template vanish, spaces of the text are skipped.
    case free = 0
    /// After a literal character: a space of the template must be met by one of the text.
    case inside = 1
    /// The template's space is met only by reading a space.
    case pending = 2
    /// A list or wildcard ended in the middle of a word: only what touches it may go on.
    case touching = 3
    /// As `touching`, after a wildcard: no further wildcard may begin here.
    case touchingWildcard = 4
    /// A wildcard ended at the edge of a word: only a space of the template leads on.
    case gap = 5
    /// As `free`, after a wildcard: no further wildcard may begin here.
    case freeAfterWildcard = 6

    static let bits: UInt32 = 3

    /// The mode after a space of the template; nothing where none may stand.
    var afterTemplateSpace: SpaceMode? {
        switch self {
        case .free: .free
        case .inside, .pending: .pending
        case .touching, .touchingWildcard: nil
        case .gap, .freeAfterWildcard: .freeAfterWildcard
        }
    }

    /// The mode after a space of the text; nothing where none may stand.
    var afterTextSpace: SpaceMode? {
        switch self {
        case .free, .pending: .free
        case .freeAfterWildcard: .freeAfterWildcard
        case .inside, .touching, .touchingWildcard, .gap: nil
        }
    }

    /// Whether characters and lists may be read here.
    var reads: Bool {
        switch self {
        case .free, .inside, .touching, .touchingWildcard, .freeAfterWildcard: true
        case .pending, .gap: false
        }
    }

    var allowsWildcard: Bool {
        switch self {
        case .free, .inside, .touching: true
        case .pending, .touchingWildcard, .gap, .freeAfterWildcard: false
        }
    }

    /// The mode after a list that began here, where the text goes on at the edge of a word.
    var afterList: SpaceMode {
        switch self {
        case .free, .freeAfterWildcard: .free
        case .inside, .touching, .touchingWildcard, .pending, .gap: .inside
        }
    }
}
