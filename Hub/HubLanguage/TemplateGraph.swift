/// All templates of a language as one nondeterministic automaton (Thompson's construction, rules written out).
///
/// Edges carry a folded scalar, a space, a list use or nothing. Each template ends in a state of its own.
struct TemplateGraph {
    /// Rules within rules.
    static let ruleDepthMax = 16
    static let space: UInt32 = 0x20
    /// An edge that reads nothing.
    static let empty: UInt32 = 0xFFFF_FFFF
    /// With the number of the use: an edge that reads what a list holds.
    static let useBit: UInt32 = 0x8000_0000

    /// A list use as edges name it: the list by its number, and the slot.
    struct Use: Hashable {
        let list: Int
        let slot: String
        let isCapture: Bool
    }

    /// First edge of each state; -1 for none.
    private(set) var firstEdge: [Int32] = [-1]
    private(set) var edgeSymbol: [UInt32] = []
    private(set) var edgeTarget: [Int32] = []
    private(set) var edgeNext: [Int32] = []
    /// The template that ends in a state; -1 for none.
    private(set) var ending: [Int32] = [-1]
    private(set) var uses: [Use] = []
    private var useNumbers: [Use: Int] = [:]

    var stateCount: Int { firstEdge.count }

    mutating func addState() -> Int32 {
        firstEdge.append(-1)
        ending.append(-1)
        return Int32(firstEdge.count - 1)
    }

    mutating func addEdge(_ symbol: UInt32, from source: Int32, to target: Int32) {
        edgeSymbol.append(symbol)
        edgeTarget.append(target)
        edgeNext.append(firstEdge[Int(source)])
        firstEdge[Int(source)] = Int32(edgeSymbol.count - 1)
    }

    mutating func use(list: Int, slot: String, isCapture: Bool) -> Int {
        let use = Use(list: list, slot: slot, isCapture: isCapture)
        if let number = useNumbers[use] { return number }
        useNumbers[use] = uses.count
        uses.append(use)
        return uses.count - 1
    }

    mutating func end(_ template: Int, at state: Int32) { ending[Int(state)] = Int32(template) }
}

/// Adds templates to a ``TemplateGraph``, with the names they use resolved.
struct TemplateGraphBuilder {
    private(set) var graph = TemplateGraph()
    private(set) var scope: LanguageScope
    private let stateCountMax: Int
    private var openRules: [String] = []

    init(scope: LanguageScope, stateCountMax: Int) {
        (self.scope, self.stateCountMax) = (scope, stateCountMax)
    }

    /// Adds template number `number` of `block`.
    ///
    /// - Throws: ``LanguageError`` for a name that is not there, a rule within itself, or too many states.
    mutating func add(
        _ tree: TemplateTree, number: Int, of block: LanguageScope.Block, at place: SourcePlace
    ) throws(LanguageError) {
        let start = graph.addState()
        graph.addEdge(TemplateGraph.empty, from: 0, to: start)
        scope.block = block
        openRules.removeAll()
        let end = try add(tree, from: start, at: place)
        graph.end(number, at: end)
    }

    private mutating func add(
        _ tree: TemplateTree, from start: Int32, at place: SourcePlace
    ) throws(LanguageError) -> Int32 {
        guard graph.stateCount < stateCountMax else {
            throw LanguageError(
                place, "the templates up to here multiply to too many states; use fewer choices")
        }
        switch tree {
        case .text(let scalars):
            var state = start
            for scalar in scalars {
                let next = graph.addState()
                graph.addEdge(scalar, from: state, to: next)
                state = next
            }
            return state
        case .sequence(let parts):
            var state = start
            for part in parts { state = try add(part, from: state, at: place) }
            return state
        case .choice(let branches):
            let end = graph.addState()
            for branch in branches {
                let first = graph.addState()
                graph.addEdge(TemplateGraph.empty, from: start, to: first)
                graph.addEdge(TemplateGraph.empty, from: try add(branch, from: first, at: place), to: end)
            }
            return end
        case .anyOrder(let parts): return try addAnyOrder(parts, from: start, at: place)
        case .list(let use):
            let list = try scope.listNumber(use, at: place.moved(by: use.column))
            let number = graph.use(list: list, slot: use.slot, isCapture: use.isCapture)
            let end = graph.addState()
            graph.addEdge(TemplateGraph.useBit | UInt32(number), from: start, to: end)
            return end
        case .rule(let name, let column):
            return try addRule(name, from: start, at: place.moved(by: column))
        }
    }

    private mutating func addRule(
        _ name: String, from start: Int32, at place: SourcePlace
    ) throws(LanguageError) -> Int32 {
        guard !openRules.contains(name) else {
            throw LanguageError(place, "rule <\(name)> contains itself; take it out of the circle")
        }
        guard openRules.count < TemplateGraph.ruleDepthMax else {
            throw LanguageError(place, "rules more than \(TemplateGraph.ruleDepthMax) deep; flatten them")
        }
        let body = try scope.rule(name, at: place)
        openRules.append(name)
        defer { openRules.removeLast() }
        return try add(body, from: start, at: place)
    }

    /// A lattice over the subsets of parts already said: 2^n states where writing out would take n!.
    private mutating func addAnyOrder(
        _ parts: [TemplateTree], from start: Int32, at place: SourcePlace
    ) throws(LanguageError) -> Int32 {
        let full = (1 << parts.count) - 1
        var states = [Int32](repeating: -1, count: full + 1)
        states[0] = start
        for said in 0..<full {
            for (index, part) in parts.enumerated() where said & (1 << index) == 0 {
                let next = said | 1 << index
                if states[next] < 0 { states[next] = graph.addState() }
                let end = try add(part, from: states[said], at: place)
                graph.addEdge(TemplateGraph.empty, from: end, to: states[next])
            }
        }
        return states[full]
    }
}
