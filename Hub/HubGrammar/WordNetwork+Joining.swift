extension WordNetwork {
    /// A way on of a network that has no weights of its own.
    package struct WordArc: Sendable {
        /// Where it begins.
        package let from: Int
        /// Where it leads.
        package let to: Int
        /// Empty for an arc that takes no word.
        package let word: String

        package init(from: Int, to: Int, word: String) { (self.from, self.to, self.word) = (from, to, word) }
    }

    /// The network of these arcs, in which a state shares its probability equally among its ways on.
    ///
    /// - Parameters:
    ///   - stateCount: states are numbered from 0, the start.
    ///   - end: where sentences end.
    package init(stateCount: Int, end: Int, arcs: [WordArc]) {
        let words = Set(arcs.map(\.word)).subtracting([""]).sorted()
        let numbers = Dictionary(
            uniqueKeysWithValues: words.enumerated().map { ($0.element, Int32($0.offset)) })
        var ways = [Int](repeating: 0, count: stateCount)
        for arc in arcs { ways[arc.from] += 1 }
        self.init(
            stateCount: stateCount, end: Int32(end),
            arcs: arcs.map {
                Arc(
                    from: Int32($0.from), to: Int32($0.to), word: numbers[$0.word] ?? -1,
                    probability: 1 / Double(ways[$0.from]))
            }, words: words)
    }

    /// A network among others.
    package struct Part: Sendable {
        /// Its sentences.
        package let network: WordNetwork
        /// How probable it is that one of them is said, against the other parts; above 0.
        package let share: Double

        package init(_ network: WordNetwork, share: Double) { (self.network, self.share) = (network, share) }
    }

    /// The sentences of all `parts`.
    ///
    /// - Precondition: there is one at least.
    package static func joined(_ parts: [Part]) -> WordNetwork {
        precondition(!parts.isEmpty)
        let networks = parts.map(\.network)
        let sum = parts.reduce(0) { $0 + $1.share }
        let words = Set(networks.flatMap(\.words)).sorted()
        let numbers = Dictionary(
            uniqueKeysWithValues: words.enumerated().map { ($0.element, Int32($0.offset)) })
        var arcs: [Arc] = []
        arcs.reserveCapacity(networks.reduce(2 * networks.count) { $0 + $1.arcs.count })
        // 0 is the start and 1 the end.
        var first: Int32 = 2
        for (network, share) in zip(networks, parts.map { $0.share / sum }) {
            let own = network.words.map { numbers[$0] ?? -1 }
            arcs.append(Arc(from: 0, to: first, word: -1, probability: share))
            arcs.append(Arc(from: first + network.end, to: 1, word: -1, probability: 1))
            for arc in network.arcs {
                arcs.append(
                    Arc(
                        from: first + arc.from, to: first + arc.to,
                        word: arc.word < 0 ? -1 : own[Int(arc.word)], probability: arc.probability))
            }
            first += Int32(network.stateCount)
        }
        return WordNetwork(stateCount: Int(first), end: 1, arcs: arcs, words: words)
    }
}
