/// Phrases as a tree over word numbers: finds all values that start at a place in a sentence.
struct WordTrie: Sendable {
    private struct Node: Sendable {
        var next: [Int32: Int32] = [:]
        var value: Int32?
    }
    private var nodes = [Node()]

    var isEmpty: Bool { nodes.count == 1 }

    /// Adds a phrase; the first value of a phrase stays.
    mutating func insert(_ words: [Int32], value: Int32) {
        var node = 0
        for word in words {
            if let next = nodes[node].next[word] {
                node = Int(next)
            } else {
                nodes.append(Node())
                nodes[node].next[word] = Int32(nodes.count - 1)
                node = nodes.count - 1
            }
        }
        if nodes[node].value == nil { nodes[node].value = value }
    }

    /// Calls `found` with each value whose phrase stands at `start` and the position after it.
    ///
    /// - Returns: true if the sentence ends inside a longer phrase.
    func matches(in words: [Int32], at start: Int, found: (_ value: Int32, _ end: Int) -> Void) -> Bool {
        var node = 0
        var position = start
        while position < words.count {
            guard let next = nodes[node].next[words[position]] else { return false }
            node = Int(next)
            position += 1
            if let value = nodes[node].value { found(value, position) }
        }
        return !nodes[node].next.isEmpty
    }
}
