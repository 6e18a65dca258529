/// Cuts a sentence into several commands where its grammar allows it.
///
/// A cut is made only where both sides are sentences, never at the word "and" as such: "play rock and roll" stays
/// whole. A part without a verb borrows from its neighbour: "turn off the lamp and the fan", "kitchen and bedroom
/// lights off". Fewer commands go before more, then fewer borrowed words.
struct SentenceSplitter {
    let conjunctions: Set<String>
    /// Whether a text is nothing but a name: such a part means what the command before it means.
    let isName: @Sendable (String) -> Bool

    /// One command of the sentence.
    struct Part: Equatable {
        var text: String
        /// Words taken from the neighbours.
        var borrowedCount: Int
        var reading: Reading
    }

    /// The commands of `text`, in order; one if it is one sentence, none if it cannot be understood.
    ///
    /// - Parameter read: the best reading of a text. Called at most ``Tuning/trialCountMax`` times.
    func parts(of text: String, read: @escaping (String) -> Reading?) -> [Part] {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard !words.isEmpty else { return [] }
        let whole = read(text)
        var search = Search(words: words, conjunctions: conjunctions, isName: isName, read: read)
        if let whole, whole.freeLength == 0 || words.count > Tuning.wordCountMax {
            return [Part(text: text, borrowedCount: 0, reading: whole)]
        }
        if words.count > 1, words.count <= Tuning.wordCountMax, let split = search.best(), split.count > 1 {
            // Free words that hold a command of their own were taken for too much.
            if whole == nil
                || split.dropFirst().allSatisfy({ $0.reading.freeLength == 0 && $0.borrowedCount == 0 })
            {
                return split
            }
        }
        return whole.map { [Part(text: text, borrowedCount: 0, reading: $0)] } ?? []
    }

    private struct Search {
        let words: [String]
        let conjunctions: Set<String>
        let isName: (String) -> Bool
        let read: (String) -> Reading?
        var trialCount = 0
        var known: [String: Reading?] = [:]

        private mutating func reading(_ words: some Collection<String>) -> Reading? {
            let text = words.joined(separator: " ")
            if let found = known[text] { return found }
            trialCount += 1
            guard trialCount <= Tuning.trialCountMax else { return nil }
            let found = read(text)
            known[text] = .some(found)
            return found
        }

        private func isConjunction(_ index: Int) -> Bool {
            conjunctions.contains(words[index].lowercased().filter { !$0.isPunctuation })
        }

        /// Where a part may end: before conjunctions and after commas. Without any, between all words.
        private func ends() -> [Int] {
            let inner = 1..<words.count
            let marked = inner.filter {
                isConjunction($0) || words[$0 - 1].hasSuffix(",") || words[$0 - 1].hasSuffix(".")
            }
            return (marked.isEmpty ? Array(inner) : marked) + [words.count]
        }

        mutating func best() -> [Part]? {
            let ends = ends()
            let isMarked = ends.count < words.count || words.count == 2 && isConjunction(1)
            // The cheapest way to reach each end: commands, borrowed words, and the parts themselves.
            var ways: [Int: (cost: Int, parts: [Part])] = [0: (0, [])]
            for start in [0] + ends.dropLast() {
                guard let way = ways[start], way.parts.count < Tuning.commandCountMax else { continue }
                let first = start > 0 ? skipConjunctions(from: start) : start
                // The sentence as a whole was tried already.
                for end in ends where end > first && (start > 0 || end < words.count) {
                    guard let part = part(first..<end, after: way.parts.last, ends, mayBorrow: isMarked)
                    else { continue }
                    let cost = way.cost + 100 + part.borrowedCount
                    if ways[end].map({ cost < $0.cost }) ?? true { ways[end] = (cost, way.parts + [part]) }
                }
            }
            return ways[words.count]?.parts
        }

        private func skipConjunctions(from index: Int) -> Int {
            var index = index
            while index < words.count, isConjunction(index) { index += 1 }
            return index
        }

        private mutating func part(_ range: Range<Int>, after last: Part?, _ ends: [Int], mayBorrow: Bool)
            -> Part?
        {
            let own = Array(words[range])
            let text = own.joined(separator: " ")
            // Some languages read a bare name as a command of its own, which is not meant after another one.
            let isBare = mayBorrow && last != nil && isName(text)
            if !isBare, let reading = reading(own) {
                return Part(text: text, borrowedCount: 0, reading: reading)
            }
            guard mayBorrow else { return nil }
            // From the front of the command before: "turn off" + "the fan".
            if let last {
                let lender = last.text.split(separator: " ").map(String.init)
                for count in stride(from: 1, through: min(6, lender.count - 1), by: 1) {
                    if let part = borrowed(lender.prefix(count) + own, count) { return part }
                }
            }
            // From the end of what follows: "kitchen" + "lights off".
            for end in ends where end > range.upperBound {
                let following = skipConjunctions(from: range.upperBound)
                guard following < end else { continue }
                let lender = Array(words[following..<end])
                for count in stride(from: 1, through: min(6, lender.count - 1), by: 1) {
                    if let part = borrowed(own + lender.suffix(count), count) { return part }
                }
            }
            guard isBare, let reading = reading(own) else { return nil }
            return Part(text: text, borrowedCount: 0, reading: reading)
        }

        private mutating func borrowed(_ words: [String], _ count: Int) -> Part? {
            guard let reading = reading(words), reading.freeLength == 0 else { return nil }
            return Part(text: words.joined(separator: " "), borrowedCount: count, reading: reading)
        }
    }
}
