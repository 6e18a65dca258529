/// The sentences of a home as a machine over words: what a closed recogniser searches.
///
/// Common beginnings and ends stand once. A list or a range of numbers is a state of its own for each place it leads to,
/// entered by an empty arc, so that sharing costs no copies.
package struct WordNetwork: Sendable, Equatable {
    /// One way on.
    package struct Arc: Sendable, Equatable {
        /// Where it begins.
        package let from: Int32
        /// Where it leads.
        package let to: Int32
        /// Index in ``words``; -1 for an arc that takes no word.
        package let word: Int32
        /// Of this way among those of its state, 0...1.
        package let probability: Double
    }

    /// Bounds that a home's sentences stay far below. One beyond them is refused.
    package enum Limits {
        /// States of the largest network.
        package static let stateCountMax = 60_000
        /// Arcs of the largest network.
        package static let arcCountMax = 300_000
        /// Words of a sentence, and of lists within.
        package static let depthMax = 400
        /// Letters of a word.
        package static let wordLengthMax = 48
        /// Kinds of names that rules tell apart.
        package static let contextCountMax = 2_000
    }

    /// States are numbered from 0, the start.
    package let stateCount: Int
    /// Where sentences end.
    package let end: Int32
    /// Sorted by where they begin.
    package let arcs: [Arc]
    /// Every word, sorted, each once. Each needs a pronunciation.
    package let words: [String]
    /// For each state the index of its first arc, and the count of arcs at the end.
    let firstArcs: [Int]

    init(stateCount: Int, end: Int32, arcs: [Arc], words: [String]) {
        (self.stateCount, self.end, self.words) = (stateCount, end, words)
        self.arcs = arcs.sorted { ($0.from, $0.to, $0.word) < ($1.from, $1.to, $1.word) }
        var firsts = [Int](repeating: 0, count: stateCount + 1)
        for arc in arcs { firsts[Int(arc.from) + 1] += 1 }
        for state in 0..<stateCount { firsts[state + 1] += firsts[state] }
        firstArcs = firsts
    }

    /// The ways on from `state`.
    func arcs(from state: Int32) -> ArraySlice<Arc> {
        arcs[firstArcs[Int(state)]..<firstArcs[Int(state) + 1]]
    }

    /// The machine in the text form that CMU Sphinx reads (`FSG_BEGIN`).
    package var sphinxText: String {
        var text = "FSG_BEGIN home\nNUM_STATES \(stateCount)\nSTART_STATE 0\nFINAL_STATE \(end)\n"
        for arc in arcs {
            let share = (arc.probability * 1e6).rounded(.up) / 1e6
            text += "TRANSITION \(arc.from) \(arc.to) \(share)"
            text += arc.word < 0 ? "\n" : " \(words[Int(arc.word)])\n"
        }
        return text + "FSG_END\n"
    }
}
