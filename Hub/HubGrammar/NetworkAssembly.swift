/// Numbers the states of a pool, gives each way its probability, and puts what may be said around a sentence.
struct NetworkAssembly {
    private let pool: NetworkPool
    private let start: Int32
    private var arcs: [WordNetwork.Arc] = []
    private var stateCount: Int32 = 0
    private var words: [String: Int32] = [:]

    init(_ pool: NetworkPool, start: Int32) { (self.pool, self.start) = (pool, start) }

    /// [wake phrase] [skip phrase] sentence [skip phrase].
    mutating func network(skipPhrases skips: [[String]], _ options: NetworkBuilder.Options) -> WordNetwork {
        let names = Set(reachable().flatMap { pool.states[Int($0)].ways.map(\.word) }.filter { $0 >= 0 })
        let all = Set(names.map { pool.words[Int($0)] } + skips.joined() + options.wakePhrases.joined())
            .sorted()
        words = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($0.element, Int32($0.offset)) })
        let (begin, opened, first) = (addState(), addState(), addState())
        let (last, end) = (addState(), addState())
        addOptional(options.wakePhrases, from: begin, to: opened, probability: 0.5)
        addOptional(skips, from: opened, to: first, probability: options.skipProbability)
        addOptional(skips, from: last, to: end, probability: options.skipProbability)
        addSentences(from: first, to: last)
        return WordNetwork(stateCount: Int(stateCount), end: end, arcs: arcs, words: all)
    }

    private mutating func addState() -> Int32 {
        stateCount += 1
        return stateCount - 1
    }

    private func reachable() -> [Int32] {
        var seen: Set<Int32> = [start]
        var order = [start]
        var next = 0
        while next < order.count {
            for way in pool.states[Int(order[next])].ways where seen.insert(way.target).inserted {
                order.append(way.target)
            }
            next += 1
        }
        return order
    }

    private mutating func addOptional(_ phrases: [[String]], from: Int32, to: Int32, probability: Double) {
        let share = phrases.isEmpty ? 0 : probability
        arcs.append(.init(from: from, to: to, word: -1, probability: 1 - share))
        for phrase in phrases {
            var place = from
            for (index, word) in phrase.enumerated() {
                let next = index == phrase.count - 1 ? to : addState()
                let own = index == 0 ? share / Double(phrases.count) : 1
                arcs.append(.init(from: place, to: next, word: words[word] ?? -1, probability: own))
                place = next
            }
        }
    }

    private mutating func addSentences(from first: Int32, to last: Int32) {
        var numbers: [Int32: Int32] = [start: first]
        for state in reachable() where state != start { numbers[state] = addState() }
        for (state, number) in numbers.sorted(by: { $0.value < $1.value }) {
            let made = pool.states[Int(state)]
            let share = 1 / Double(made.ways.count + (made.isEnd ? 1 : 0))
            if made.isEnd { arcs.append(.init(from: number, to: last, word: -1, probability: share)) }
            for way in made.ways {
                let word = way.word < 0 ? -1 : words[pool.words[Int(way.word)]] ?? -1
                arcs.append(
                    .init(from: number, to: numbers[way.target] ?? last, word: word, probability: share))
            }
        }
    }
}
