package import HubLanguage

/// Makes the ``WordNetwork`` of a language and a home: a pure function, some tens of milliseconds for thirty devices, to
/// be called off the event loop.
package struct NetworkBuilder {
    /// What goes into a network.
    package struct Options: Sendable {
        /// Intents whose sentences may be said; nothing for all.
        package var intents: Set<String>?
        /// Said before a sentence or not: "hey loqa".
        package var wakePhrases: [[String]] = []
        /// How probable it is that a skip phrase ("please") stands before or after a sentence.
        package var skipProbability = 0.1

        /// How often the square root is taken of the count of sentences that a way leads to, which makes its share: 0 makes
        /// all sentences alike, many all ways of a state.
        package var sentenceRoots = 2
        /// What the caller knows when a sentence is said, as ``Understander`` is told it: `awaiting` while a question is open.
        package var context: [String: SlotValue] = [:]
        /// States beyond which the network is refused.
        package var stateCountMax = WordNetwork.Limits.stateCountMax

        package init() {}
    }

    /// - Precondition: `home` was made for `language`.
    /// - Throws: ``GrammarError``
    package static func network(
        of language: Language, home: HomeVocabulary, options: Options = Options()
    ) throws(GrammarError) -> WordNetwork {
        let walk = LanguageWalk(language, home: home)
        guard !walk.ignoresSpaces else { throw .unspaced(language: walk.name) }
        var walker = SentenceWalker(
            walk, usable: usableTemplates(walk, options), stateCountMax: options.stateCountMax)
        let start = try walker.start(context: walk.context(saying: options.context))
        guard start >= 0 else { throw .empty(language: walk.name) }
        var assembly = NetworkAssembly(walker.pool, start: start)
        return assembly.network(skipPhrases: skipPhrases(walk), options)
    }

    /// Sentences about kinds of devices that the home does not have are no use in it.
    private static func usableTemplates(_ walk: LanguageWalk, _ options: Options) -> [Bool] {
        let domains = walk.homeValues(under: "domain")
        return (0..<walk.templateCount).map { number in
            if let intents = options.intents, !intents.contains(walk.intent(of: number)) { return false }
            let implied = walk.impliedValues(of: number, slot: "domain")
            return implied.isEmpty || implied.contains { domains.contains($0) }
        }
    }

    /// Skip phrases, as words; at most 200, of at most 8 words.
    private static func skipPhrases(_ walk: LanguageWalk) -> [[String]] {
        var phrases: [[String]] = []
        func collect(_ node: UInt32, _ words: [String], _ letters: [UInt32]) {
            guard phrases.count < 200, words.count < 8, letters.count < WordNetwork.Limits.wordLengthMax
            else { return }
            if !letters.isEmpty, !walk.values(endingAt: node, in: .skipWords).isEmpty,
                SpokenLetter.isWord(letters)
            {
                phrases.append(words + [SpokenLetter.text(letters)])
            }
            for arc in walk.arcs(of: node, in: .skipWords) {
                if arc.scalar == 0x20 {
                    if SpokenLetter.isWord(letters) {
                        collect(arc.target, words + [SpokenLetter.text(letters)], [])
                    }
                } else if SpokenLetter.isOne(arc.scalar) {
                    collect(arc.target, words, letters + [arc.scalar])
                }
            }
        }
        collect(walk.root(of: .skipWords), [], [])
        return phrases
    }
}
