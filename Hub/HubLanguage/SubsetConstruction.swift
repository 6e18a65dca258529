/// Makes a deterministic automaton of a ``TemplateGraph`` (the subset construction), with the meaning of spaces
/// (``SpaceMode``) worked into its states.
struct SubsetConstruction {
    /// States of the deterministic automaton.
    static let stateCountMax = 500_000

    /// One state before it is written as a record.
    struct State {
        /// Folded scalar and target, sorted by scalar.
        var arcs: [(scalar: UInt32, target: Int32)] = []
        /// Use, target for text that goes on inside the word, target for text that goes on at a word's edge.
        var labels: [(use: UInt32, touching: Int32, gap: Int32)] = []
        /// Templates that end here, ascending.
        var templates: [Int32] = []
        /// A space of the text leads back here.
        var skipsSpaces = false
    }

    private let graph: TemplateGraph
    private let isWildcardUse: [Bool]
    /// For each state: something can be read there.
    private var reads: [Bool]
    private var stamps: [UInt32]
    private var stamp: UInt32 = 0
    private var numbers: [[UInt32]: Int32] = [:]
    private var sets: [[UInt32]] = []
    private var stack: [UInt32] = []

    /// All states, the first one first. Target -1 is nowhere.
    private(set) var states: [State] = []

    /// - Throws: ``LanguageError`` without a place if there are too many states.
    init(_ graph: TemplateGraph, isWildcardUse: [Bool]) throws(LanguageError) {
        (self.graph, self.isWildcardUse) = (graph, isWildcardUse)
        stamps = Array(repeating: 0, count: graph.stateCount << Int(SpaceMode.bits))
        reads = Array(repeating: false, count: graph.stateCount)
        for state in 0..<graph.stateCount {
            var edge = graph.firstEdge[state]
            while edge >= 0 {
                let symbol = graph.edgeSymbol[Int(edge)]
                if symbol != TemplateGraph.empty, symbol != TemplateGraph.space { reads[state] = true }
                edge = graph.edgeNext[Int(edge)]
            }
        }
        _ = number(of: closure([Self.element(0, .free)]))
        var next = 0
        while next < sets.count {
            guard sets.count <= Self.stateCountMax else {
                let place = SourcePlace(file: "the language", line: 0, column: 0)
                throw LanguageError(
                    place, "more than \(Self.stateCountMax) states; use fewer choices in templates")
            }
            let state = expand(sets[next])
            guard state.labels.count <= 0xFF, state.arcs.count <= 0xFFFF else {
                let place = SourcePlace(file: "the language", line: 0, column: 0)
                throw LanguageError(
                    place, "more than 255 lists may stand at one place; use fewer in templates")
            }
            sets[next] = []
            states.append(state)
            next += 1
        }
    }

    private static func element(_ state: Int32, _ mode: SpaceMode) -> UInt32 {
        UInt32(state) << SpaceMode.bits | mode.rawValue
    }

    private static func parts(_ element: UInt32) -> (state: Int, mode: SpaceMode) {
        (Int(element >> SpaceMode.bits), SpaceMode.allCases[Int(element & (1 << SpaceMode.bits - 1))])
    }

    /// What can be reached without reading, as far as it matters: sorted.
    private mutating func closure(_ elements: [UInt32]) -> [UInt32] {
        stamp += 1
        stack.removeAll(keepingCapacity: true)
        for element in elements { push(element) }
        var result: [UInt32] = []
        while let element = stack.popLast() {
            let (state, mode) = Self.parts(element)
            if graph.ending[state] >= 0 || (reads[state] && mode != .gap) { result.append(element) }
            var edge = graph.firstEdge[state]
            while edge >= 0 {
                let (symbol, target) = (graph.edgeSymbol[Int(edge)], graph.edgeTarget[Int(edge)])
                if symbol == TemplateGraph.empty {
                    push(Self.element(target, mode))
                } else if symbol == TemplateGraph.space, let after = mode.afterTemplateSpace {
                    push(Self.element(target, after))
                }
                edge = graph.edgeNext[Int(edge)]
            }
        }
        result.sort()
        return result
    }

    private mutating func push(_ element: UInt32) {
        if stamps[Int(element)] == stamp { return }
        stamps[Int(element)] = stamp
        stack.append(element)
    }

    private mutating func number(of set: [UInt32]) -> Int32 {
        if set.isEmpty { return -1 }
        if let number = numbers[set] { return number }
        let number = Int32(sets.count)
        numbers[set] = number
        sets.append(set)
        return number
    }

    private mutating func expand(_ set: [UInt32]) -> State {
        var result = State()
        var moves: [(symbol: UInt32, element: UInt32)] = []
        var spaced: [UInt32] = []
        for element in set {
            let (state, mode) = Self.parts(element)
            if graph.ending[state] >= 0 { result.templates.append(graph.ending[state]) }
            if let after = mode.afterTextSpace, reads[state] || graph.ending[state] >= 0 {
                spaced.append(Self.element(Int32(state), after))
            }
            if mode.reads { collectMoves(of: state, mode, into: &moves) }
        }
        result.templates = Array(Set(result.templates)).sorted()
        spaced = Array(Set(spaced)).sorted()
        if spaced == set { result.skipsSpaces = true }
        moves.sort { ($0.symbol, $0.element) < ($1.symbol, $1.element) }
        if !spaced.isEmpty, !result.skipsSpaces {
            result.arcs.append((TemplateGraph.space, number(of: spaced)))
        }
        var start = 0
        while start < moves.count {
            let symbol = moves[start].symbol
            var end = start
            while end < moves.count, moves[end].symbol == symbol { end += 1 }
            let elements = moves[start..<end].map(\.element)
            if symbol & TemplateGraph.useBit == 0 {
                result.arcs.append((symbol, number(of: closure(elements))))
            } else {
                let use = symbol & ~TemplateGraph.useBit
                result.labels.append(label(use, from: elements))
            }
            start = end
        }
        result.arcs.sort { $0.scalar < $1.scalar }
        return result
    }

    /// Characters lead inside a word. What a list leads to depends on the mode before it, which its element keeps.
    private func collectMoves(
        of state: Int, _ mode: SpaceMode, into moves: inout [(symbol: UInt32, element: UInt32)]
    ) {
        var edge = graph.firstEdge[state]
        while edge >= 0 {
            let (symbol, target) = (graph.edgeSymbol[Int(edge)], graph.edgeTarget[Int(edge)])
            if symbol == TemplateGraph.empty || symbol == TemplateGraph.space {
                // Followed by the closure.
            } else if symbol & TemplateGraph.useBit == 0 {
                moves.append((symbol, Self.element(target, .inside)))
            } else if !isWildcardUse[Int(symbol & ~TemplateGraph.useBit)] {
                moves.append((symbol, Self.element(target, mode.afterList)))
            } else if mode.allowsWildcard {
                moves.append((symbol, Self.element(target, .gap)))
            }
            edge = graph.edgeNext[Int(edge)]
        }
    }

    private mutating func label(
        _ use: UInt32, from elements: [UInt32]
    ) -> (use: UInt32, touching: Int32, gap: Int32) {
        let mode: SpaceMode = isWildcardUse[Int(use)] ? .touchingWildcard : .touching
        let touching = elements.map { Self.element(Int32($0 >> SpaceMode.bits), mode) }
        return (use, number(of: closure(touching)), number(of: closure(elements)))
    }
}
