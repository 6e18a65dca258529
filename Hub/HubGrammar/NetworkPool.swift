/// States of a network while it is made, equal ones once: made after what they lead to, the network comes out minimal.
///
/// The states form no circle. (After Daciuk, Mihov, Watson, Watson: Incremental construction of minimal acyclic
/// finite-state automata, 2000; here with empty arcs, which are kept as they are.)
struct NetworkPool {
    /// A way on: the word's number, or -1 for none, and the state.
    struct Way: Hashable, Comparable {
        let word: Int32
        let target: Int32

        static func < (left: Way, right: Way) -> Bool {
            (left.word, left.target) < (right.word, right.target)
        }
    }

    struct State: Hashable {
        let isEnd: Bool
        /// Sorted, each once.
        let ways: [Way]
    }

    /// States beyond which no network is made.
    let stateCountMax: Int
    private(set) var states: [State] = []
    private(set) var arcCount = 0
    private var numbers: [State: Int32] = [:]
    private(set) var words: [String] = []
    private var wordNumbers: [[UInt32]: Int32] = [:]

    init(stateCountMax: Int) { self.stateCountMax = stateCountMax }

    /// The number of a word.
    mutating func word(_ scalars: [UInt32]) -> Int32 {
        if let number = wordNumbers[scalars] { return number }
        let number = Int32(words.count)
        words.append(SpokenLetter.text(scalars))
        wordNumbers[scalars] = number
        return number
    }

    /// The number of the state with these ways; -1, the dead end, if there is none and no sentence ends here.
    ///
    /// - Throws: ``GrammarError/tooLarge(_:)``
    mutating func state(isEnd: Bool, ways: [Way]) throws(GrammarError) -> Int32 {
        var ways = Array(Set(ways)).sorted()
        // A state that only hands on is the state that it hands on to.
        if !isEnd, ways.count == 1, ways[0].word < 0 { return ways[0].target }
        // What an empty arc leads to need not be said again.
        let through = ways.filter { $0.word < 0 }.map { states[Int($0.target)] }
        if !through.isEmpty {
            ways.removeAll { way in way.word >= 0 && through.contains { $0.ways.contains(way) } }
        }
        guard isEnd || !ways.isEmpty else { return -1 }
        let state = State(isEnd: isEnd, ways: ways)
        if let number = numbers[state] { return number }
        guard states.count < stateCountMax else { throw .tooLarge("\(stateCountMax) states") }
        arcCount += ways.count
        guard arcCount <= WordNetwork.Limits.arcCountMax else {
            throw .tooLarge("\(WordNetwork.Limits.arcCountMax) arcs")
        }
        numbers[state] = Int32(states.count)
        states.append(state)
        return Int32(states.count - 1)
    }
}
