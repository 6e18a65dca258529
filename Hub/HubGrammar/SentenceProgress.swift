/// How far words have come through a network: what the end of speech is judged by while someone still speaks.
package enum SentenceProgress: Sendable, Equatable {
    /// No sentence begins like this.
    case none
    /// A sentence begins like this, and is not over.
    case partial
    /// It is a sentence. `endShare` says how probable it is that nothing follows, by the network's own weights: 1 if
    /// nothing can.
    case complete(endShare: Double)
}

extension WordNetwork {
    /// How far `sentence` has come. Words in small letters; some microseconds.
    package func progress(of sentence: some Sequence<String>) -> SentenceProgress {
        var states = closure([0: 1])
        for word in sentence {
            guard let number = number(of: word) else { return .none }
            var next: [Int32: Double] = [:]
            for (state, weight) in states {
                for arc in arcs(from: state) where arc.word == number {
                    next[arc.to, default: 0] += weight * arc.probability
                }
            }
            states = closure(next)
            if states.isEmpty { return .none }
        }
        guard let ending = states[end] else { return .partial }
        // What is at the end now, against all that is there or reads a word.
        var going = 0.0
        for (state, weight) in states where state != end {
            going += arcs(from: state).filter { $0.word >= 0 }.reduce(0) { $0 + weight * $1.probability }
        }
        return .complete(endShare: ending / (ending + going))
    }

    /// What can be reached without a word, with the probability of all the ways there. Empty arcs make no circle.
    private func closure(_ seeds: [Int32: Double]) -> [Int32: Double] {
        var result = seeds
        var open = seeds
        while !open.isEmpty {
            var next: [Int32: Double] = [:]
            for (state, weight) in open {
                for arc in arcs(from: state) where arc.word < 0 {
                    next[arc.to, default: 0] += weight * arc.probability
                }
            }
            for (state, weight) in next { result[state, default: 0] += weight }
            open = next
        }
        return result
    }

    private func number(of word: String) -> Int32? {
        var (low, high) = (0, words.count)
        while low < high {
            let middle = (low + high) / 2
            if words[middle] < word { low = middle + 1 } else { high = middle }
        }
        return low < words.count && words[low] == word ? Int32(low) : nil
    }
}
