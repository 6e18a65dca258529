/// All sentences as one deterministic automaton over words.
///
/// Sentences share their beginnings, so a text is read once, however many templates there are. Lists, number
/// ranges and wildcards stay opaque labels: a search forks there and nowhere else.
struct Automaton: Sendable {
    /// What an arc that is not a word consumes.
    enum Label: Hashable, Sendable {
        /// A value of list number `list`.
        case list(list: Int32, slot: Int32)
        /// A number within the bounds.
        case range(low: Int32, high: Int32, slot: Int32)
    }

    struct State: Sendable {
        var words: [Int32: Int32] = [:]
        var labels: [(label: Label, target: Int32)] = []
        /// Sentences that end here, by number, lowest first.
        var accepts: [Int32] = []

        var isLast: Bool { words.isEmpty && labels.isEmpty }
    }

    var states: [State]
}

/// Names and numbers of what the arcs of an ``Automaton`` refer to.
struct Symbols: Sendable {
    var words: [String: Int32] = [:]
    var slots: [String] = []
    var lists: [String: Int32] = [:]

    mutating func number(ofWord word: String) -> Int32 {
        if let number = words[word] { return number }
        let number = Int32(words.count)
        words[word] = number
        return number
    }

    mutating func number(ofSlot slot: String) -> Int32 {
        if let index = slots.firstIndex(of: slot) { return Int32(index) }
        slots.append(slot)
        return Int32(slots.count - 1)
    }
}

/// Why sentences and lists do not make a matcher.
package enum MatcherError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A template uses a rule that is written nowhere.
    case unknownRule(String, intent: String)
    /// A template uses a list that was not given.
    case unknownList(String, intent: String)
    /// A rule uses itself.
    case recursion(String)
    /// More than ``AutomatonBuilder/stateCountMax`` states.
    case tooLarge

    package var description: String {
        switch self {
        case .unknownRule(let name, let intent): "\(intent) uses <\(name)>, which is not defined"
        case .unknownList(let name, let intent): "\(intent) uses {\(name)}, which is not a known list"
        case .recursion(let name): "<\(name)> uses itself; write it without"
        case .tooLarge: "the sentences need too many states; use fewer alternatives"
        }
    }
}
