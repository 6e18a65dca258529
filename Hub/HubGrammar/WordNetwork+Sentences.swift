extension WordNetwork {
    /// How many ways there are through the network: sentences, as often as they can be read. A number too large for
    /// exact counting.
    package var sentenceCount: Double {
        var counts = [Double?](repeating: nil, count: stateCount)
        counts[Int(end)] = 1
        var stack: [Int32] = [0]
        while let state = stack.last {
            let ways = arcs(from: state)
            let missing = ways.map(\.to).filter { counts[Int($0)] == nil }
            if !missing.isEmpty {
                stack += missing
                continue
            }
            stack.removeLast()
            if counts[Int(state)] == nil {
                counts[Int(state)] = ways.reduce(0) { $0 + (counts[Int($1.to)] ?? 0) }
            }
        }
        return counts[0] ?? 0
    }

    /// Sentences drawn by the network's weights, each once; fewer than `count` if the draw repeats itself.
    package func sentences(count: Int, seed: UInt64) -> [String] {
        var random = seed
        var seen: Set<String> = []
        var result: [String] = []
        var tries = 0
        while result.count < count, tries < 20 * count {
            tries += 1
            let sentence = draw(&random)
            if seen.insert(sentence).inserted { result.append(sentence) }
        }
        return result
    }

    private func draw(_ random: inout UInt64) -> String {
        var state: Int32 = 0
        var said: [String] = []
        while state != end {
            let ways = arcs(from: state)
            var left = ways.reduce(0) { $0 + $1.probability } * Self.unit(&random)
            guard
                let way = ways.first(where: { arc in
                    left -= arc.probability
                    return left <= 0
                }) ?? ways.last
            else { return "" }
            if way.word >= 0 { said.append(words[Int(way.word)]) }
            state = way.to
        }
        return said.joined(separator: " ")
    }

    /// 0..<1, by SplitMix64 (Steele, Lea, Flood 2014).
    private static func unit(_ state: inout UInt64) -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((value ^ (value >> 31)) >> 11) / Double(UInt64(1) << 53)
    }
}
