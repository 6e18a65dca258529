/// The form in which automata and tries stand in a compiled language: records of 32-bit words.
///
///     header   arcs (16 bits), labels (8 bits), flags (8 bits)
///     ending   only with the flag: which templates, or list values, end here
///     labels   three words each: use, record for text that touches, record for text at a word's edge
///     arcs     two words each, ascending: folded scalar, record
///
/// A record is named by the index of its header. Record 0 is the dead end: no arcs, no labels.
enum GraphRecord {
    static let skipsSpaces: UInt32 = 1 << 24
    static let hasEnding: UInt32 = 1 << 25
    static let flags: UInt32 = 0x0300_0000

    static func arcCount(_ header: UInt32) -> Int { Int(header & 0xFFFF) }
    static func labelCount(_ header: UInt32) -> Int { Int(header >> 16 & 0xFF) }
    /// Words before the arcs begin, the header included.
    static func arcOffset(_ header: UInt32) -> Int {
        1 + (header & hasEnding == 0 ? 0 : 1) + labelCount(header) * 3
    }
}

/// Writes records, equal ones once: written children first, the automaton comes out minimal.
struct GraphRecordWriter {
    private(set) var words: [UInt32] = [0]
    private var numbers: [[UInt32]: UInt32] = [[0]: 0]

    /// The index of a record with these contents; `arcs` ascend.
    mutating func record(
        arcs: [(scalar: UInt32, target: UInt32)], labels: [(use: UInt32, touching: UInt32, gap: UInt32)] = [],
        ending: UInt32? = nil, skipsSpaces: Bool = false
    ) -> UInt32 {
        precondition(arcs.count <= 0xFFFF && labels.count <= 0xFF)
        var record = [UInt32(arcs.count) | UInt32(labels.count) << 16]
        record.reserveCapacity(2 + labels.count * 3 + arcs.count * 2)
        if skipsSpaces { record[0] |= GraphRecord.skipsSpaces }
        if let ending {
            record[0] |= GraphRecord.hasEnding
            record.append(ending)
        }
        for label in labels { record += [label.use, label.touching, label.gap] }
        for arc in arcs { record += [arc.scalar, arc.target] }
        if let number = numbers[record] { return number }
        let number = UInt32(words.count)
        numbers[record] = number
        words += record
        return number
    }

    /// Writes the automaton of `states` and gives the record of its first state.
    ///
    /// - Parameter ending: the number for a set of templates.
    mutating func write(_ states: [SubsetConstruction.State], ending: ([Int32]) -> UInt32) -> UInt32 {
        var records = [UInt32?](repeating: nil, count: states.count)
        var stack: [Int32] = [0]
        while let top = stack.last {
            let state = states[Int(top)]
            let children = state.arcs.map(\.target) + state.labels.flatMap { [$0.touching, $0.gap] }
            let missing = children.filter { $0 >= 0 && records[Int($0)] == nil }
            guard missing.isEmpty else {
                stack += missing
                continue
            }
            stack.removeLast()
            if records[Int(top)] != nil { continue }
            let number = { (target: Int32) -> UInt32 in target < 0 ? 0 : records[Int(target)] ?? 0 }
            records[Int(top)] = record(
                arcs: state.arcs.map { ($0.scalar, number($0.target)) },
                labels: state.labels.map { ($0.use, number($0.touching), number($0.gap)) },
                ending: state.templates.isEmpty ? nil : ending(state.templates),
                skipsSpaces: state.skipsSpaces)
        }
        return records.first.flatMap { $0 } ?? 0
    }
}

/// A trie of folded texts, each with numbers of values.
struct TrieBuilder {
    private struct Node {
        var children: [(scalar: UInt32, node: Int)] = []
        var values: [UInt32] = []
    }
    private var nodes = [Node()]

    mutating func insert(_ text: some Sequence<UInt32>, value: UInt32) {
        var node = 0
        for scalar in text {
            if let child = nodes[node].children.first(where: { $0.scalar == scalar }) {
                node = child.node
            } else {
                nodes.append(Node())
                nodes[node].children.append((scalar, nodes.count - 1))
                node = nodes.count - 1
            }
        }
        if !nodes[node].values.contains(value) { nodes[node].values.append(value) }
    }

    /// Writes the trie and gives the record of its root.
    ///
    /// - Parameter ending: the number for a set of values.
    func write(to writer: inout GraphRecordWriter, ending: ([UInt32]) -> UInt32) -> UInt32 {
        var records = [UInt32](repeating: 0, count: nodes.count)
        // Children have higher numbers than their parents.
        for index in nodes.indices.reversed() {
            let node = nodes[index]
            let arcs = node.children.map { (scalar: $0.scalar, target: records[$0.node]) }
            records[index] = writer.record(
                arcs: arcs.sorted { $0.scalar < $1.scalar },
                ending: node.values.isEmpty ? nil : ending(node.values))
        }
        return records[0]
    }
}
