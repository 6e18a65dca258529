/// Understands sentences: finds the intent and the slots of a text, among all templates at once.
///
/// Compiled once for a home (milliseconds), then a sentence takes microseconds. A pure value: safe to share
/// between threads. Of several readings of one text the best is taken, in this order:
///
/// 1. fewest unknown names;
/// 2. most words that are values of lists (the longest names);
/// 3. most words that the template itself writes, numbers included;
/// 4. fewest words inside unknown names;
/// 5. the text with its skip words left in;
/// 6. the sentence written first.
package struct SentenceMatcher: Sendable {
    /// Words of one sentence; a longer text is not understood.
    package static let wordCountMax = 40

    /// The sentences it was compiled from.
    package let book: SentenceBook
    let lists: [String: SlotList]
    let skipWords: SkipWords
    let automaton: Automaton
    let symbols: Symbols
    let tries: [Trie]
    let numbers: WordTrie

    /// A list as the search uses it.
    struct Trie: Sendable {
        var values: [SlotValue]
        var words: WordTrie
        var isWildcard: Bool
    }

    /// States of the automaton, for measurement.
    package var stateCount: Int { automaton.states.count }

    /// Compiles `book` with the values of its lists. A sentence that needs an empty list is left out.
    ///
    /// - Throws: ``MatcherError`` if a template refers to something that is not there.
    package init(
        book: SentenceBook, lists: [String: SlotList], skipWords: SkipWords = SkipWords([], [])
    ) throws(MatcherError) {
        (self.book, self.lists, self.skipWords) = (book, lists, skipWords)
        let names = lists.keys.sorted()
        var symbols = Symbols()
        for (number, name) in names.enumerated() { symbols.lists[name] = Int32(number) }
        // A wildcard without examples is alive: any word matches it.
        let dead = names.enumerated().filter { _, name in
            guard let list = lists[name] else { return true }
            return list.values.isEmpty && !list.isWildcard
        }
        var builder = AutomatonBuilder(
            symbols: symbols, rules: book.rules, deadLists: Set(dead.map { Int32($0.offset) }))
        for (number, sentence) in book.sentences.enumerated() {
            try builder.add(sentence, number: Int32(number))
        }
        automaton = try builder.finish()
        symbols = builder.symbols
        tries = names.map { name in
            var trie = Trie(values: [], words: WordTrie(), isWildcard: lists[name]?.isWildcard ?? false)
            for value in lists[name]?.values ?? [] {
                let words = value.words.map { symbols.number(ofWord: $0) }
                trie.words.insert(words, value: Int32(trie.values.count))
                trie.values.append(value.meaning)
            }
            return trie
        }
        numbers = Self.numberTrie(for: automaton, symbols: &symbols)
        self.symbols = symbols
    }

    private static func numberTrie(for automaton: Automaton, symbols: inout Symbols) -> WordTrie {
        var highest: Int32 = -1
        for case (.range(_, let high, _), _) in automaton.states.flatMap(\.labels) {
            highest = max(highest, high)
        }
        var trie = WordTrie()
        guard highest >= 0 else { return trie }
        for value in 0...Int(highest) {
            for spelling in EnglishNumbers.spellings(of: value) {
                trie.insert(spelling.map { symbols.number(ofWord: $0) }, value: Int32(value))
            }
        }
        return trie
    }

    /// The best reading of `words` (from ``SpokenWords``), or nil if no sentence reads like this.
    package func match(_ words: [String]) -> Match? {
        var best: Search.Reading?
        for variant in variants(of: words) {
            var search = Search(matcher: self, words: variant, mode: .anyName)
            search.run()
            if let found = search.best, best.map({ found.score < $0.score }) ?? true { best = found }
        }
        return best?.match
    }

    /// Whether `words` are a sentence of the speech grammar, or may become one. Unknown names count only if
    /// they are examples that the grammar lists.
    package func completeness(of words: [String]) -> Completeness {
        var isComplete = false
        var canContinue = false
        for variant in variants(of: words) {
            var search = Search(matcher: self, words: variant, mode: .grammar)
            search.run()
            if search.best != nil { isComplete = true }
            if search.canContinue { canContinue = true }
        }
        return isComplete ? .complete(canContinue: canContinue) : canContinue ? .partial : .unknown
    }

    private func variants(of words: [String]) -> [[String]] {
        guard !words.isEmpty, words.count <= Self.wordCountMax else { return [] }
        return skipWords.variants(of: words).map(Array.init)
    }
}
