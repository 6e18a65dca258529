/// A machine that accepts exactly the sentences of a grammar, word by word: what a recogniser searches.
///
/// Recognisers write out every use of a JSGF rule: 86 rules of a four room home became 29,000 states. Here
/// common beginnings and ends stand once, and every list and number range once for each place it leads to,
/// entered by an empty arc. Measured with pocketsphinx: 8,200 arcs decode at a tenth of real time.
///
/// Each state shares its probability equally among its ways on. As a list is one way, all the names a home
/// does not have weigh together as much as one word, and "the timer" is not heard as "dough timer".
package struct WordAcceptor: Sendable, Equatable {
    /// A way on.
    package struct Arc: Sendable, Hashable {
        /// Where it begins.
        package var from: Int
        /// Where it leads.
        package var to: Int
        /// Empty for an arc that takes no word.
        package var word: String
    }

    /// States are numbered from 0, the start.
    package let stateCount: Int
    /// Where sentences end.
    package let end: Int
    /// In no particular order.
    package let arcs: [Arc]
    /// Every word of the grammar, sorted, each once. Each needs a pronunciation.
    package let words: [String]

    /// Words at all places together: what a recogniser has to weigh.
    package var arcCount: Int { arcs.count }

    init(stateCount: Int, end: Int, arcs: [Arc]) {
        (self.stateCount, self.end, self.arcs) = (stateCount, end, arcs)
        words = Set(arcs.map(\.word)).subtracting([""]).sorted()
    }

    /// Whether these words are a sentence. Slow: for tests.
    package func accepts(_ sentence: [String]) -> Bool {
        var ways: [Int: [Arc]] = [:]
        for arc in arcs { ways[arc.from, default: []].append(arc) }
        func closure(_ seeds: [Int]) -> Set<Int> {
            var found = Set(seeds)
            var open = seeds
            while let state = open.popLast() {
                for arc in ways[state] ?? [] where arc.word.isEmpty && found.insert(arc.to).inserted {
                    open.append(arc.to)
                }
            }
            return found
        }
        var states = closure([0])
        for word in sentence {
            states = closure(states.flatMap { (ways[$0] ?? []).filter { $0.word == word }.map(\.to) })
        }
        return states.contains(end)
    }

    /// The machine in the text form that CMU Sphinx reads (`FSG_BEGIN`).
    package var sphinxText: String {
        var ways = [Int](repeating: 0, count: stateCount)
        for arc in arcs { ways[arc.from] += 1 }
        var text = "FSG_BEGIN home\nNUM_STATES \(stateCount)\nSTART_STATE 0\nFINAL_STATE \(end)\n"
        for arc in arcs {
            let share = 1 / Double(ways[arc.from])
            text += "TRANSITION \(arc.from) \(arc.to) \(share)\(arc.word.isEmpty ? "" : " \(arc.word)")\n"
        }
        return text + "FSG_END\n"
    }
}

extension SentenceMatcher {
    /// The acceptor of the sentences of `intents`, as ``speechGrammar(intents:wakePhrases:wake:)`` describes.
    package func acceptor(
        intents: [String], wakePhrases: [String] = [], wake: WakePhraseUse = .absent
    ) -> WordAcceptor {
        let wanted = Set(intents)
        let sentences = book.sentences.indices.filter { wanted.contains(book.sentences[$0].intent) }
        let phrases = wakePhrases.map(SpokenWords.words(of:)).filter { !$0.isEmpty }
        var builder = AcceptorBuilder(matcher: self)
        return builder.acceptor(of: Set(sentences.map(Int32.init)), phrases, wake)
    }
}
